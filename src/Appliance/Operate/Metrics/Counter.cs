namespace Appliance.Operate.Metrics;

/// <summary>
/// A count that only grows, written by one thread and read by the scrape: a plain addition, without lock or fence.
/// What several threads count is a <see cref="SharedCounter"/>.
/// </summary>
public sealed class Counter : ISample
{
    private long _value;

    public long Value => Volatile.Read(ref _value);

    public void Add(long amount = 1) => _value += amount;

    void ISample.Write(ref SampleWriter writer) => writer.Sample("", Value);
}

/// <summary>A count that any thread may add to; for what is rare, as bad input.</summary>
public sealed class SharedCounter : ISample
{
    private long _value;

    public long Value => Volatile.Read(ref _value);

    public void Add(long amount = 1) => Interlocked.Add(ref _value, amount);

    void ISample.Write(ref SampleWriter writer) => writer.Sample("", Value);
}

/// <summary>A number somebody else keeps, asked for at each scrape; for a gauge or a counter.</summary>
internal sealed class Callback(Func<double> read) : ISample
{
    void ISample.Write(ref SampleWriter writer) => writer.Sample("", read());
}
