namespace Appliance.Numbering;

/// <summary>The plan in force: read by any thread, exchanged as a whole.</summary>
public sealed class LivePlan(NumberPlan plan)
{
    private NumberPlan _plan = plan;

    /// <summary>Whoever reads it sees a plan that is complete: the write below publishes what was built before it.
    /// </summary>
    public NumberPlan Current => Volatile.Read(ref _plan);

    /// <summary>Puts these ranges in the place of those before.</summary>
    public void Replace(NumberRanges ranges) => Volatile.Write(ref _plan, Current.With(ranges));
}
