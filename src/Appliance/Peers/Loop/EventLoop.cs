using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;
using Store;

namespace Appliance.Peers.Loop;

/// <summary>What the loop calls when its descriptor is ready.</summary>
internal abstract class LoopHandler
{
    internal ulong LoopKey { get; set; }

    internal abstract void OnReady(uint events);

    /// <summary>Writes what it has to say; the loop calls it at the end of the turn in which it was marked.</summary>
    internal virtual void Flush()
    {
    }

    /// <summary>Goes on with what it waits for room for (<see cref="EventLoop.Wait"/>).</summary>
    /// <returns>False if there is no room yet.</returns>
    internal virtual bool TryGoOn() => true;

    /// <summary>The loop ends.</summary>
    internal virtual void Close(string reason)
    {
    }
}

/// <summary>
/// One thread, one epoll, everything on it single-threaded: sockets, timers and what other threads post. A turn is
/// wait -> handle what is ready -> posted actions -> the owner's turn (timers, sends) -> one write per connection
/// that has something to say. So responses and receipts of a turn leave in one system call per connection, and the
/// busier the loop, the larger its batches.
/// </summary>
internal sealed unsafe class EventLoop : IDisposable
{
    /// <summary>The longest wait: a safety net under the owner's own deadlines.</summary>
    private const long LongestWait = 1_000_000_000;

    /// <summary>Nanoseconds between looks for room while somebody waits for it.</summary>
    private const long RoomPause = 1_000_000;

    /// <summary>Nanoseconds between them where the loop turns faster: to ask a thousand connections takes a while.
    /// </summary>
    private const long AskPause = 200_000;

    private const int EventCapacity = 512;
    private const ulong WakeKey = ulong.MaxValue;

    private readonly int _epoll = Posix.CreateEpoll();
    private readonly int _wake = Posix.CreateEvent();
    private readonly byte[] _events = GC.AllocateArray<byte>(EventCapacity * Posix.EventSize, pinned: true);
    private readonly ConcurrentQueue<Action> _inbox = new();
    private readonly ConcurrentQueue<LoopHandler> _outbox = new();
    private readonly Func<long, long> _turn;
    private readonly Thread _thread;
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Stack<int> _free = new();
    private LoopHandler?[] _handlers = new LoopHandler?[64];
    private uint[] _generations = new uint[64];
    private List<LoopHandler> _waiting = [];
    private List<LoopHandler> _asked = [];
    private long _askedAt;
    private LoopHandler[] _dirty = new LoopHandler[64];
    private int _used;
    private int _dirtyCount;
    private volatile bool _stopping;
    private readonly Lock _ending = new();
    private readonly string _name;
    private int _sleeping;
    private bool _ended;

    /// <param name="name">The thread's name.</param>
    /// <param name="turn">Called once a turn with the time now; returns the time of its next deadline.</param>
    internal EventLoop(string name, Func<long, long> turn)
    {
        _turn = turn;
        _name = name;
        Posix.Control(_epoll, Posix.EpollAdd, _wake, Posix.EpollIn, WakeKey);
        _thread = new Thread(DoRun) { Name = name, IsBackground = true };
    }

    /// <summary>Nanoseconds on the monotonic clock, read once a turn after the wait.</summary>
    internal long Now { get; private set; } = Clock();

    /// <summary>Where every connection receives into; half a PDU at its end moves to the connection's own.</summary>
    internal byte[] ReceiveBuffer { get; } = GC.AllocateArray<byte>(StreamConnection.ReceiveSize, pinned: true);

    /// <summary>Ends when the loop has stopped; faulted when the loop died of an error.</summary>
    internal Task Completion => _completion.Task;

    internal static long Clock() =>
        Stopwatch.Frequency == 1_000_000_000
            ? Stopwatch.GetTimestamp()
            : (long)((Int128)Stopwatch.GetTimestamp() * 1_000_000_000 / Stopwatch.Frequency);

    internal void Start() => _thread.Start();

    /// <summary>Runs an action on the loop's thread, from any thread.</summary>
    internal void Post(Action action)
    {
        _inbox.Enqueue(action);
        Wake();
    }

    /// <summary>Somebody has something to say; any thread.</summary>
    internal void FlushSoon(LoopHandler handler)
    {
        _outbox.Enqueue(handler);
        Wake();
    }

    /// <summary>Runs a function on the loop's thread and gives its result.</summary>
    internal Task<T> InvokeAsync<T>(Func<T> function)
    {
        var source = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(() =>
        {
            try
            {
                source.SetResult(function());
            }
            catch (Exception error)
            {
                source.SetException(error);
            }
        });
        // A loop that ends with the action still in its inbox must not leave the caller waiting for ever.
        _ = Completion.ContinueWith(
            _ => source.TrySetCanceled(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        return source.Task;
    }

    internal void Stop()
    {
        _stopping = true;
        Wake();
    }

    internal void Add(Socket socket, LoopHandler handler, uint events) => Add((int)socket.Handle, handler, events);

    internal void Add(int fd, LoopHandler handler, uint events)
    {
        if (!_free.TryPop(out int slot)) slot = _used++;
        if (slot == _handlers.Length)
        {
            Array.Resize(ref _handlers, slot * 2);
            Array.Resize(ref _generations, slot * 2);
        }
        _handlers[slot] = handler;
        handler.LoopKey = ((ulong)++_generations[slot] << 32) | (uint)slot;
        Posix.Control(_epoll, Posix.EpollAdd, fd, events, handler.LoopKey);
    }

    internal void Modify(Socket socket, LoopHandler handler, uint events) =>
        Posix.Control(_epoll, Posix.EpollModify, (int)socket.Handle, events, handler.LoopKey);

    internal void Remove(Socket socket, LoopHandler handler) => Remove((int)socket.Handle, handler);

    internal void Remove(int fd, LoopHandler handler)
    {
        int slot = (int)(uint)handler.LoopKey;
        if (!ReferenceEquals(_handlers[slot], handler)) return;
        Posix.Control(_epoll, Posix.EpollDelete, fd, 0, 0);
        _handlers[slot] = null;
        _generations[slot]++;
        _free.Push(slot);
    }

    /// <summary>The connection has bytes to send: it is written at the end of this turn.</summary>
    internal void MarkDirty(LoopHandler connection)
    {
        if (_dirtyCount == _dirty.Length) Array.Resize(ref _dirty, _dirty.Length * 2);
        _dirty[_dirtyCount++] = connection;
    }

    /// <summary>
    /// The connection waits for room: it is asked once a turn whether it can go on, until it can. Who could, and waits
    /// again, comes after those that could not.
    /// </summary>
    internal void Wait(LoopHandler connection) => _waiting.Add(connection);

    public void Dispose()
    {
        Stop();
        if (_thread.IsAlive && Thread.CurrentThread != _thread) _thread.Join();
        if (!_thread.IsAlive) CloseDescriptors();
    }

    private void Wake()
    {
        // Full fence: either the loop sees what was put into its boxes, or we see that it sleeps.
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _sleeping) == 0 || Interlocked.Exchange(ref _sleeping, 0) == 0) return;
        // Under the lock, so that the descriptor's number is not another file's by the time it is written to.
        lock (_ending)
        {
            if (!_ended) Posix.Signal(_wake);
        }
    }

    private void DoRun()
    {
        ThreadName.Set(_name);
        try
        {
            long deadline = 0;
            while (!_stopping) deadline = ProcessTurn(deadline);
            while (_inbox.TryDequeue(out var last)) last();
            CloseAll("the loop has stopped");
            _completion.SetResult();
        }
        catch (Exception error)
        {
            CloseAll("the event loop failed");
            _completion.SetException(error);
        }
        finally
        {
            CloseDescriptors();
        }
    }

    private long ProcessTurn(long deadline)
    {
        Volatile.Write(ref _sleeping, 1);
        Interlocked.MemoryBarrier();
        bool idle = _inbox.IsEmpty && _outbox.IsEmpty && !_stopping;
        long longest = _waiting.Count > 0 ? RoomPause : LongestWait;
        long wait = idle ? Math.Clamp(deadline - Clock(), 0, longest) : 0;
        fixed (byte* events = _events)
        {
            int count = Posix.Wait(_epoll, events, EventCapacity, wait);
            Volatile.Write(ref _sleeping, 0);
            Now = Clock();
            // Before those that come now.
            if (_waiting.Count > 0 && Now - _askedAt >= AskPause) AskWaiting();
            for (int i = 0; i < count; i++)
            {
                var (ready, key) = Posix.Event(events, i);
                if (key == WakeKey) Posix.ClearSignal(_wake);
                else Dispatch(key, ready);
            }
        }
        while (_inbox.TryDequeue(out var action)) action();
        while (_outbox.TryDequeue(out var handler)) handler.Flush();
        long next = _turn(Now);
        FlushDirty();
        return next;
    }

    private void Dispatch(ulong key, uint events)
    {
        // An event of a handler removed earlier in this turn finds another generation in its slot.
        var handler = _handlers[(int)(uint)key];
        if (handler is not null && handler.LoopKey == key) handler.OnReady(events);
    }

    private void AskWaiting()
    {
        _askedAt = Now;
        (_asked, _waiting) = (_waiting, _asked);
        int denied = 0;
        for (int i = 0; i < _asked.Count; i++)
        {
            if (!_asked[i].TryGoOn()) _asked[denied++] = _asked[i];
        }
        _asked.RemoveRange(denied, _asked.Count - denied);
        _asked.AddRange(_waiting);
        (_asked, _waiting) = (_waiting, _asked);
        _asked.Clear();
    }

    private void FlushDirty()
    {
        for (int i = 0; i < _dirtyCount; i++)
        {
            _dirty[i].Flush();
            _dirty[i] = null!;
        }
        _dirtyCount = 0;
    }

    private void CloseAll(string reason)
    {
        for (int i = 0; i < _used; i++)
        {
            _handlers[i]?.Close(reason);
        }
    }

    private void CloseDescriptors()
    {
        lock (_ending)
        {
            if (_ended) return;
            _ended = true;
            Posix.Close(_epoll);
            Posix.Close(_wake);
        }
    }
}
