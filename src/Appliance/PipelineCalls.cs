using Appliance.Decide;

namespace Appliance;

/// <summary>Asks the decide thread from any other.</summary>
internal static class PipelineCalls
{
    /// <summary>Does something on the decide thread, after all that is in the ring already.</summary>
    public static async Task CallAsync(this Pipeline pipeline, Action<Decider, long> run)
    {
        long sequence;
        while (!pipeline.Ring.TryClaim(0, out sequence)) await pipeline.Ring.RoomAsync().ConfigureAwait(false);
        var call = new DecideCall(run);
        Publish(pipeline, sequence, call);
        await call.Task.ConfigureAwait(false);
    }

    private static void Publish(Pipeline pipeline, long sequence, DecideCall call)
    {
        ref var slot = ref pipeline.Ring[sequence];
        slot.Kind = EventKind.Call;
        slot.Source = call;
        slot.Length = 0;
        slot.UnixMs = Clock.UnixMs;
        pipeline.Ring.Publish(sequence);
        pipeline.Ring.Wake();
    }
}
