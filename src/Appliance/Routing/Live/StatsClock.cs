namespace Appliance.Routing.Live;

/// <summary>
/// Time as the tallies count it: steps of 1/64 half-life, so that what was counted decays by a table look-up, and slots
/// in which messages wait for their receipts.
/// </summary>
public sealed class StatsClock
{
    private const int StepsOfHalf = 64;

    /// <summary>After so many half-lives nothing is left.</summary>
    private const int Halves = 30;

    private readonly float[] _left = new float[StepsOfHalf * Halves];
    private readonly long _step;

    /// <param name="halfLife">Milliseconds after which an outcome counts half; 0 for never.</param>
    /// <param name="late">Milliseconds after which a message without a receipt counts as failed.</param>
    public StatsClock(long halfLife, long late)
    {
        _step = halfLife == 0 ? 0 : Math.Max(1, halfLife / StepsOfHalf);
        Late = late;
        // The slot that is filled is not full yet: the others must last for all of the time.
        SlotLength = Math.Max(1, late / (WaitingSlots.Count - 1));
        for (var i = 0; i < _left.Length; i++) _left[i] = MathF.Pow(0.5f, i / (float)StepsOfHalf);
    }

    public long Late { get; }

    /// <summary>Milliseconds.</summary>
    internal long SlotLength { get; }

    internal long StepOf(long now) => _step == 0 ? 0 : now / _step;

    internal long SlotOf(long now) => now / SlotLength;

    /// <summary>What is left of 1 after so many steps.</summary>
    internal float Left(long steps) => steps <= 0 ? 1 : steps < _left.Length ? _left[steps] : 0;
}
