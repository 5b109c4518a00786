using Appliance;
using Appliance.Ring;

namespace Load.Bare;

/// <summary>The ring with a consumer that does nothing: a producer fills an entry and wakes it every 16.</summary>
internal static class RingLoop
{
    private const int Slots = 65_536;
    private const int Batch = 16;

    /// <returns>Entries that went through in the time.</returns>
    public static long Run(TimeSpan time)
    {
        var ring = new RingBuffer<Slot>(Slots, new BlockingWait());
        var handler = new Nothing();
        var consumer = new Consumer<Slot>(ring, handler, 4096, _ => { });
        consumer.Start();
        var end = Environment.TickCount64 + (long)time.TotalMilliseconds;
        while (Environment.TickCount64 < end)
        {
            for (var i = 0; i < Batch; i++)
            {
                long sequence;
                while (!ring.TryClaim(0, out sequence)) Thread.Yield();
                ref var slot = ref ring[sequence];
                slot.Kind = EventKind.Tick;
                slot.UnixMs = sequence;
                ring.Publish(sequence);
            }

            ring.Wake();
        }

        consumer.Stop();
        return handler.Seen;
    }

    private sealed class Nothing : IBatchHandler<Slot>
    {
        public long Seen { get; private set; }

        public void OnEvent(ref Slot entry) => Seen++;

        public void OnBatchEnd(int count)
        {
        }
    }
}
