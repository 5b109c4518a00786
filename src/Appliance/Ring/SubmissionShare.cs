using System.Diagnostics;

namespace Appliance.Ring;

/// <summary>
/// How many submissions may be in the ring. What comes after them waits behind them: the answers of carriers, whose
/// sessions have only a window to fill that time. So where more comes than can be done, it is refused before the line
/// is long: by the time submissions wait until they are durable, and by how long making them durable takes. First those
/// are refused that have more than their weight's share of it, so that a flood of one account is its own trouble.
/// </summary>
/// <remarks>
/// Producers enter, on any thread; the ring's thread takes, the act stage notes. Shares are among the accounts that
/// have sent lately: who sends alone may fill all of it.
/// </remarks>
/// <param name="capacity">Entries of the ring; a quarter of them is for what cannot be refused.</param>
public sealed class SubmissionShare(int capacity)
{
    /// <summary>A wait that nobody minds, in milliseconds.</summary>
    private const double ShortWait = 10;

    /// <summary>A batch comes while one is written and is written after it; more is a line.</summary>
    private const double Writings = 3;

    /// <summary>So many are never refused for it: the windows of a few sessions.</summary>
    private const int LeastEntries = 4096;

    /// <summary>Who has sent nothing for so long is not counted among those that send.</summary>
    private static readonly long Lately = Stopwatch.Frequency / 5;

    /// <summary>Who has this part of its share has little.</summary>
    private const int Little = 4;

    private readonly List<SourceShare> _touched = [];
    private readonly List<SourceShare> _active = [];
    private readonly SourceShare _others = new();

    /// <summary>By the accounts' ids; replaced as a whole, and none ever goes.</summary>
    private volatile SourceShare?[] _sources = [];
    private long _last;
    private long _sweptAt;
    private int _weights = 1;

    /// <summary>Entries for what cannot be refused, and how many of them who has little leaves.</summary>
    private readonly int _kept = capacity / 4;
    private readonly int _keptFromLittle = capacity / 8;

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

    /// <summary>Accounts' weights. Before any of theirs come; one thread at a time.</summary>
    public void Configure(IEnumerable<(ushort Account, int Weight)> weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        var all = weights.ToList();
        var sources = new SourceShare?[Math.Max(_sources.Length, all.Count == 0 ? 0 : all.Max(one => one.Account) + 1)];
        _sources.CopyTo(sources, 0);
        foreach (var (account, weight) in all) (sources[account] ??= new SourceShare()).Weight = weight;
        _sources = sources;
    }

    /// <summary>An account's part; those that were never configured share one.</summary>
    public SourceShare Of(ushort account)
    {
        var sources = _sources;
        return account < sources.Length && sources[account] is { } source ? source : _others;
    }

    /// <summary>
    /// Whether a submission of that source is refused. None is while half is free; then who has its share of what may
    /// be in the ring. When that is full, who has little, a quarter of its share, is taken all the same: up to half as
    /// much again, for the room that a flood leaves is soon gone.
    /// </summary>
    public bool IsCrowded(SourceShare source)
    {
        var inside = Count;
        var most = Volatile.Read(ref _most);
        return inside >= most / 2 && IsCrowded(source, inside, most);
    }

    /// <summary>Whether a claim would be granted now: of what may be in the ring, and of the ring itself.</summary>
    public bool HasRoom<T>(RingBuffer<T> ring, SourceShare source) where T : struct
    {
        ArgumentNullException.ThrowIfNull(ring);
        if (IsCrowded(source)) return false;
        return ring.HasRoom(_kept) || (HasLittle(source, Most) && ring.HasRoom(_keptFromLittle));
    }

    private bool IsCrowded(SourceShare source, long inside, int most)
    {
        if (inside >= most + (most / 2)) return true;
        return inside < most ? !HasLess(source, most) : !HasLittle(source, most);
    }

    private bool HasLittle(SourceShare source, int most) => HasLess(source, most / Little);

    /// <summary>Whether a source has less than its share of so many.</summary>
    private bool HasLess(SourceShare source, int most) =>
        source.Count * Volatile.Read(ref _weights) < (long)most * source.Weight;

    /// <summary>Claims an entry for a submission.</summary>
    /// <returns>False where there are enough of them.</returns>
    public bool TryClaim<T>(RingBuffer<T> ring, SourceShare source, out long sequence) where T : struct
    {
        sequence = -1;
        if (IsCrowded(source)) return false;
        // Where carriers' answers have taken what a flood has left, who has little may have of their part.
        if (!ring.TryClaim(_kept, out sequence)
            && !(HasLittle(source, Most) && ring.TryClaim(_keptFromLittle, out sequence))) return false;
        Interlocked.Increment(ref _entered.Value);
        source.Enter();
        return true;
    }

    /// <summary>A submission's turn has come.</summary>
    /// <param name="ticks">Stopwatch ticks at which it came.</param>
    public void Took(ushort account, long ticks)
    {
        if (_taken++ == 0) _first = ticks;
        _last = ticks;
        var source = Of(account);
        if (source.Taken++ == 0) _touched.Add(source);
    }

    /// <summary>The batch is decided.</summary>
    /// <param name="batch">Gets how many it took, and when the first came.</param>
    public void EndBatch(SubmissionBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        (batch.Count, batch.First) = (_taken, _first);
        batch.Parts.Clear();
        if (_taken == 0) return;
        _taken = 0;
        foreach (var source in _touched)
        {
            batch.Parts.Add((source, source.Taken));
            source.Taken = 0;
            source.SeenAt = _last;
            if (source.IsActive) continue;
            source.IsActive = true;
            _active.Add(source);
            _sweptAt = 0;
        }

        _touched.Clear();
        if (_last - _sweptAt > Lately / 4) Sweep();
    }

    /// <summary>Whose weights count.</summary>
    private void Sweep()
    {
        _sweptAt = _last;
        var weights = 0;
        for (var i = _active.Count - 1; i >= 0; i--)
        {
            var source = _active[i];
            source.IsActive = _last - source.SeenAt <= Lately;
            if (source.IsActive) weights += source.Weight;
            else _active.RemoveAt(i);
        }

        Volatile.Write(ref _weights, Math.Max(1, weights));
    }

    /// <summary>The batch is durable. Any thread, one batch after the other.</summary>
    /// <param name="batch">What it took.</param>
    /// <param name="written">When it began to be written.</param>
    public void Durable(SubmissionBatch batch, long written)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (batch.Count == 0) return;
        var durable = Stopwatch.GetTimestamp();
        Note(Stopwatch.GetElapsedTime(batch.First, durable).TotalMilliseconds,
            Stopwatch.GetElapsedTime(written == 0 ? durable : written, durable).TotalMilliseconds,
            Environment.TickCount64);
        foreach (var (source, count) in batch.Parts) source.Leave(count);
        Volatile.Write(ref _left.Value, _left.Value + batch.Count);
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
