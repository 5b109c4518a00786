using System.Globalization;
using System.IO.Compression;

namespace Store.Numbers;

/// <summary>A file in a ZIP archive; its end is where the archive says, and its checksum as there.</summary>
internal sealed class ZipEntryStream(ZipArchiveEntry entry, string path) : Stream
{
    private readonly Stream _data = entry.Open();
    private uint _crc;
    private long _size;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <exception cref="FormatException">It is damaged.</exception>
    public override int Read(byte[] buffer, int offset, int count)
    {
        var read = ReadData(buffer.AsSpan(offset, count));
        _crc = Crc32.Append(_crc, buffer.AsSpan(offset, read));
        _size += read;
        if (read == 0 && count > 0 && (_crc != entry.Crc32 || _size != entry.Length))
        {
            throw new FormatException(string.Create(CultureInfo.InvariantCulture,
                $"{path}: {entry.FullName} has {_size} bytes with CRC32 {_crc:x8}, expected {entry.Length} bytes with "
                + $"{entry.Crc32:x8}: the archive is damaged; nothing was imported"));
        }
        return read;
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
            _data.Dispose();
        }
        base.Dispose(disposing);
    }

    private int ReadData(Span<byte> into)
    {
        try
        {
            return _data.Read(into);
        }
        catch (Exception error) when (error is InvalidDataException or EndOfStreamException)
        {
            throw new FormatException($"{path}: {entry.FullName} is damaged: {error.Message} Nothing was imported.",
                error);
        }
    }
}
