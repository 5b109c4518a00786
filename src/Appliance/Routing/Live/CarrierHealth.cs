using System.Runtime.CompilerServices;

namespace Appliance.Routing.Live;

/// <summary>When a carrier loses traffic, and how it gets it back. Times in milliseconds.</summary>
public sealed record HealthOptions
{
    /// <summary>Share of bad answers in the last five seconds at which it loses all traffic.</summary>
    public double BadShare { get; init; } = 0.5;

    /// <summary>Answers in those seconds before a share counts.</summary>
    public int Answers { get; init; } = 10;

    /// <summary>Bad answers one after another at which it loses all traffic, however few there are.</summary>
    public int InARow { get; init; } = 5;

    /// <summary>An answer that takes longer is a bad one; with none at all for so long it is stalled.</summary>
    public long Slow { get; init; } = 5_000;

    /// <summary>How long it gets nothing; twice as long each time it fails again, up to <see cref="LongestPause"/>.
    /// </summary>
    public long Pause { get; init; } = 5_000;

    public long LongestPause { get; init; } = 60_000;

    /// <summary>Until it gets all of its traffic again.</summary>
    public long Recovery { get; init; } = 30_000;

    /// <summary>Share of the traffic it begins again with.</summary>
    public double First { get; init; } = 0.02;
}

/// <summary>What a carrier made of a request.</summary>
public enum CarrierAnswer : byte
{
    Good,

    /// <summary>It refused the message for what the message is: says nothing of the carrier.</summary>
    Refused,

    /// <summary>It failed, or did not answer at all.</summary>
    Failed,
    Throttled,
}

/// <summary>
/// Whether a carrier is fit for traffic, from its answers of the last seconds: <see cref="Factor"/> is the share of its
/// traffic that it should get. It falls to 0 at once and comes back gradually.
/// </summary>
public sealed class CarrierHealth(HealthOptions options)
{
    private const long Second = 1_000;

    private Answers _answers;
    private long _second;
    private int _good;
    private int _bad;
    private int _inARow;
    private int _unanswered;

    /// <summary>Since when it has answered nothing, while something is unanswered.</summary>
    private long _silentSince;
    private long _cutUntil;
    private long _pause = options.Pause;

    /// <summary>When it began to get traffic again; long.MinValue where it never lost it.</summary>
    private long _rampFrom = long.MinValue;
    private bool _wasUp;

    private struct AnswerSecond
    {
        public int Good;
        public int Bad;
    }

    [InlineArray(Seconds)]
    private struct Answers
    {
        public const int Seconds = 5;

        private AnswerSecond _first;
    }

    /// <summary>Whether it has a session.</summary>
    public bool IsUp { get; private set; }

    /// <summary>How full it is, 0 to 1: windows and what waits. Told by who owns them.</summary>
    public double Load { get; set; }

    /// <summary>Whether it has no room now: windows full, no token, or a pause that it asked for.</summary>
    public bool IsFull { get; set; }

    /// <summary>How often it lost its traffic.</summary>
    public int Cuts { get; private set; }

    /// <summary>Its first session is there.</summary>
    public void Bound(long now)
    {
        if (IsUp) return;
        IsUp = true;
        if (_wasUp) _rampFrom = Math.Max(now, _cutUntil);
        _wasUp = true;
    }

    /// <summary>Its last session is gone; what was unanswered stays so.</summary>
    public void Unbound()
    {
        IsUp = false;
        _unanswered = 0;
        Forget();
    }

    /// <summary>Its sessions are given up for others, by our will: what comes then is no return from an outage.
    /// </summary>
    public void Renewed()
    {
        Unbound();
        _wasUp = false;
    }

    /// <summary>One of its sessions is gone, and will not answer what it owes.</summary>
    public void Dropped(int unanswered) => _unanswered = Math.Max(0, _unanswered - unanswered);

    public void Sent(long now)
    {
        if (_unanswered++ == 0) _silentSince = now;
    }

    /// <param name="took">Milliseconds from request to answer.</param>
    public void Answered(CarrierAnswer answer, long took, long now)
    {
        if (_unanswered > 0) _unanswered--;
        _silentSince = now;
        Roll(now);
        var bad = answer is CarrierAnswer.Failed or CarrierAnswer.Throttled || took > options.Slow;
        ref var second = ref _answers[(int)(_second % Answers.Seconds)];
        if (!bad)
        {
            second.Good++;
            _good++;
            _inARow = 0;
            return;
        }

        second.Bad++;
        _bad++;
        _inARow++;
        var all = _good + _bad;
        if (_inARow >= options.InARow || (all >= options.Answers && _bad >= options.BadShare * all)) Cut(now);
    }

    /// <summary>Share of its traffic that it should get now, 0 to 1.</summary>
    public double Factor(long now)
    {
        if (!IsUp) return 0;
        if (_unanswered > 0 && now - _silentSince > options.Slow && now >= _cutUntil) Cut(now);
        if (now < _cutUntil) return 0;
        if (_rampFrom == long.MinValue) return 1;
        var factor = options.First + ((now - _rampFrom) / (double)options.Recovery);
        if (factor < 1) return Math.Max(options.First, factor);
        _rampFrom = long.MinValue;
        _pause = options.Pause;
        return 1;
    }

    private void Cut(long now)
    {
        // What was sent before the cut may still be answered during it: that is no news.
        if (now < _cutUntil) return;
        Cuts++;
        _cutUntil = now + _pause;
        _rampFrom = _cutUntil;
        _pause = Math.Min(options.LongestPause, _pause * 2);
        Forget();
    }

    private void Forget()
    {
        _answers = default;
        _good = _bad = _inARow = 0;
    }

    private void Roll(long now)
    {
        var second = now / Second;
        var passed = Math.Min(second - _second, Answers.Seconds);
        for (var i = 1; i <= passed; i++)
        {
            ref var oldest = ref _answers[(int)((_second + i) % Answers.Seconds)];
            _good -= oldest.Good;
            _bad -= oldest.Bad;
            oldest = default;
        }

        if (passed > 0) _second = second;
    }
}
