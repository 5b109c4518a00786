namespace Appliance.Operate.Http;

/// <summary>POST /admin/v1/clock: the wall clock is right.</summary>
/// <param name="Time">The wall clock as it was accepted.</param>
/// <param name="NeedsRestart">It is behind the appliance's, which goes back only at a start.</param>
public sealed record ClockResult(DateTimeOffset Time, bool NeedsRestart);
