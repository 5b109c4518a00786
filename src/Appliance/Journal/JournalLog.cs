using System.Buffers.Binary;
using System.Diagnostics;
using Store;

namespace Appliance.Journal;

/// <summary>
/// The journal on disk: one write batch and one sync for all that a batch of the ring has decided. The bytes of a
/// commit (<see cref="Store.Journal.LastCommit"/>) are what a cluster ships to its peers; replication hooks in here.
/// </summary>
public sealed class JournalLog(Store.Journal journal, FinishedIndex finished) : IEventLog
{
    private static readonly byte[] CheckpointKey = "checkpoint"u8.ToArray();

    private readonly byte[] _checkpoint = new byte[sizeof(ulong)];
    private ulong _lastCheckpoint;
    private int _records;

    /// <summary>Called after each commit with its records and the Stopwatch ticks it took.</summary>
    public Action<int, long>? Committed { get; set; }

    /// <summary>The position from which a restart has to read.</summary>
    public ulong RestartFrom =>
        journal.GetMeta(CheckpointKey) is { } value ? BinaryPrimitives.ReadUInt64BigEndian(value) : Position.None;

    public Span<byte> Reserve(int size, out ulong position)
    {
        _records++;
        return journal.Reserve(size, out position);
    }

    public int Read(ulong position, Span<byte> destination) => journal.Read(position, destination);

    public void Commit()
    {
        if (_records == 0) return;
        var started = Stopwatch.GetTimestamp();
        journal.Commit();
        Committed?.Invoke(_records, Stopwatch.GetTimestamp() - started);
        _records = 0;
    }

    public void Finish(ulong accepted, ulong last) => finished.Add(accepted, last);

    public void Checkpoint(ulong oldest)
    {
        finished.Rotate();
        var from = Math.Min(Math.Min(oldest, finished.UnflushedFloor), journal.NextPosition);
        if (from <= _lastCheckpoint) return;
        _lastCheckpoint = from;
        BinaryPrimitives.WriteUInt64BigEndian(_checkpoint, from);
        journal.PutMeta(CheckpointKey, _checkpoint);
        _records++;
    }
}
