using System.Net.Sockets;
using Appliance.Ring;
using Appliance.Wire;
using Codec;

namespace Appliance.Carriers.Smpp;

/// <summary>What all links share.</summary>
public sealed record LinkContext(
    RingBuffer<Slot> Ring, Heartbeat Heartbeat, WireLoops Loops, ILinkObserver Observer)
{
    /// <summary>Who takes mobiles' messages; null for nobody.</summary>
    public IInbound? Inbound { get; set; }
}

/// <summary>
/// Keeps one session with a carrier: connects, binds, runs until it ends, and begins again after a pause.
/// </summary>
/// <param name="session">The session's number at its carrier, from 0.</param>
/// <param name="bind">bind_transceiver, bind_transmitter or bind_receiver.</param>
public sealed class LinkRunner(
    LinkContext context, CarrierLinkOptions options, ushort session, CommandId bind) : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly LinkPauses _pauses = new(Random.Shared);
    private LinkSession? _current;
    private Task _running = Task.CompletedTask;

    public void Start() => _running = Task.Run(KeepAsync);

    /// <summary>Connects no more; a session that there is stays for now.</summary>
    public void Retire() => _stop.Cancel();

    /// <summary>Unbinds and connects no more; a carrier that does not answer is left after a time.</summary>
    public async Task StopAsync(TimeSpan time)
    {
        var stopped = StopAsync();
        if (await Task.WhenAny(stopped, Task.Delay(time)).ConfigureAwait(false) != stopped)
            Volatile.Read(ref _current)?.Abandon();
        await stopped.ConfigureAwait(false);
    }

    /// <summary>Unbinds and connects no more.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        Volatile.Read(ref _current)?.Unbind();
        await _running.ConfigureAwait(false);
    }

    public void Dispose() => _stop.Dispose();

    private async Task KeepAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            var failure = await TrySessionAsync().ConfigureAwait(false);
            if (_stop.IsCancellationRequested) return;
            var pause = _pauses.Next(failure);
            if (failure is not null) context.Observer.BindFailed(options.Name, session, failure.Why, pause);
            try
            {
                await Task.Delay(pause, _stop.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    /// <returns>Why no session came about; null if one did.</returns>
    private async Task<BindFailure?> TrySessionAsync()
    {
        Socket socket;
        try
        {
            socket = await ConnectAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or IOException)
        {
            return new BindFailure($"{options.Host}:{options.Port}: {e.Message}");
        }

        var wire = context.Loops.Open(socket, options.MaxPduLength, CarrierLinkOptions.UnsentLimit);
        var link = new LinkSession(context, options, session, bind, wire);
        Volatile.Write(ref _current, link);
        if (_stop.IsCancellationRequested) wire.Close("stopping");
        context.Heartbeat.Add(link);
        link.SendBind();
        await wire.RunAsync(link).ConfigureAwait(false);
        context.Heartbeat.Remove(link);
        Volatile.Write(ref _current, null);
        await link.EndAsync().ConfigureAwait(false);
        return link.Failure;
    }

    private async Task<Socket> ConnectAsync()
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        timeout.CancelAfter(options.ResponseTimer);
        return await context.Loops.ConnectAsync(options.Host, options.Port, timeout.Token).ConfigureAwait(false);
    }
}
