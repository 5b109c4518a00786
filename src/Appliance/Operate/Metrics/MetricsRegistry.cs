using System.Buffers;

namespace Appliance.Operate.Metrics;

/// <summary>
/// Every metric of the process. Series are made at start-up or when a carrier, an account or a session appears; who
/// records holds the cell itself, so that recording is one addition. A family has one kind, one help text and one list
/// of label names; asking twice for a series gives the same cell.
/// </summary>
public sealed class MetricsRegistry
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, MetricFamily> _families = new(StringComparer.Ordinal);

    /// <summary>A counter with one writer; its name ends in _total.</summary>
    public Counter Counter(string name, string help, params (string Name, string Value)[] labels) =>
        Family(name, MetricKind.Counter, help, labels).Get(labels, () => new Counter());

    /// <summary>A counter that any thread may add to.</summary>
    public SharedCounter SharedCounter(string name, string help, params (string Name, string Value)[] labels) =>
        Family(name, MetricKind.Counter, help, labels).Get(labels, () => new SharedCounter());

    /// <summary>A counter that somebody else keeps; <paramref name="read"/> is called on the scraping thread.</summary>
    public void CounterOf(
        string name, string help, Func<double> read, params (string Name, string Value)[] labels) =>
        Family(name, MetricKind.Counter, help, labels).Set(labels, new Callback(read));

    /// <summary>A gauge that somebody else keeps; <paramref name="read"/> is called on the scraping thread.</summary>
    public void Gauge(string name, string help, Func<double> read, params (string Name, string Value)[] labels) =>
        Family(name, MetricKind.Gauge, help, labels).Set(labels, new Callback(read));

    /// <summary>A histogram with one writer.</summary>
    public Histogram Histogram(
        string name, string help, Buckets buckets, params (string Name, string Value)[] labels) =>
        Family(name, MetricKind.Histogram, help, labels).Get(labels, () => new Histogram(buckets));

    /// <summary>Drops all series with this label, as when a carrier is gone.</summary>
    public void Remove(string label, string value)
    {
        foreach (var family in Families())
            family.Remove(label, value);
    }

    /// <summary>Drops all gauges with this label: what they measure is not there any more.</summary>
    public void RemoveGauges(string label, string value)
    {
        foreach (var family in Families().Where(family => family.Kind == MetricKind.Gauge))
            family.Remove(label, value);
    }

    /// <summary>Drops one series.</summary>
    public void Remove(string name, params (string Name, string Value)[] labels)
    {
        foreach (var family in Families().Where(family => family.Name == name)) family.Remove(labels);
    }

    /// <summary>Writes the Prometheus text format 0.0.4, families in order of their names.</summary>
    public void Write(IBufferWriter<byte> output)
    {
        foreach (var family in Families())
            family.Write(output);
    }

    private MetricFamily[] Families()
    {
        lock (_lock)
            return [.. _families.Values];
    }

    private MetricFamily Family(string name, MetricKind kind, string help, (string Name, string Value)[] labels)
    {
        lock (_lock)
        {
            if (!_families.TryGetValue(name, out var family))
            {
                family = new MetricFamily(name, kind, help, [.. labels.Select(label => label.Name)]);
                _families.Add(name, family);
            }

            return family.Kind == kind
                ? family
                : throw new InvalidOperationException($"{name} is a {family.Kind} already.");
        }
    }
}
