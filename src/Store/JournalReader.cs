using Store.Native;

namespace Store;

/// <summary>
/// Reads records for one thread and keeps the last frame, so that a run of reads that goes forward costs one look-up
/// and one copy a frame, not a record. Nothing native is held between calls.
/// </summary>
public sealed unsafe class JournalReader
{
    private readonly Database _db;
    private byte[] _frame = [];
    private int _length;
    private ulong _number;
    private int _lastOffset;

    internal JournalReader(Database db) => _db = db;

    /// <summary>
    /// The committed record at <paramref name="position"/>, good until the next call; false when there is none.
    /// </summary>
    public bool TryRead(ulong position, out ReadOnlySpan<byte> record)
    {
        var number = Position.Frame(position);
        var offset = Position.Offset(position);
        if (number != _number && !Load(number))
        {
            record = default;
            return false;
        }
        var from = offset >= _lastOffset ? _lastOffset : 0;
        if (!Framing.TryFind(_frame.AsSpan(0, _length), from, offset, out record))
        {
            return false;
        }
        _lastOffset = offset;
        return true;
    }

    /// <summary>The record's length, or -1 when there is none; copies as much as fits.</summary>
    public int Read(ulong position, Span<byte> destination)
    {
        if (!TryRead(position, out var record))
        {
            return -1;
        }
        record[..Math.Min(record.Length, destination.Length)].CopyTo(destination);
        return record.Length;
    }

    private bool Load(ulong number)
    {
        var key = LogKey.Encode(number);
        using var frame = Pinned.Get(_db, JournalDatabase.Log, new ReadOnlySpan<byte>(&key, (int)LogKey.Size));
        if (!frame.Found)
        {
            return false;
        }
        if (_frame.Length < frame.Bytes.Length)
        {
            _frame = new byte[Math.Max(frame.Bytes.Length, Framing.TargetFrame)];
        }
        frame.Bytes.CopyTo(_frame);
        _length = frame.Bytes.Length;
        _number = number;
        _lastOffset = 0;
        return true;
    }
}
