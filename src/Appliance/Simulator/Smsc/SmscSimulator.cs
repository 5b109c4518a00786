using System.Net;
using System.Net.Sockets;
using Appliance.Peers.Loop;

namespace Appliance.Simulator.Smsc;

/// <summary>
/// A running simulated SMSC, in this process, on a thread of its own: what `appliance simulate smsc` runs, what the
/// demo's carriers are, and what tests bind to.
/// </summary>
public sealed class SmscSimulator : IAsyncDisposable
{
    private readonly MessageCentre _centre;
    private readonly Listener _listener;

    private SmscSimulator(MessageCentre centre, Listener listener)
    {
        _centre = centre;
        _listener = listener;
    }

    /// <summary>Where it listens; the port the system chose, if 0 was asked for.</summary>
    public IPEndPoint EndPoint => _listener.EndPoint;

    /// <summary>Ends when the simulator has stopped; faulted if it died of an error.</summary>
    public Task Completion => _centre.Loop.Completion;

    /// <exception cref="SocketException">The address cannot be listened on.</exception>
    /// <exception cref="FormatException">A behaviour setting is not known or has a wrong value.</exception>
    /// <exception cref="IOException">The record file cannot be written.</exception>
    public static SmscSimulator Start(SmscOptions options)
    {
        var centre = new MessageCentre(options);
        Listener listener;
        try
        {
            listener = new Listener(options.Listen, centre.Connected);
        }
        catch
        {
            centre.Loop.Dispose();
            centre.Record?.Dispose();
            throw;
        }
        listener.Attach(centre.Loop);
        centre.Loop.Start();
        return new SmscSimulator(centre, listener);
    }

    /// <summary>A copy of the counts; everything recorded so far is in the file by then.</summary>
    public Task<SmscStatistics> StatisticsAsync() => _centre.Loop.InvokeAsync(() =>
    {
        _centre.Record?.Flush();
        var copy = _centre.Statistics.Copy();
        copy.Pending = _centre.Pool.InUse;
        copy.CpuSeconds = Posix.CpuNanoseconds() / 1e9;
        return copy;
    });

    /// <summary>Changes settings while it runs, by the names of the command line's options.</summary>
    /// <exception cref="FormatException">A setting is not known or has a wrong value; none is changed.</exception>
    public Task ChangeAsync(IReadOnlyDictionary<string, string> settings) => _centre.Loop.InvokeAsync(() =>
    {
        _centre.Behave(settings);
        return true;
    });

    /// <summary>Closes every connection now.</summary>
    /// <returns>How many there were.</returns>
    public Task<int> DropConnectionsAsync() => _centre.Loop.InvokeAsync(_centre.DropAll);

    public ValueTask DisposeAsync()
    {
        _centre.Loop.Dispose();
        _listener.Dispose();
        _centre.Record?.Dispose();
        return ValueTask.CompletedTask;
    }
}
