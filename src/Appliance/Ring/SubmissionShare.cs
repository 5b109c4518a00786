using System.Diagnostics;

namespace Appliance.Ring;

/// <summary>
/// How many submissions may be in the ring. What comes after them waits behind them: the answers of carriers, whose
/// sessions have only a window to fill that time. So where more comes than can be done, it is refused before the line
/// is long: by the time submissions wait until they are durable, and by how long making them durable takes.
/// </summary>
/// <remarks>Producers enter, on any thread; the ring's thread takes, the act stage notes.</remarks>
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
    private int _taken;
    private PaddedLong _entered;
    private PaddedLong _left;

    /// <summary>Submissions that may be in the ring.</summary>
    public int Most => Volatile.Read(ref _most);

    /// <summary>Submissions that are in the ring.</summary>
    public long Count => Volatile.Read(ref _entered.Value) - Volatile.Read(ref _left.Value);

    /// <summary>Whether there are enough of them.</summary>
    public bool IsFull => Count >= Volatile.Read(ref _most);

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

    /// <summary>The batch is decided: how many it took, and when the first came.</summary>
    public (int Submissions, long First) EndBatch()
    {
        var batch = (_taken, _first);
        _taken = 0;
        return batch;
    }

    /// <summary>The batch is durable. Any thread, one batch after the other.</summary>
    /// <param name="submissions">Those it took.</param>
    /// <param name="first">When the first came, in Stopwatch ticks.</param>
    /// <param name="written">When it began to be written.</param>
    public void Durable(int submissions, long first, long written)
    {
        if (submissions == 0) return;
        var durable = Stopwatch.GetTimestamp();
        Note(Stopwatch.GetElapsedTime(first, durable).TotalMilliseconds,
            Stopwatch.GetElapsedTime(written == 0 ? durable : written, durable).TotalMilliseconds,
            Environment.TickCount64);
        Volatile.Write(ref _left.Value, _left.Value + submissions);
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
