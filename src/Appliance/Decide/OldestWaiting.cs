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
        foreach (var partition in carrier.Partitions) at = Math.Min(at, partition.OldestAt(table));
        var held = ulong.MaxValue;
        foreach (var line in carrier.Held)
            foreach (var list in line.Lists)
                if (list.Head is not 0 and var head) held = Math.Min(held, head);
        Volatile.Write(ref _at, at);
        Volatile.Write(ref _held, held == ulong.MaxValue ? Position.None : held);
    }
}
