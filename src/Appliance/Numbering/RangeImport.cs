using System.Globalization;
using System.Text;
using Store.Numbers;

namespace Appliance.Numbering;

/// <summary>How a file of ranges is read.</summary>
/// <param name="Header">The first line is no range.</param>
/// <param name="MaxBadShare">Bad lines that are left out rather than the whole file.</param>
public sealed record RangeFormat(RangeColumns Columns, char Delimiter, bool Header, double MaxBadShare);

/// <summary>What a file of ranges holds.</summary>
public sealed record RangeReport(
    IReadOnlyList<NumberRange> Ranges, long Lines, long Bad, IReadOnlyList<BadLine> BadLines);

/// <summary>Reads an operator's own ranges; nothing is in effect before all of them are read.</summary>
public sealed class RangeImport
{
    private const int LongestName = 100;

    private readonly NumberPlan _plan;
    private readonly RangeFormat _format;
    private readonly Dictionary<string, (NumberRange Range, long Line)> _ranges = new(StringComparer.Ordinal);
    private readonly Dictionary<Network, Network> _networks = [];
    private readonly List<BadLine> _badLines = [];
    private long _lines;
    private long _bad;

    private RangeImport(NumberPlan plan, RangeFormat format)
    {
        _plan = plan;
        _format = format;
    }

    /// <summary>Reads a file.</summary>
    /// <param name="plan">Where names of networks come from that the file does not name.</param>
    /// <param name="file">Text, .gz, .zip or .xlsx.</param>
    /// <exception cref="FormatException">The file is wrong as a whole, or too many of its lines are.</exception>
    public static RangeReport Read(NumberPlan plan, RangeFormat format, string file)
    {
        using var stream = InputFile.Open(file, format.Delimiter);
        return Read(plan, format, stream);
    }

    /// <inheritdoc cref="Read(NumberPlan, RangeFormat, string)"/>
    public static RangeReport Read(NumberPlan plan, RangeFormat format, Stream file) =>
        new RangeImport(plan, format).Run(file);

    private RangeReport Run(Stream stream)
    {
        var reader = new LineReader(stream);
        Span<Range> places = stackalloc Range[Fields.Max];
        var delimiter = (byte)_format.Delimiter;
        scoped Fields header = default;
        if (_format.Header || _format.Columns.NeedsHeader)
        {
            if (!reader.TryRead(out var first) || !Fields.TrySplit(first, delimiter, places, out header))
                throw new FormatException("The file has no first line with the columns' names.");
        }

        _format.Columns.Resolve(header);
        while (reader.TryRead(out var line))
        {
            if (line.Trim((byte)' ').IsEmpty) continue;
            _lines++;
            var reason = line.Length > LineReader.MaxLine ? "the line is longer than 64 KiB"
                : !Fields.TrySplit(line, delimiter, places[.._format.Columns.Width], out var fields)
                    ? "a quote is not closed"
                    : Take(fields, reader.LineNumber);
            if (reason is not null) Note(reader.LineNumber, reason, line);
        }

        if (_bad > _format.MaxBadShare * _lines)
        {
            throw new BadLinesException(string.Create(CultureInfo.InvariantCulture,
                $"{_bad} of {_lines} lines are bad, more than --max-bad-share = {_format.MaxBadShare} allows; nothing "
                + $"was imported. The first is line {_badLines[0].Line}: {_badLines[0].Reason}"), _badLines, _bad);
        }

        if (_ranges.Count == 0) throw new FormatException("The file has no range; nothing was imported.");
        return new RangeReport([.. _ranges.Values.Select(one => one.Range)], _lines, _bad, _badLines);
    }

    /// <summary>Why the line is bad, or null.</summary>
    private string? Take(Fields fields, long line)
    {
        var columns = _format.Columns;
        var prefix = columns.Get(fields, "prefix").TrimStart('+');
        if (prefix.Length is 0 or > NumberPlan.MaxDigits || prefix.Any(c => !char.IsAsciiDigit(c)))
            return $"prefix: \"{prefix}\", expected 1 to {NumberPlan.MaxDigits} digits, country code first";
        if (_plan.CallingCodeOf(Encoding.ASCII.GetBytes(prefix)) is null)
            return $"prefix: \"{prefix}\" begins with no assigned country code";
        if (TakeNetwork(fields, out var network) is { } reason) return reason;
        var typeName = columns.Get(fields, "type").ToLowerInvariant();
        var type = NumberType.Unknown;
        if (typeName.Length > 0 && !NumberTypes.TryParse(typeName, out type))
            return $"type: \"{typeName}\", expected one of {string.Join(", ", NumberTypes.All)}";
        if (network is null && type == NumberType.Unknown) return "neither a network nor a type";
        var range = new NumberRange(prefix, network, type);
        if (_ranges.TryAdd(prefix, (range, line))) return null;
        var (before, at) = _ranges[prefix];
        // The same again says nothing new; which of two others holds is not for us to guess.
        return before == range ? null : $"prefix: {prefix} is another range in line {at}";
    }

    private string? TakeNetwork(Fields fields, out Network? network)
    {
        network = null;
        var (mcc, mnc) = (_format.Columns.Get(fields, "mcc"), _format.Columns.Get(fields, "mnc"));
        var name = _format.Columns.Get(fields, "name");
        if (name.Length > LongestName || name.Any(char.IsControl))
            return $"name: expected up to {LongestName} characters, none of them a control character";
        if (mcc.Length + mnc.Length > 0 && Network.CodeOf(mcc, mnc) == 0)
            return $"mcc, mnc: \"{mcc}\", \"{mnc}\", expected three digits and two or three digits";
        if (mcc.Length + name.Length == 0) return null;
        var found = mcc.Length == 0 ? new Network(null, null, name)
            : new Network(mcc, mnc, name.Length > 0 ? name : _plan.NetworkOf(mcc, mnc)?.Name ?? "");
        // One object for all ranges of a network.
        if (!_networks.TryAdd(found, found)) found = _networks[found];
        network = found;
        return null;
    }

    private void Note(long line, string reason, ReadOnlySpan<byte> text)
    {
        _bad++;
        if (_badLines.Count < NumberImport.ListedBadLines)
            _badLines.Add(new BadLine(line, reason, Encoding.UTF8.GetString(text[..Math.Min(text.Length, 200)])));
    }
}
