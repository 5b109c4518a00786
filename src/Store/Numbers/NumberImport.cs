using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Store.Native;

namespace Store.Numbers;

/// <summary>A line that was left out, and why.</summary>
public sealed record BadLine(long Line, string Reason, string Text);

/// <summary>Too many lines of a file are bad: nothing was imported.</summary>
/// <param name="message">How many, and what is allowed.</param>
/// <param name="lines">The first of them.</param>
/// <param name="count">All of them.</param>
public sealed class BadLinesException(string message, IReadOnlyList<BadLine> lines, long count)
    : FormatException(message)
{
    public IReadOnlyList<BadLine> Lines => lines;

    public long Count => count;
}

/// <summary>What an import did.</summary>
/// <param name="Dataset">Name of the data set.</param>
/// <param name="Package">The prepared folder, to be applied by <see cref="NumberStore"/>.</param>
/// <param name="Counts">Lines and numbers.</param>
/// <param name="BadLines">The first bad lines.</param>
/// <param name="Elapsed">From the first byte read to the package's being on disk.</param>
public sealed record ImportReport(
    string Dataset, string Package, ImportCounts Counts, IReadOnlyList<BadLine> BadLines, TimeSpan Elapsed);

/// <summary>
/// Prepares a file for the number store: reads, checks, sorts and writes it as a package beside the database, without
/// opening it, so that a running appliance goes on undisturbed. Nothing is visible before the package is applied.
/// </summary>
public sealed class NumberImport
{
    /// <summary>Bad lines that are listed; more are counted.</summary>
    public const int ListedBadLines = 1000;

    private readonly ImportFormat _format;
    private readonly string _folder;
    private readonly List<BadLine> _bad = [];
    private readonly OperatorList _operators;
    private long _lines;
    private long _filtered;
    private long _badCount;
    private long _duplicates;
    private long _removed;

    private NumberImport(ImportFormat format, string folder)
    {
        _format = format;
        _folder = folder;
        _operators = new OperatorList(format);
    }

    /// <summary>Prepares a file.</summary>
    /// <param name="format">How the file is to be read.</param>
    /// <param name="file">Text, .gz, .zip or .xlsx.</param>
    /// <param name="storePath">The number store's folder.</param>
    /// <exception cref="FormatException">Column map or file is wrong as a whole, or too many lines are bad.</exception>
    /// <exception cref="StoreException">The disk is full or failed.</exception>
    public static ImportReport Prepare(ImportFormat format, string file, string storePath)
    {
        using var stream = InputFile.Open(file, format.Delimiter[0]);
        return Prepare(format, stream, storePath);
    }

    /// <inheritdoc cref="Prepare(ImportFormat, string, string)"/>
    public static ImportReport Prepare(ImportFormat format, Stream file, string storePath)
    {
        format.Check();
        var start = Stopwatch.GetTimestamp();
        var folder = Packages.Begin(storePath, format.Name);
        try
        {
            var counts = new NumberImport(format, folder).Run(file, out var bad);
            return new ImportReport(format.Name, Packages.Ready(folder), counts, bad, Stopwatch.GetElapsedTime(start));
        }
        catch (Exception error)
        {
            Directory.Delete(folder, recursive: true);
            throw error is IOException or UnauthorizedAccessException ? Fault.Describe(error, storePath) : error;
        }
    }

    private ImportCounts Run(Stream stream, out IReadOnlyList<BadLine> bad)
    {
        using var sorter = new ChangeSorter(_folder);
        ReadLines(stream, sorter);
        bad = _bad;
        if (_badCount > _format.MaxBadShare * _lines)
        {
            var first = _bad[0];
            throw new BadLinesException(string.Create(CultureInfo.InvariantCulture,
                $"{_badCount} of {_lines} lines are bad, more than max_bad_share = {_format.MaxBadShare} allows; "
                + $"nothing was imported. The first is line {first.Line}: {first.Reason}"), _bad, _badCount);
        }
        using var changes = sorter.Complete();
        return _format.Mode == ImportMode.Snapshot ? WriteTables(changes) : WriteChanges(changes);
    }

    private void ReadLines(Stream stream, ChangeSorter sorter)
    {
        var reader = new LineReader(stream);
        Span<Range> ranges = stackalloc Range[Fields.Max];
        var delimiter = (byte)_format.Delimiter[0];
        var mapper = new RowMapper(_format, _operators, ReadHeader(reader, delimiter, ranges));
        long expected = -1;
        while (reader.TryRead(out var line))
        {
            if (line.IsEmpty)
            {
                continue;
            }
            _lines++;
            var reason = line.Length > LineReader.MaxLine ? "the line is longer than 64 KiB"
                : !Fields.TrySplit(line, delimiter, ranges[..mapper.Columns], out var fields) ? "a quote is not closed"
                : Read(mapper, fields, sorter, ref expected);
            if (reason != null)
            {
                NoteBad(reader.LineNumber, reason, line);
            }
        }
        if (expected >= 0 && expected != _lines)
        {
            throw new FormatException(
                $"the file says it has {expected} lines, but has {_lines}: it was cut; nothing was imported");
        }
    }

    private string? Read(RowMapper mapper, in Fields fields, ChangeSorter sorter, ref long expected)
    {
        if (_lines == 1 && mapper.RowCountColumn >= 0
            && long.TryParse(fields[mapper.RowCountColumn], NumberStyles.None, CultureInfo.InvariantCulture,
                out var rows))
        {
            expected = rows;
        }
        var reason = mapper.Read(fields, out var change);
        if (reason == null)
        {
            sorter.Add(change);
        }
        else if (reason.Length == 0)
        {
            _filtered++;
            return null;
        }
        return reason;
    }

    private string[] ReadHeader(LineReader reader, byte delimiter, Span<Range> ranges)
    {
        if (!_format.Header)
        {
            return [];
        }
        if (!reader.TryRead(out var line) || !Fields.TrySplit(line, delimiter, ranges, out var fields))
        {
            throw new FormatException("the file is empty, expected a header");
        }
        var names = new string[fields.Count];
        for (var i = 0; i < names.Length; i++)
        {
            names[i] = Encoding.UTF8.GetString(fields[i]);
        }
        return names;
    }

    private void NoteBad(long line, string reason, ReadOnlySpan<byte> text)
    {
        _badCount++;
        if (_bad.Count < ListedBadLines)
        {
            _bad.Add(new BadLine(line, reason, Encoding.Latin1.GetString(text[..Math.Min(text.Length, 100)])));
        }
    }

    private ImportCounts WriteTables(SortedChanges changes)
    {
        using var tables = new SstWriter(_folder, NumberDatabase.Generation("import"), NumberDatabase.FileBytes);
        var pages = new PageWriter(tables);
        for (var more = changes.MoveNext(); more;)
        {
            more = NextWinner(changes, out var winner);
            if (winner.Removed == 0)
            {
                pages.Add(winner);
            }
        }
        pages.Finish();
        if (tables.Files.Count == 0)
        {
            throw new FormatException("the file has no number that counts; a snapshot of nothing was not imported");
        }
        var counts = Counts(pages.Numbers, pages.Blocks);
        Manifest(counts, pages.BlockLengths, [.. tables.Files], 0).Write(_folder);
        return counts;
    }

    private ImportCounts WriteChanges(SortedChanges changes)
    {
        using var file = new FileStream(Path.Combine(_folder, PackageManifest.ChangesFile), FileMode.Create,
            FileAccess.Write, FileShare.None, 1 << 18);
        long numbers = 0, blocks = 0, count = 0;
        var lengths = 0;
        for (var more = changes.MoveNext(); more; count++)
        {
            more = NextWinner(changes, out var winner);
            file.Write(MemoryMarshal.AsBytes(new ReadOnlySpan<NumberChange>(in winner)));
            var digits = NumberKey.BlockDigits(winner.Key);
            lengths |= digits > 0 ? 1 << digits : 0;
            numbers += winner.Removed == 0 && digits == 0 ? 1 : 0;
            blocks += winner.Removed == 0 && digits > 0 ? 1 : 0;
        }
        file.Flush(flushToDisk: true);
        var counts = Counts(numbers, blocks);
        Manifest(counts, lengths, [], count).Write(_folder);
        return counts;
    }

    /// <summary>Of all changes of the current key the one that counts; then the cursor is on the next key.</summary>
    private bool NextWinner(SortedChanges changes, out NumberChange winner)
    {
        winner = changes.Current;
        bool more;
        while ((more = changes.MoveNext()) && changes.Current.Key == winner.Key)
        {
            _duplicates++;
            // A later line of the file comes later here. Only a delta's order counts more than its dates.
            if (_format.Mode == ImportMode.Delta || changes.Current.Date >= winner.Date)
            {
                winner = changes.Current;
            }
        }
        _removed += winner.Removed;
        return more;
    }

    private ImportCounts Counts(long numbers, long blocks) => new()
    {
        Lines = _lines,
        Numbers = numbers,
        Blocks = blocks,
        Removed = _removed,
        Duplicates = _duplicates,
        Filtered = _filtered,
        Bad = _badCount,
        OperatorsUnmapped = _operators.Operators.Count(o => o.Mnc == null),
    };

    private PackageManifest Manifest(ImportCounts counts, int blockLengths, string[] tables, long changes) => new()
    {
        Dataset = _format.Name,
        Mode = _format.Mode,
        Prefixes = _format.Answers,
        Operators = [.. _operators.Operators],
        BlockLengths = blockLengths,
        Tables = tables,
        Changes = changes,
        Counts = counts,
    };
}
