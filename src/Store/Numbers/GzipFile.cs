using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;

namespace Store.Numbers;

/// <summary>
/// A gzip file that is read to its true end. The runtime's own reader takes a file that was cut for a shorter one; here
/// each member's trailer has to be there and to be right, and nothing but another member or zeros may follow it.
/// <code>
///  member (RFC 1952): 1f 8b | 08 | flags | mtime u32 | xfl | os | optional fields | deflate | CRC32 u32 | ISIZE u32
/// </code>
/// </summary>
internal sealed class GzipFile(FileStream file) : Stream
{
    private const int TrailerSize = 8;

    /// <summary>The decompressor reads ahead by less than this.</summary>
    private const int ReadAhead = 64 * 1024;

    private DeflateStream? _member;
    private long _dataAt;
    private uint _crc;
    private uint _size;
    private bool _any;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <exception cref="FormatException">The file is cut, damaged, or no gzip file.</exception>
    public override int Read(byte[] buffer, int offset, int count)
    {
        while (_member != null || TryBeginMember())
        {
            var read = Inflate(buffer.AsSpan(offset, count));
            if (read > 0 || count == 0)
            {
                return read;
            }
            EndMember();
        }
        return 0;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _member?.Dispose();
            file.Dispose();
        }
        base.Dispose(disposing);
    }

    private int Inflate(Span<byte> into)
    {
        try
        {
            var read = _member!.Read(into);
            _crc = Crc32.Append(_crc, into[..read]);
            _size += (uint)read;
            return read;
        }
        catch (InvalidDataException error)
        {
            throw file.Position >= file.Length ? Cut("inside compressed data") : new FormatException(string.Create(
                CultureInfo.InvariantCulture, $"{file.Name} is damaged before byte {file.Position}: {error.Message}; "
                + $"nothing was imported"), error);
        }
    }

    /// <summary>False at the end of the file, which may be filled up with zeros.</summary>
    private bool TryBeginMember()
    {
        var start = file.Position;
        var first = file.ReadByte();
        while (_any && first == 0)
        {
            first = file.ReadByte();
        }
        if (_any && first < 0)
        {
            return false;
        }
        if (first < 0)
        {
            throw Cut("before its first byte");
        }
        if (first != 0x1f || Next() != 0x8b)
        {
            throw new FormatException(string.Create(CultureInfo.InvariantCulture,
                $"{file.Name}: at byte {start} expected {(_any ? "the end or another gzip member" : "a gzip header")} "
                + $"(1f 8b), found {first:x2} ...; nothing was imported"));
        }
        SkipHeader();
        (_any, _dataAt, _crc, _size) = (true, file.Position, 0, 0);
        _member = new DeflateStream(file, CompressionMode.Decompress, leaveOpen: true);
        return true;
    }

    private void SkipHeader()
    {
        const int Checksum = 2, Extra = 4, Name = 8, Comment = 16, Reserved = 0xe0, FixedRest = 6;
        var (method, flags) = (Next(), Next());
        if (method != 8 || (flags & Reserved) != 0)
        {
            throw new FormatException($"{file.Name}: gzip method {method} with flags {flags:x2}, expected method 8 and "
                + "flags that RFC 1952 knows; nothing was imported");
        }
        Skip(FixedRest);
        if ((flags & Extra) != 0)
        {
            Skip(Next() | (Next() << 8));
        }
        for (var texts = ((flags & Name) != 0 ? 1 : 0) + ((flags & Comment) != 0 ? 1 : 0); texts > 0;)
        {
            texts -= Next() == 0 ? 1 : 0;
        }
        Skip((flags & Checksum) != 0 ? 2 : 0);
    }

    private void Skip(int bytes)
    {
        while (bytes-- > 0)
        {
            Next();
        }
    }

    private int Next() => file.ReadByte() is var next and >= 0 ? next : throw Cut("inside a gzip header");

    /// <summary>
    /// Finds the member's trailer, whose place the decompressor does not tell, in what it has read last: these very 8
    /// bytes, and something behind them that may be there.
    /// </summary>
    private void EndMember()
    {
        _member!.Dispose();
        _member = null;
        var from = Math.Max(_dataAt, file.Position - ReadAhead);
        var window = new byte[(int)(file.Position - from) + TrailerSize + 1];
        var bytes = window.AsSpan(0, Fill(window, from));
        Span<byte> trailer = stackalloc byte[TrailerSize];
        BinaryPrimitives.WriteUInt32LittleEndian(trailer, _crc);
        BinaryPrimitives.WriteUInt32LittleEndian(trailer[4..], _size);
        var place = -1;
        for (var at = 0; bytes[at..].IndexOf(trailer) is var next and >= 0; at++)
        {
            at += next;
            var end = at + TrailerSize;
            var fits = end == bytes.Length || bytes[end] is 0x1f or 0;
            place = fits || place < 0 ? at : place;
            if (fits)
            {
                break;
            }
        }
        if (place < 0)
        {
            throw Cut("without", string.Create(CultureInfo.InvariantCulture,
                $" the gzip trailer with CRC32 {_crc:x8} and length {_size} of what it holds"));
        }
        file.Position = from + place + TrailerSize;
    }

    private int Fill(Span<byte> window, long from)
    {
        var filled = 0;
        while (RandomAccess.Read(file.SafeFileHandle, window[filled..], from + filled) is var read and > 0)
        {
            filled += read;
        }
        return filled;
    }

    private FormatException Cut(string where, string what = "") => new(string.Create(CultureInfo.InvariantCulture,
        $"{file.Name} ends after {file.Length} bytes {where}{what}: it was cut or damaged; nothing was imported. "
        + $"Fetch it again."));
}
