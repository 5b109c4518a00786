using System.Numerics;

namespace Appliance.Limits;

/// <summary>What a rate is for. Part of the key, so that an account and a carrier of one id are two.</summary>
public enum RateKind : byte
{
    Account = 1,
    Sender = 2,
    Carrier = 3,
    CarrierSender = 4,
}

/// <summary>Messages a second, and how many of them may come at once.</summary>
/// <param name="PerSecond">0 for no limit.</param>
/// <param name="Burst">At least 1.</param>
public readonly record struct RateLimit(int PerSecond, int Burst)
{
    /// <summary>With a second's worth at once, as an account's throughput.</summary>
    public static RateLimit Of(int perSecond) => new(perSecond, Math.Max(1, perSecond));
}

/// <summary>
/// Token buckets by key, so many and no more. One word of state each, the time at which all that was let through would
/// be paid for (GCRA, as in ITU-T I.371). A bucket whose time has passed is full, as one that was never asked for is:
/// it makes room for another one, and nothing is lost. Only where all eight places of a key are taken by buckets in use
/// one is forgotten: its key may send a burst again. The decide thread's.
/// </summary>
public sealed class RateTable
{
    private const int Ways = 8;
    private const long Second = 1_000_000_000;

    /// <summary>Keys and times in turn: a set is two lines of the cache.</summary>
    private readonly Entry[] _entries;
    private readonly int _sets;

    private struct Entry
    {
        public ulong Key;

        /// <summary>Nanoseconds.</summary>
        public long Paid;
    }

    /// <param name="capacity">Buckets, 16 octets each.</param>
    public RateTable(int capacity)
    {
        _sets = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(1, capacity / Ways));
        _entries = new Entry[_sets * Ways];
    }

    /// <summary>Buckets in use that were forgotten for others.</summary>
    public long Evicted { get; private set; }

    public static ulong KeyOf(RateKind kind, ushort id) => Mix(((ulong)kind << 56) | id);

    /// <param name="sender">Its <see cref="AddressHash.Long"/>.</param>
    public static ulong KeyOf(RateKind kind, ulong sender, ushort id = 0) =>
        Mix(sender ^ Mix(((ulong)kind << 56) | id));

    /// <summary>Takes a token.</summary>
    /// <param name="now">Nanoseconds of a clock that never goes back.</param>
    /// <param name="wait">Nanoseconds until there is one, where there is none.</param>
    public bool TryTake(ulong key, RateLimit limit, long now, out long wait)
    {
        wait = WaitOf(key, limit, now, out var place);
        if (wait > 0) return false;
        Take(key, limit, now, place);
        return true;
    }

    /// <summary>Takes a token of each bucket, or of none.</summary>
    /// <param name="wait">Nanoseconds until all have one.</param>
    /// <param name="lacking">The first that has none, or -1.</param>
    public bool TryTakeAll(ReadOnlySpan<RateClaim> claims, long now, out long wait, out int lacking)
    {
        wait = 0;
        lacking = -1;
        for (var i = 0; i < claims.Length; i++)
        {
            var own = WaitOf(claims[i].Key, claims[i].Limit, now, out _);
            if (own <= 0) continue;
            if (lacking < 0) lacking = i;
            wait = Math.Max(wait, own);
        }

        if (lacking >= 0) return false;
        foreach (ref readonly var claim in claims)
        {
            WaitOf(claim.Key, claim.Limit, now, out var place);
            Take(claim.Key, claim.Limit, now, place);
        }

        return true;
    }

    /// <summary>Whether a token could be taken now.</summary>
    public bool Has(ulong key, RateLimit limit, long now) => WaitOf(key, limit, now, out _) <= 0;

    /// <summary>Takes a token, or where there is none the next one to come: who takes one so waits its turn without
    /// asking again.</summary>
    /// <returns>Nanoseconds until it is there.</returns>
    public long Reserve(ulong key, RateLimit limit, long now)
    {
        var wait = WaitOf(key, limit, now, out var place);
        Take(key, limit, now, place);
        return Math.Max(0, wait);
    }

    /// <summary>Gives a token back that was taken for nothing.</summary>
    public void Return(ulong key, RateLimit limit, long now)
    {
        if (limit.PerSecond == 0) return;
        var place = Find(key);
        if (place >= 0) _entries[place].Paid = Math.Max(now, _entries[place].Paid - (Second / limit.PerSecond));
    }

    private long WaitOf(ulong key, RateLimit limit, long now, out int place)
    {
        place = -1;
        if (limit.PerSecond == 0) return 0;
        place = Find(key);
        if (place < 0) return 0;
        var interval = Second / limit.PerSecond;
        return Math.Max(_entries[place].Paid, now) + interval - now - (interval * limit.Burst);
    }

    private void Take(ulong key, RateLimit limit, long now, int place)
    {
        if (limit.PerSecond == 0) return;
        if (place < 0)
        {
            place = Oldest(SetOf(key));
            if (_entries[place].Paid > now) Evicted++;
            _entries[place] = new Entry { Key = key, Paid = now };
        }

        ref var entry = ref _entries[place];
        entry.Paid = Math.Max(entry.Paid, now) + (Second / limit.PerSecond);
    }

    private int Find(ulong key)
    {
        var first = SetOf(key);
        for (var i = first; i < first + Ways; i++)
            if (_entries[i].Key == key) return i;
        return -1;
    }

    private int Oldest(int first)
    {
        var oldest = first;
        for (var i = first + 1; i < first + Ways; i++)
            if (_entries[i].Paid < _entries[oldest].Paid) oldest = i;
        return oldest;
    }

    private int SetOf(ulong key) => (int)(key >> 32 & (uint)(_sets - 1)) * Ways;

    /// <summary>Never 0, which is an empty place.</summary>
    private static ulong Mix(ulong hash)
    {
        hash = (hash ^ (hash >> 30)) * 0xBF58476D1CE4E5B9UL;
        hash = (hash ^ (hash >> 27)) * 0x94D049BB133111EBUL;
        return (hash ^ (hash >> 31)) | 1;
    }
}

/// <summary>A bucket that a message needs a token of.</summary>
public readonly record struct RateClaim(ulong Key, RateLimit Limit);
