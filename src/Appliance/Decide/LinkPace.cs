using Appliance.Routing.Live;

namespace Appliance.Decide;

/// <summary>Lets so many through a second as the carrier was found to take, with a tenth of a second's worth at once at
/// the most; everything while it has not complained.</summary>
public sealed class LinkPace(Aimd aimd)
{
    private double _tokens;
    private long _at;

    /// <summary>Whether one may be sent now.</summary>
    /// <param name="now">Milliseconds since 1970.</param>
    public bool HasAny(long now)
    {
        var rate = aimd.Rate;
        if (rate <= 0) return true;
        if (now > _at) _tokens = Math.Min(Math.Max(1, rate / 10), _tokens + ((now - _at) * rate / 1000));
        _at = now;
        return _tokens >= 1;
    }

    /// <summary>One is sent.</summary>
    public void Take()
    {
        if (aimd.Rate > 0) _tokens = Math.Max(0, _tokens - 1);
    }
}
