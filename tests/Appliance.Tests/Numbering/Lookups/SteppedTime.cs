namespace Appliance.Tests.Numbering.Lookups;

/// <summary>A clock that stands until it is moved.</summary>
internal sealed class SteppedTime : TimeProvider
{
    private long _ticks = 1;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Interlocked.Read(ref _ticks);

    internal void Move(TimeSpan step) => Interlocked.Add(ref _ticks, step.Ticks);
}
