using System.Buffers.Binary;
using System.Diagnostics;
using Store;

namespace Appliance.Journal;

/// <summary>
/// The journal on disk: one write batch and one sync for all that a batch of the ring has decided. The bytes of a
/// commit (<see cref="Store.Journal.LastCommit"/>) are what a cluster ships to its peers; replication hooks in here.
/// </summary>
public sealed class JournalLog(Store.Journal journal, KeyedState keyed) : IEventLog
{
    private readonly byte[] _checkpoint = new byte[sizeof(ulong)];
    private ulong _lastCheckpoint;
    private readonly JournalReader _reader = journal.CreateReader();
    private int _records;
    private bool _rotate;

    /// <summary>Called after each sync with the records that it made durable, and the Stopwatch ticks since the first
    /// of them began to be written.</summary>
    public Action<int, long>? Committed { get; set; }

    /// <summary>The position from which a restart has to read.</summary>
    public ulong RestartFrom =>
        journal.GetMeta(Records.Checkpoint.Key) is { } value
            ? BinaryPrimitives.ReadUInt64BigEndian(value)
            : Position.None;

    public ulong NextPosition => journal.NextPosition;

    public Span<byte> Reserve(int size, out ulong position)
    {
        KillPoints.Pass(KillPoint.BeforeAppend);
        _records++;
        return journal.Reserve(size, out position);
    }

    public int Read(ulong position, Span<byte> destination) => _reader.Read(position, destination);

    public LogMark Write()
    {
        var mark = default(LogMark);
        if (_records > 0)
        {
            var started = Stopwatch.GetTimestamp();
            KillPoints.Pass(KillPoint.BeforeFsync);
            mark = new LogMark(journal.Write(), _records, started);
            _records = 0;
        }

        if (!_rotate) return mark;
        // The indexes know that only what is durable may go to the disk.
        _rotate = false;
        keyed.Rotate();
        return mark;
    }

    public void Sync(in LogMark mark)
    {
        if (mark.Records == 0) return;
        journal.Sync(mark.Journal);
        KillPoints.Pass(KillPoint.AfterFsync);
        Committed?.Invoke(mark.Records, Stopwatch.GetTimestamp() - mark.Started);
    }

    /// <summary>Write and sync in one.</summary>
    public void Commit() => Sync(Write());

    public void File(ulong accepted, ulong last, ulong floor) => keyed.Finished.Add(accepted, last, floor);

    public bool TryFindFiled(ulong accepted, out ulong last) => keyed.Finished.TryFind(accepted, out last);

    public void SetFact(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        _records++;
        journal.PutMeta(key, value);
    }

    public void RemoveFact(ReadOnlySpan<byte> key)
    {
        _records++;
        journal.RemoveMeta(key);
    }

    public bool HasFact(ReadOnlySpan<byte> key) => journal.TryGetMeta(key, [], out _);

    public void Checkpoint(ulong oldest)
    {
        _rotate = true;
        var from = Math.Min(Math.Min(oldest, keyed.Floor), journal.NextPosition);
        if (from <= _lastCheckpoint) return;
        _lastCheckpoint = from;
        BinaryPrimitives.WriteUInt64BigEndian(_checkpoint, from);
        journal.PutMeta(Records.Checkpoint.Key, _checkpoint);
        _records++;
    }
}
