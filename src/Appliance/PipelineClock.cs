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
        var answer = new Noted();
        Publish(sequence, wall.ToUnixTimeMilliseconds(), answer);
        await answer.Task.ConfigureAwait(false);
        await AdminJson.WriteAsync(context, new ClockResult(wall, needsRestart), AdminJson.Default.ClockResult)
            .ConfigureAwait(false);
    }

    private void Publish(long sequence, long wall, Noted answer)
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

    private sealed class Noted : PendingAnswer
    {
        private readonly TaskCompletionSource _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Task => _answer.Task;

        public override void Accepted(ulong position, long unixMs) => throw new InvalidOperationException();

        public override void Refused(Refusal refusal) => throw new InvalidOperationException();

        public override void Changed(ChangeResult result) => _answer.TrySetResult();
    }
}
