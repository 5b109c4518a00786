using System.Buffers;

namespace Appliance.Money;

/// <summary>
/// A file of charge records that has each message once. Lines come in order of their sequence; a line whose sequence is
/// not above the last one's is there already and is left out. So whoever reads the journal may begin too early after a
/// crash. What a crash left of a line is cut off when the file is opened.
/// </summary>
public sealed class ChargeFile : IDisposable
{
    private const int Buffer = 64 * 1024;

    /// <summary>Longer than any line.</summary>
    private const int Tail = 4096;

    private readonly FileStream _file;
    private readonly bool _isJson;
    private readonly ArrayBufferWriter<byte> _lines = new(Buffer);

    private ChargeFile(FileStream file, bool isJson, ulong last)
    {
        _file = file;
        _isJson = isJson;
        Last = last;
    }

    /// <summary>The sequence of the last line; 0 for none.</summary>
    public ulong Last { get; private set; }

    /// <summary>Whether it is NDJSON; else CSV.</summary>
    public bool IsJson => _isJson;

    /// <summary>Opens a file, or makes it.</summary>
    /// <param name="path">CSV, or NDJSON where it ends with .ndjson.</param>
    /// <param name="after">What earlier files have: lines up to this sequence are left out.</param>
    /// <exception cref="InvalidDataException">The file's last line is no charge record.</exception>
    public static ChargeFile Open(string path, ulong after = 0)
    {
        ArgumentNullException.ThrowIfNull(path);
        var isJson = path.EndsWith(".ndjson", StringComparison.OrdinalIgnoreCase);
        var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, 1);
        try
        {
            var last = Repair(file, isJson, path);
            return new ChargeFile(file, isJson, Math.Max(after, last));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Adds a line in memory; <see cref="Flush"/> writes it.</summary>
    /// <returns>False where it is there already.</returns>
    public bool Add(in ChargeLine line)
    {
        if (line.Sequence <= Last) return false;
        if (_isJson) ChargeText.WriteJson(_lines, in line);
        else ChargeText.WriteCsv(_lines, in line);
        Last = line.Sequence;
        if (_lines.WrittenCount >= Buffer) Write();
        return true;
    }

    /// <summary>Adds whole lines of the file's form, in order; headers are passed over.</summary>
    /// <returns>How many were not there already.</returns>
    /// <exception cref="InvalidDataException">What is no charge record.</exception>
    public int AddLines(ReadOnlySpan<byte> text)
    {
        var added = 0;
        while (!text.IsEmpty)
        {
            var end = text.IndexOf((byte)'\n') + 1;
            if (end == 0) throw new InvalidDataException("a charge record without an end");
            var line = text[..end];
            text = text[end..];
            if (!_isJson && line.SequenceEqual(ChargeText.Header)) continue;
            if (!ChargeText.TryReadSequence(line[..^1], out var sequence))
                throw new InvalidDataException("a line that is no charge record");
            if (sequence <= Last) continue;
            _lines.Write(line);
            Last = sequence;
            added++;
        }

        if (_lines.WrittenCount >= Buffer) Write();
        return added;
    }

    /// <summary>Everything that was added is on the disk when it returns.</summary>
    public void Flush()
    {
        Write();
        _file.Flush(flushToDisk: true);
    }

    public void Dispose()
    {
        Write();
        _file.Dispose();
    }

    private void Write()
    {
        _file.Write(_lines.WrittenSpan);
        _lines.ResetWrittenCount();
    }

    /// <summary>Cuts off a line without an end, writes the header of a new file.</summary>
    /// <returns>The last line's sequence, 0 for none.</returns>
    private static ulong Repair(FileStream file, bool isJson, string path)
    {
        var tail = new byte[(int)Math.Min(Tail, file.Length)];
        file.Seek(-tail.Length, SeekOrigin.End);
        file.ReadExactly(tail);
        var end = tail.AsSpan().LastIndexOf((byte)'\n') + 1;
        if (end == 0 && file.Length > tail.Length)
            throw new InvalidDataException($"{path} ends with no charge record: its last {Tail} octets are no line");
        if (end == 0 && !ChargeText.IsBeginning(tail, isJson))
            throw new InvalidDataException($"{path} holds something else than charge records");
        file.SetLength(file.Length - tail.Length + end);
        file.Seek(0, SeekOrigin.End);
        if (end == 0)
        {
            if (!isJson) file.Write(ChargeText.Header);
            return 0;
        }

        var lines = tail.AsSpan(0, end - 1);
        var line = lines[(lines.LastIndexOf((byte)'\n') + 1)..];
        if (ChargeText.TryReadSequence(line, out var sequence)) return sequence;
        if (!isJson && ChargeText.Header.StartsWith(line)) return 0;
        throw new InvalidDataException($"{path}: its last line is no charge record");
    }
}
