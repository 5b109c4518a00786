using Appliance.Policy.Senders;

namespace Appliance.Policy.Fraud;

/// <summary>
/// Finds artificially inflated traffic and the pumping of sequential numbers, by account and range. Bounded memory,
/// no allocation after it is made; of one thread, and of the order of events alone.
/// </summary>
/// <remarks>
/// A sketch counts every range; one that has an eighth of the messages which the account's limits ask for is watched
/// closely, with a bit for each of its numbers. Places are for eight ranges each, and the quietest makes way.
/// </remarks>
public sealed class RangeGuard
{
    private const int Ways = 8;
    private const int WordBits = 64;
    private const int LeastWidth = 1 << 16;
    private const int GateDivisor = 8;
    private const int FewestFinals = 20;
    private const int Neighbours = 3;
    private const int AccountShift = 48;

    private readonly WatchedRange[] _ranges;
    private readonly ulong[] _numbers;
    private readonly int _words;
    private readonly ulong _rangeSize;
    private readonly CountMinSketch _sketch;
    private readonly RangeLimits _usual;
    private readonly RangeLimits?[] _own = new RangeLimits?[ushort.MaxValue + 1];
    private readonly bool[] _reportsConversions = new bool[ushort.MaxValue + 1];
    private readonly long _sketchWindow;
    private long _sketchSince = long.MinValue;

    /// <param name="accounts">The persistent id of each account's name.</param>
    public RangeGuard(FraudRules rules, IReadOnlyDictionary<string, ushort> accounts)
    {
        ArgumentNullException.ThrowIfNull(rules);
        var places = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(Ways, rules.Ranges));
        _rangeSize = 1;
        for (var i = 0; i < rules.RangeDigits; i++) _rangeSize *= 10;
        _words = ((int)_rangeSize + WordBits - 1) / WordBits;
        _ranges = new WatchedRange[places];
        _numbers = new ulong[places * _words];
        _sketch = new CountMinSketch(Math.Max(LeastWidth, places * 4));
        _usual = rules.Limits;
        foreach (var (name, limits) in rules.Accounts)
        {
            if (accounts.TryGetValue(name, out var id)) _own[id] = limits;
        }

        var windows = rules.Accounts.Values.Append(rules.Limits).Where(limits => limits.Mode != FraudMode.Off).ToList();
        IsOn = windows.Count > 0;
        _sketchWindow = (long)windows.Select(limits => limits.Window.TotalMilliseconds).DefaultIfEmpty(1000).Max();
    }

    /// <summary>Ranges that were watched closely and made way for others, since the start. Where it grows fast, there
    /// are too few places.</summary>
    public long Evicted { get; private set; }

    /// <summary>Whether anything is watched at all.</summary>
    public bool IsOn { get; }

    /// <summary>A message comes in. False if it is to be refused.</summary>
    /// <param name="number">Digits, with or without +.</param>
    /// <param name="found">Whether the range was found by this very message.</param>
    public bool Submit(
        ushort account, ReadOnlySpan<byte> number, long unixMs, out bool found, out RangeFinding finding)
    {
        found = false;
        finding = default;
        var limits = _own[account] ?? _usual;
        if (limits.Mode == FraudMode.Off || !TryKey(account, number, out var key, out var index)) return true;
        var place = Find(key);
        if (place < 0)
        {
            if (Estimate(key, unixMs) < Math.Max(1, limits.Messages / GateDivisor)) return true;
            place = Watch(key, unixMs);
        }

        ref var range = ref _ranges[place];
        if (unixMs - range.WindowStart >= limits.Window.TotalMilliseconds)
        {
            range.BeginWindow(unixMs);
            NumbersOf(place).Clear();
        }

        Count(ref range, place, index, unixMs);
        if (!range.Found && IsSuspect(range, limits, account))
        {
            range.Found = found = true;
            var blocks = limits.Mode == FraudMode.Block;
            if (blocks) range.BlockedUntil = unixMs + (long)limits.BlockFor.TotalMilliseconds;
            finding = FindingOf(range, blocks);
        }

        return limits.Mode != FraudMode.Block || unixMs >= range.BlockedUntil;
    }

    /// <summary>A final state of a message: whether it was delivered.</summary>
    public void Final(ushort account, ReadOnlySpan<byte> number, bool delivered)
    {
        if (!TryKey(account, number, out var key, out _)) return;
        var place = Find(key);
        if (place < 0) return;
        _ranges[place].Finals++;
        if (delivered) _ranges[place].Delivered++;
    }

    /// <summary>The account says that the message's code was used, or its link followed.</summary>
    public void Convert(ushort account, ReadOnlySpan<byte> number)
    {
        _reportsConversions[account] = true;
        if (!TryKey(account, number, out var key, out _)) return;
        var place = Find(key);
        if (place >= 0) _ranges[place].Converted++;
    }

    /// <summary>Takes a block off; false if there was none. Until the end of its window it is not found again.
    /// </summary>
    public bool Release(ushort account, ReadOnlySpan<byte> number, long unixMs)
    {
        if (!TryKey(account, number, out var key, out _)) return false;
        var place = Find(key);
        if (place < 0 || _ranges[place].BlockedUntil <= unixMs) return false;
        _ranges[place].BlockedUntil = 0;
        return true;
    }

    /// <summary>Whether an account's messages to a number are refused now.</summary>
    public bool IsBlocked(ushort account, ReadOnlySpan<byte> number, long unixMs)
    {
        var limits = _own[account] ?? _usual;
        return limits.Mode == FraudMode.Block && TryKey(account, number, out var key, out _)
            && Find(key) is >= 0 and var place && unixMs < _ranges[place].BlockedUntil;
    }

    /// <summary>Ranges that are blocked now, for the console.</summary>
    public IEnumerable<RangeFinding> Blocked(long unixMs) =>
        _ranges.Where(range => range.Key != 0 && range.BlockedUntil > unixMs)
            .Select(range => FindingOf(range, blocked: true));

    private bool IsSuspect(in WatchedRange range, RangeLimits limits, ushort account)
    {
        // What came before it was watched closely counts as well, but its numbers aren't known.
        var before = Math.Max(0, (limits.Messages / GateDivisor) - 1);
        if (range.Messages + before < limits.Messages) return false;
        var spread = range.Distinct >= limits.DistinctShare * range.Messages
            || range.Sequential >= limits.SequentialShare * range.Messages;
        if (!spread) return false;
        if (range.Finals >= FewestFinals && range.Delivered > limits.DeliveredShare * range.Finals) return false;
        return !_reportsConversions[account] || range.Converted <= limits.ConvertedShare * range.Messages;
    }

    private void Count(ref WatchedRange range, int place, int index, long unixMs)
    {
        range.Messages++;
        range.LastAt = unixMs;
        ref var word = ref NumbersOf(place)[index / WordBits];
        var bit = 1UL << (index % WordBits);
        if ((word & bit) == 0)
        {
            word |= bit;
            range.Distinct++;
        }

        var step = index - range.Last;
        if (range.Last >= 0 && step != 0 && Math.Abs(step) <= Neighbours) range.Sequential++;
        range.Last = index;
    }

    private int Estimate(ulong key, long unixMs)
    {
        if (_sketchSince == long.MinValue) _sketchSince = unixMs;
        // Half as often as the longest window: a count fades over two of them.
        while (unixMs - _sketchSince >= _sketchWindow)
        {
            _sketch.Halve();
            _sketchSince = unixMs - _sketchSince >= _sketchWindow * WordBits
                ? unixMs
                : _sketchSince + _sketchWindow;
        }

        return _sketch.Add(Mix(key));
    }

    private int Find(ulong key)
    {
        var first = FirstOf(key);
        for (var i = first; i < first + Ways; i++)
        {
            if (_ranges[i].Key == key) return i;
        }

        return -1;
    }

    /// <summary>A place for the range: a free one, else that of the range with the fewest messages, of several the one
    /// that is silent for longest; a blocked range comes last.</summary>
    private int Watch(ulong key, long unixMs)
    {
        var first = FirstOf(key);
        var quietest = first;
        for (var i = first; i < first + Ways; i++)
        {
            ref var range = ref _ranges[i];
            if (range.Key == 0)
            {
                quietest = i;
                break;
            }

            if (IsQuieter(range, _ranges[quietest], unixMs)) quietest = i;
        }

        if (_ranges[quietest].Key != 0) Evicted++;
        _ranges[quietest].Begin(key, unixMs);
        NumbersOf(quietest).Clear();
        return quietest;
    }

    private static bool IsQuieter(in WatchedRange one, in WatchedRange other, long unixMs)
    {
        var blocked = one.BlockedUntil > unixMs;
        if (blocked != other.BlockedUntil > unixMs) return !blocked;
        return one.Messages != other.Messages ? one.Messages < other.Messages : one.LastAt < other.LastAt;
    }

    private Span<ulong> NumbersOf(int place) => _numbers.AsSpan(place * _words, _words);

    private int FirstOf(ulong key) => (int)(Mix(key) >> 16) & (_ranges.Length - 1) & ~(Ways - 1);

    /// <summary>The range's digits with a 1 before them, since a number may begin with 0.</summary>
    private bool TryKey(ushort account, ReadOnlySpan<byte> number, out ulong key, out int index)
    {
        key = 0;
        index = 0;
        if (!NumberValue.TryRead(Sender.WithoutPlus(number), out var value)) return false;
        var (range, place) = Math.DivRem(value, _rangeSize);
        if (range < 10) return false;
        key = ((ulong)account << AccountShift) | range;
        index = (int)place;
        return true;
    }

    private static RangeFinding FindingOf(in WatchedRange range, bool blocked)
    {
        var digits = range.Key & ((1UL << AccountShift) - 1);
        var lead = 1UL;
        while (lead * 10 <= digits) lead *= 10;
        return new RangeFinding(
            (ushort)(range.Key >> AccountShift), digits - lead, range.Messages, range.Distinct, range.Sequential,
            range.Finals, range.Delivered, range.Converted, blocked);
    }

    private static ulong Mix(ulong key)
    {
        key = (key ^ (key >> 32)) * 0xD6E8FEB86659FD93UL;
        key = (key ^ (key >> 32)) * 0xD6E8FEB86659FD93UL;
        return key ^ (key >> 32);
    }
}
