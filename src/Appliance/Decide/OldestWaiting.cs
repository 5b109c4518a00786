using Store;

namespace Appliance.Decide;

/// <summary>
/// The oldest message that waits for a carrier. The ring's thread looks once a second; a reader on another thread may
/// see a time and a position of two looks, each right by itself.
/// </summary>
public sealed class OldestWaiting
{
    private long _at = long.MaxValue;
    private ulong _held;

    /// <summary>When the oldest one in memory was accepted, milliseconds since 1970; the largest number for none.
    /// </summary>
    public long At => Volatile.Read(ref _at);

    /// <summary>Where the oldest one outside memory was accepted; 0 for none.</summary>
    public ulong Held => Volatile.Read(ref _held);

    /// <summary>Looks at the heads of the queues; each is the oldest of its queue.</summary>
    public void Look(Carrier carrier, MessageTable table)
    {
        var at = long.MaxValue;
        foreach (var partition in carrier.Partitions)
        {
            for (var priority = 0; priority < Partition.Priorities; priority++)
                if (partition.Head(priority) is not MessageTable.None and var head)
                    at = Math.Min(at, table[head].AcceptedAt);
        }

        var held = ulong.MaxValue;
        foreach (var list in carrier.Held)
            if (list is not null && list.Head is not 0 and var head) held = Math.Min(held, head);
        Volatile.Write(ref _at, at);
        Volatile.Write(ref _held, held == ulong.MaxValue ? Position.None : held);
    }
}
