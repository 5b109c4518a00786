using System.Globalization;
using Store.Native;

namespace Store;

/// <summary>
/// Goes through committed records in order and checks the framing on its way. It sees the log as it was when the scan
/// began. Records are read where RocksDB has them: a record is good until the next move. Dispose it soon; it holds
/// files.
/// </summary>
public sealed unsafe class JournalScanner : IDisposable
{
    private const int Readahead = 2 << 20;

    private readonly Iterator _iterator;
    private readonly string _path;
    private readonly ulong _from;
    private readonly ulong _droppedBefore;
    private bool _started;
    private byte* _frame;
    private int _frameLength;
    private ulong _number;
    private int _offset;
    private int _next;
    private int _length;

    internal JournalScanner(Database db, ulong from)
    {
        _path = db.Path;
        _from = from;
        _droppedBefore = FrameFloor.DroppedBefore(db);
        _iterator = new Iterator(db, JournalDatabase.Log, Readahead);
    }

    /// <summary>Of the current record.</summary>
    public ulong Position => Store.Position.Of(_number, _offset);

    /// <summary>The current record, good until the next move.</summary>
    public ReadOnlySpan<byte> Record => new(_frame + _offset + Framing.Prefix, _length);

    /// <summary>Moves to the next record; false at the end.</summary>
    /// <exception cref="StoreException">A block or a frame is damaged; the message names the frame.</exception>
    public bool MoveNext()
    {
        while (true)
        {
            while (_next >= _frameLength)
            {
                if (!NextFrame())
                {
                    return false;
                }
            }
            _offset = _next;
            _length = Framing.LengthAt(new ReadOnlySpan<byte>(_frame, _frameLength), _offset);
            if (_length < 0)
            {
                throw Damaged($"at byte {_offset} of {_frameLength} there is no whole record");
            }
            _next = _offset + Framing.Space(_length);
            if (Position >= _from)
            {
                return true;
            }
        }
    }

    public void Dispose() => _iterator.Dispose();

    private bool NextFrame()
    {
        var before = _number;
        if (!MoveIterator())
        {
            return false;
        }
        var key = _iterator.Key;
        if (key.Length != (int)LogKey.Size)
        {
            throw Damaged($"its key has {key.Length} bytes");
        }
        _number = LogKey.Decode(_iterator.KeyPointer);
        if (_number == 0 || _number > Store.Position.MaxFrame)
        {
            throw Damaged("its number is out of range");
        }
        CheckGap(before);
        var value = _iterator.Value;
        fixed (byte* memory = value)
        {
            _frame = memory; // RocksDB's memory, pinned until the iterator moves
        }
        _frameLength = value.Length;
        _next = 0;
        return value.Length > 0 ? true : throw Damaged("it is empty");
    }

    /// <summary>Numbers count on, so what is missing between two frames had been there.</summary>
    private void CheckGap(ulong before)
    {
        var missing = _number - before - 1;
        if (before > 0 && missing > 0 && _number > _droppedBefore && missing < FrameFloor.RestoreGap)
        {
            throw Damaged(string.Create(CultureInfo.InvariantCulture,
                $"frames {before + 1} to {_number - 1}, which came before it, are missing"));
        }
    }

    private bool MoveIterator()
    {
        try
        {
            if (_started)
            {
                return _iterator.Next();
            }
            _started = true;
            var first = LogKey.Encode(Store.Position.Frame(_from));
            return _iterator.Seek(new ReadOnlySpan<byte>(&first, (int)LogKey.Size));
        }
        catch (StoreException error)
        {
            throw new StoreException(error.Fault, string.Create(CultureInfo.InvariantCulture,
                $"The log is readable up to frame {_number} and damaged after it. {error.Message}"), error);
        }
    }

    private StoreException Damaged(string what)
    {
        var frame = _number.ToString(CultureInfo.InvariantCulture);
        return new StoreException(StoreFault.Corrupt, $"Frame {frame} of the log in {_path} is damaged: {what}. "
            + "Restore the folder from a backup or another node.");
    }
}
