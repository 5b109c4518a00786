using System.Diagnostics;

namespace Appliance.Ring;

/// <summary>
/// How many submissions may be in the ring. What comes after them waits behind them: the answers of carriers, whose
/// sessions have only a window to fill that time. So where more comes than can be done, it is refused before the line
/// is long: by the time submissions wait until they are durable, and by how long making them durable takes.
/// </summary>
/// <remarks>Producers enter, on any thread; all else is the ring's thread's.</remarks>
/// <param name="capacity">Entries of the ring; a quarter of them is for what cannot be refused.</param>
public sealed class SubmissionShare(int capacity)
{
    /// <summary>A wait that nobody minds, in milliseconds.</summary>
    private const double ShortWait = 10;

    /// <summary>A batch comes while one is written and is written after it; more is a line.</summary>
    private const double Writings = 3;

    /// <summary>So many are never refused for it: the windows of a few sessions.</summary>
    private const int LeastEntries = 4096;

    private readonly int _largest = capacity - (capacity / 4);
    private readonly int _least = Math.Min(capacity - (capacity / 4), LeastEntries);
    private int _most = capacity - (capacity / 4);
    private double _writingTime;
    private long _quietUntil;
    private long _first;
    private long _writing;
    private int _taken;
    private PaddedLong _entered;
    private PaddedLong _left;

    /// <summary>Submissions that may be in the ring.</summary>
    public int Most => Volatile.Read(ref _most);

    /// <summary>Whether there are enough of them.</summary>
    public bool IsFull =>
        Volatile.Read(ref _entered.Value) - Volatile.Read(ref _left.Value) >= Volatile.Read(ref _most);

    /// <summary>Claims an entry for a submission.</summary>
    /// <returns>False where there are enough of them.</returns>
    public bool TryClaim<T>(RingBuffer<T> ring, out long sequence) where T : struct
    {
        sequence = -1;
        if (IsFull || !ring.TryClaim(capacity / 4, out sequence)) return false;
        Interlocked.Increment(ref _entered.Value);
        return true;
    }

    /// <summary>A submission's turn has come.</summary>
    /// <param name="ticks">Stopwatch ticks at which it came.</param>
    public void Took(long ticks)
    {
        if (_taken++ == 0) _first = ticks;
    }

    /// <summary>The batch is about to be made durable.</summary>
    public void Writing() => _writing = Stopwatch.GetTimestamp();

    /// <summary>It is.</summary>
    public void Durable()
    {
        if (_taken == 0) return;
        var durable = Stopwatch.GetTimestamp();
        Note(Stopwatch.GetElapsedTime(_first, durable).TotalMilliseconds,
            Stopwatch.GetElapsedTime(_writing, durable).TotalMilliseconds, Environment.TickCount64);
        Volatile.Write(ref _left.Value, _left.Value + _taken);
        _taken = 0;
    }

    /// <summary>A batch with submissions is durable.</summary>
    /// <param name="waited">Milliseconds since the first of them came.</param>
    /// <param name="writing">Milliseconds of them that it took to write the batch.</param>
    /// <param name="now">Milliseconds of any clock that goes on.</param>
    public void Note(double waited, double writing, long now)
    {
        _writingTime += (writing - _writingTime) / 8;
        // What was changed shows only in what came since.
        if (now < _quietUntil) return;
        if (waited > Math.Max(ShortWait, Writings * _writingTime))
        {
            _quietUntil = now + (long)waited;
            Volatile.Write(ref _most, Math.Max(_least, _most - (_most / 4)));
        }
        else if (_most < _largest)
        {
            _quietUntil = now + 1;
            Volatile.Write(ref _most, Math.Min(_largest, _most + Math.Max(64, _most / 32)));
        }
    }
}
