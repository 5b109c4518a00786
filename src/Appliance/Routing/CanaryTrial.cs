using Appliance.Routing.Live;

namespace Appliance.Routing;

/// <summary>
/// How a canary does against the other carriers of its route, from the outcomes since it began. Once it has done worse
/// it is out until its configuration changes.
/// </summary>
public sealed class CanaryTrial(RouteCanary canary, long late)
{
    private readonly StatsClock _clock = new(0, late);
    private ReceiptTally _trial;
    private ReceiptTally _others;

    public RouteCanary Canary => canary;

    public bool IsRolledBack { get; private set; }

    /// <summary>A message that will have a receipt was handed over.</summary>
    public void Submitted(bool toCanary, long now) => (toCanary ? ref _trial : ref _others).Submitted(_clock, now);

    /// <summary>A message's final receipt is there, or it failed for good.</summary>
    /// <param name="at">When it was handed over.</param>
    public void Outcome(bool ofCanary, long at, long now, bool delivered) =>
        (ofCanary ? ref _trial : ref _others).Outcome(_clock, at, now, delivered);

    /// <summary>Looks whether the canary is out; receipts that do not come count too, so it is asked as time goes by.
    /// </summary>
    /// <returns>Whether it is out since this call.</returns>
    public bool Judge(long now)
    {
        _trial.Advance(_clock, now);
        _others.Advance(_clock, now);
        if (IsRolledBack || _trial.Outcomes < canary.Receipts || _others.Outcomes < canary.Receipts) return false;
        IsRolledBack = Rate(in _trial) < Rate(in _others) - canary.Below;
        return IsRolledBack;
    }

    /// <summary>Delivery rates of the canary and of the others, and how many outcomes each rests on.</summary>
    public (double Canary, double Others, int CanaryOutcomes, int OtherOutcomes) Rates =>
        (Rate(in _trial), Rate(in _others), (int)_trial.Outcomes, (int)_others.Outcomes);

    private static double Rate(in ReceiptTally tally) =>
        tally.Outcomes == 0 ? 1 : tally.Delivered / (double)tally.Outcomes;
}
