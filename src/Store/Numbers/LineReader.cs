namespace Store.Numbers;

/// <summary>Splits a stream of bytes into lines without copying them; a line is good until the next read.</summary>
public sealed class LineReader(Stream stream)
{
    /// <summary>A longer line is handed out cut off, so that it is counted as bad.</summary>
    public const int MaxLine = 64 * 1024;

    private readonly byte[] _buffer = new byte[1 << 20];
    private int _start;
    private int _end;
    private bool _ended;

    /// <summary>Lines handed out so far.</summary>
    public long LineNumber { get; private set; }

    /// <summary>The next line, without its end; false where there is none.</summary>
    public bool TryRead(out ReadOnlySpan<byte> line)
    {
        while (true)
        {
            var rest = _buffer.AsSpan(_start, _end - _start);
            var at = rest.IndexOf((byte)'\n');
            if (at >= 0 || (_ended && rest.Length > 0))
            {
                var length = at >= 0 ? at : rest.Length;
                _start += at >= 0 ? at + 1 : rest.Length;
                line = rest[..length];
                if (line.Length > 0 && line[^1] == '\r')
                {
                    line = line[..^1];
                }
                if (LineNumber++ == 0 && line.StartsWith("\uFEFF"u8))
                {
                    line = line[3..];
                }
                line = line.Length > MaxLine ? line[..(MaxLine + 1)] : line;
                return true;
            }
            if (_ended)
            {
                line = default;
                return false;
            }
            Fill();
        }
    }

    private void Fill()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }
        if (_end == _buffer.Length)
        {
            // A line that fills the whole buffer: its head is enough to call it bad.
            _end = MaxLine + 1;
        }
        var read = stream.Read(_buffer, _end, _buffer.Length - _end);
        _ended = read == 0;
        _end += read;
    }
}

/// <summary>A line's fields: where they are, quotes taken off.</summary>
public ref struct Fields
{
    /// <summary>Fields of a line at most; what follows is not looked at.</summary>
    public const int Max = 128;

    private readonly ReadOnlySpan<byte> _line;
    private readonly Span<Range> _ranges;

    private Fields(ReadOnlySpan<byte> line, Span<Range> ranges)
    {
        _line = line;
        _ranges = ranges;
    }

    /// <summary>Fields found.</summary>
    public int Count { get; private set; }

    /// <summary>A field without the space around it; empty when the line has fewer.</summary>
    public readonly ReadOnlySpan<byte> this[int index] =>
        (uint)index < (uint)Count ? _line[_ranges[index]].Trim((byte)' ') : default;

    /// <summary>Splits a line into at most <paramref name="ranges"/>.Length fields.</summary>
    /// <returns>False when a quote is not closed.</returns>
    public static bool TrySplit(ReadOnlySpan<byte> line, byte delimiter, Span<Range> ranges, out Fields fields)
    {
        fields = new Fields(line, ranges);
        var at = 0;
        while (fields.Count < ranges.Length)
        {
            if (at < line.Length && line[at] == '"')
            {
                var close = CloseQuote(line, at + 1);
                if (close < 0)
                {
                    return false;
                }
                ranges[fields.Count++] = (at + 1)..close;
                at = close + 1;
                var gap = line[at..].IndexOf(delimiter);
                if (gap < 0)
                {
                    return true;
                }
                at += gap + 1;
                continue;
            }
            var length = line[at..].IndexOf(delimiter);
            if (length < 0)
            {
                ranges[fields.Count++] = at..line.Length;
                return true;
            }
            ranges[fields.Count++] = at..(at + length);
            at += length + 1;
        }
        return true;
    }

    /// <summary>A doubled quote is part of the field.</summary>
    private static int CloseQuote(ReadOnlySpan<byte> line, int from)
    {
        for (var at = from; at < line.Length; at++)
        {
            if (line[at] == '"')
            {
                if (at + 1 >= line.Length || line[at + 1] != '"')
                {
                    return at;
                }
                at++;
            }
        }
        return -1;
    }
}
