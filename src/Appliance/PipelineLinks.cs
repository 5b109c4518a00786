using Appliance.Carriers.Smpp;
using Codec;

namespace Appliance;

/// <summary>
/// The carriers' sessions. Those whose carrier has changed, or is gone, end in good order: the ring gives them nothing
/// more, what they owe is waited for, they unbind, and only then others are made in their place. Of a carrier that is
/// gone receipts are waited for, too: nobody would take them later.
/// </summary>
internal sealed class PipelineLinks(Pipeline pipeline, LinkContext context, TimeSpan unbindTime)
    : IAsyncDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    /// <summary>Milliseconds without a receipt after which none is waited for.</summary>
    private const long Quiet = 5_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<ushort, Sessions> _carriers = [];
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>One carrier's.</summary>
    private sealed class Sessions(ushort id)
    {
        public ushort Id => id;

        /// <summary>As configured; null for a carrier that is gone.</summary>
        public CarrierLinkOptions? Wanted { get; set; }

        public int Generation { get; set; }

        public List<LinkRunner> Runners { get; set; } = [];

        public Task Change { get; set; } = Task.CompletedTask;

        /// <summary>Whether <see cref="Change"/> will still look at what is wanted.</summary>
        public bool IsChanging { get; set; }
    }

    /// <summary>Called when all of a carrier's sessions have ended that is not configured any more.</summary>
    public Action<string>? Gone { get; set; }

    /// <summary>Makes sessions as carriers are configured; the ring goes by that already.</summary>
    public void Apply(IReadOnlyList<CarrierLinkOptions> carriers)
    {
        lock (_gate)
        {
            foreach (var options in carriers)
            {
                if (_carriers.TryGetValue(options.Id, out var known)) Want(known, options);
                else Begin(options);
            }

            var ids = carriers.Select(options => options.Id).ToHashSet();
            foreach (var sessions in _carriers.Values.Where(sessions => !ids.Contains(sessions.Id)))
                Want(sessions, null);
        }
    }

    /// <summary>Unbinds them all.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(All().Select(sessions => sessions.Change)).ConfigureAwait(
            ConfigureAwaitOptions.SuppressThrowing);
        var runners = All().SelectMany(sessions => sessions.Runners).ToList();
        await Task.WhenAll(runners.Select(runner => runner.StopAsync().WaitAsync(unbindTime))).ConfigureAwait(
            ConfigureAwaitOptions.SuppressThrowing);
        foreach (var runner in runners) runner.Dispose();
        _stopping.Dispose();
    }

    private List<Sessions> All()
    {
        lock (_gate) return [.. _carriers.Values];
    }

    private void Begin(CarrierLinkOptions options)
    {
        var sessions = new Sessions(options.Id) { Wanted = options };
        _carriers.Add(options.Id, sessions);
        Run(sessions, options);
    }

    private void Want(Sessions sessions, CarrierLinkOptions? options)
    {
        var name = sessions.Wanted?.Name ?? options?.Name ?? "";
        sessions.Wanted = options;
        if (options?.Generation == sessions.Generation || sessions.IsChanging || _stopping.IsCancellationRequested)
            return;
        sessions.IsChanging = true;
        foreach (var runner in sessions.Runners) runner.Retire();
        sessions.Change = Task.Run(() => ChangeAsync(sessions, name));
    }

    /// <summary>Until the sessions are those that are wanted.</summary>
    private async Task ChangeAsync(Sessions sessions, string name)
    {
        while (true)
        {
            await DrainedAsync(sessions.Id).ConfigureAwait(false);
            await QuietAsync(sessions).ConfigureAwait(false);
            await Task.WhenAll(sessions.Runners.Select(runner => runner.StopAsync(unbindTime))).ConfigureAwait(
                ConfigureAwaitOptions.SuppressThrowing);
            lock (_gate)
            {
                foreach (var runner in sessions.Runners) runner.Dispose();
                sessions.Runners = [];
                if (sessions.Wanted is { } wanted)
                {
                    Run(sessions, wanted);
                    sessions.IsChanging = false;
                    return;
                }
            }

            await pipeline.CallAsync((decider, _) => decider.Dispatch.Choice.Forget(sessions.Id)).ConfigureAwait(false);
            lock (_gate)
            {
                // It may have come back meanwhile.
                if (sessions.Wanted is not null) continue;
                _carriers.Remove(sessions.Id);
            }

            Gone?.Invoke(name);
            return;
        }
    }

    /// <summary>Until nothing is owed any more: it is answered, or its session has ended for being late.</summary>
    private async Task DrainedAsync(ushort carrier)
    {
        var used = 1;
        while (true)
        {
            await pipeline.CallAsync((decider, _) => used = decider.Dispatch.Find(carrier)?.RetiredUsed ?? 0)
                .WaitAsync(_stopping.Token).ConfigureAwait(false);
            if (used == 0) return;
            await Task.Delay(Look, _stopping.Token).ConfigureAwait(false);
        }
    }

    /// <summary>Until a carrier that is gone sends no receipts any more, or for as long as an answer may take.
    /// </summary>
    private async Task QuietAsync(Sessions sessions)
    {
        var begun = Environment.TickCount64;
        var (last, lastAt, most) = (-1L, begun, 0L);
        while (sessions.Wanted is null)
        {
            await pipeline.CallAsync((decider, _) =>
            {
                if (decider.Dispatch.Find(sessions.Id) is not { IsGone: true } carrier) return;
                most = carrier.Options.ResponseTimer;
                if (carrier.Counters.Receipts == last) return;
                (last, lastAt) = (carrier.Counters.Receipts, Environment.TickCount64);
            }).WaitAsync(_stopping.Token).ConfigureAwait(false);
            var now = Environment.TickCount64;
            if (now - lastAt > Quiet || now - begun > most) return;
            await Task.Delay(Look, _stopping.Token).ConfigureAwait(false);
        }
    }

    private void Run(Sessions sessions, CarrierLinkOptions options)
    {
        sessions.Generation = options.Generation;
        for (ushort session = 0; session < options.Sessions; session++)
        {
            if (options.Transceiver)
            {
                sessions.Runners.Add(new LinkRunner(context, options, session, CommandId.BindTransceiver));
                continue;
            }

            sessions.Runners.Add(new LinkRunner(context, options, session, CommandId.BindReceiver));
            sessions.Runners.Add(new LinkRunner(context, options, session, CommandId.BindTransmitter));
        }

        foreach (var runner in sessions.Runners) runner.Start();
    }
}
