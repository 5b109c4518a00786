using Appliance.Operate.Http;

namespace Appliance;

/// <summary>POST /admin/v1/clock: an operator says that the wall clock is right.</summary>
internal sealed class PipelineClock(Pipeline pipeline)
{
    public void AddTo(AdminApi api) => api.Add("POST", "clock", (context, _) => AcceptAsync(context));

    private async Task AcceptAsync(HttpContext context)
    {
        var wall = DateTimeOffset.UtcNow;
        var needsRestart = pipeline.ClockGuard.Accept(wall.ToUnixTimeMilliseconds());
        long sequence;
        while (!pipeline.Ring.TryClaim(0, out sequence)) await pipeline.Ring.RoomAsync().ConfigureAwait(false);
        var answer = new RingAnswer();
        Publish(sequence, wall.ToUnixTimeMilliseconds(), answer);
        await answer.Task.ConfigureAwait(false);
        await AdminJson.WriteAsync(context, new ClockResult(wall, needsRestart), AdminJson.Default.ClockResult)
            .ConfigureAwait(false);
    }

    private void Publish(long sequence, long wall, RingAnswer answer)
    {
        ref var slot = ref pipeline.Ring[sequence];
        slot.Kind = EventKind.ClockAccepted;
        slot.Source = answer;
        slot.Position = (ulong)wall;
        slot.Length = 0;
        slot.UnixMs = Clock.UnixMs;
        pipeline.Ring.Publish(sequence);
        pipeline.Ring.Wake();
    }
}
