namespace Appliance.Operate.Storage;

/// <summary>
/// Does something again and again on a thread of its own, with a pause between, on the monotonic clock. What it throws
/// is told and does not end it.
/// </summary>
internal sealed class Periodic : IDisposable
{
    private readonly ManualResetEventSlim _stop = new();
    private readonly Thread _thread;
    private readonly TimeSpan _pause;
    private readonly Action _work;
    private readonly Action<Exception> _failed;

    public Periodic(string name, TimeSpan pause, Action work, Action<Exception> failed)
    {
        _pause = pause;
        _work = work;
        _failed = failed;
        _thread = new Thread(Do) { Name = name, IsBackground = true };
    }

    public void Start() => _thread.Start();

    /// <summary>Ends it; work under way is waited for.</summary>
    public void Dispose()
    {
        _stop.Set();
        if (_thread.ThreadState != ThreadState.Unstarted && _thread.IsAlive) _thread.Join();
        _stop.Dispose();
    }

    private void Do()
    {
        while (!_stop.Wait(_pause))
        {
            try
            {
                _work();
            }
            catch (Exception error) when (error is not OutOfMemoryException)
            {
                _failed(error);
            }
        }
    }
}
