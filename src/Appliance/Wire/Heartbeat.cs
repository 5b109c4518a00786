using System.Collections.Concurrent;

namespace Appliance.Wire;

/// <summary>One thread that looks at every session about once a second: all of SMPP's timers hang on it.</summary>
public sealed class Heartbeat : IDisposable
{
    private readonly ConcurrentDictionary<IPduHandler, byte> _handlers = new();
    private readonly Timer _timer;
    private int _beating;

    public Heartbeat() => _timer = new Timer(_ => Beat(), null, 1000, 500);

    public void Add(IPduHandler handler) => _handlers.TryAdd(handler, 0);

    public void Remove(IPduHandler handler) => _handlers.TryRemove(handler, out _);

    public void Dispose() => _timer.Dispose();

    private void Beat()
    {
        // A slow round is not overtaken by the next.
        if (Interlocked.Exchange(ref _beating, 1) != 0) return;
        var now = Environment.TickCount64;
        foreach (var (handler, _) in _handlers) handler.OnHeartbeat(now);
        Volatile.Write(ref _beating, 0);
    }
}
