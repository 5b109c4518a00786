using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;

namespace Appliance.Operate.Metrics;

internal enum MetricKind
{
    Counter,
    Gauge,
    Histogram,
}

/// <summary>
/// All time series of one name. A busy thread adds one when it sees an account for the first time, of which there are
/// thousands after a start: that costs the same however many there are. A scrape reads a list that never changes.
/// </summary>
internal sealed partial class MetricFamily
{
    private readonly string _header;
    private readonly string[] _labelNames;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Series> _series = new(StringComparer.Ordinal);

    // What a scrape writes; null after a change, until the next scrape.
    private Series[]? _list;

    public MetricFamily(string name, MetricKind kind, string help, string[] labelNames)
    {
        if (!NamePattern().IsMatch(name) || labelNames.Any(label => !LabelPattern().IsMatch(label)))
            throw new ArgumentException($"{name}: a metric's or label's name has a character it may not have.");
        if (string.IsNullOrWhiteSpace(help))
            throw new ArgumentException($"{name}: no help text.");
        if (kind == MetricKind.Counter != name.EndsWith("_total", StringComparison.Ordinal))
            throw new ArgumentException($"{name}: counters, and nothing else, end in _total.");
        Name = name;
        Kind = kind;
        _labelNames = labelNames;
        var escaped = help
            .Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("\n", "\\n", StringComparison.Ordinal);
        _header = $"# HELP {name} {escaped}\n# TYPE {name} {kind.ToString().ToLowerInvariant()}\n";
    }

    public string Name { get; }

    public MetricKind Kind { get; }

    /// <summary>The series with these labels, made where there is none.</summary>
    public T Get<T>((string Name, string Value)[] labels, Func<T> make)
        where T : class, ISample
    {
        var text = TextOf(labels);
        lock (_lock)
        {
            if (_series.TryGetValue(text, out var series))
            {
                return series.Sample as T
                    ?? throw new InvalidOperationException($"{Name}{{{text}}} is of another type already.");
            }

            var sample = make();
            Put(text, sample);
            return sample;
        }
    }

    /// <summary>Adds or replaces a series; a reload gives a callback a new owner.</summary>
    public void Set((string Name, string Value)[] labels, ISample sample)
    {
        var text = TextOf(labels);
        lock (_lock) Put(text, sample);
    }

    /// <summary>Drops every series that has this label.</summary>
    public void Remove(string label, string value)
    {
        var pair = $"{label}=\"{SampleWriter.Escape(value)}\"";
        lock (_lock)
        {
            foreach (var series in _series.Values.Where(series => series.Has(pair)).ToList())
                _series.Remove(series.Labels);
            _list = null;
        }
    }

    /// <summary>Drops the series with just these labels.</summary>
    public void Remove((string Name, string Value)[] labels)
    {
        var text = TextOf(labels);
        lock (_lock)
        {
            _series.Remove(text);
            _list = null;
        }
    }

    public void Write(IBufferWriter<byte> output)
    {
        var all = All();
        if (all.Length == 0)
            return;
        output.Write(Encoding.UTF8.GetBytes(_header));
        foreach (var series in all)
        {
            var writer = new SampleWriter(output, Name, series.Labels);
            series.Sample.Write(ref writer);
        }
    }

    private Series[] All()
    {
        lock (_lock) return _list ??= [.. _series.Values];
    }

    private void Put(string labels, ISample sample)
    {
        _series[labels] = new Series(labels, sample);
        _list = null;
    }

    private string TextOf((string Name, string Value)[] labels)
    {
        if (!labels.Select(label => label.Name).SequenceEqual(_labelNames))
            throw new ArgumentException($"{Name}: its labels are ({string.Join(", ", _labelNames)}), in that order.");
        return string.Join(',', labels.Select(label => $"{label.Name}=\"{SampleWriter.Escape(label.Value)}\""));
    }

    [GeneratedRegex("^[a-z][a-z0-9_]*$")]
    private static partial Regex NamePattern();

    [GeneratedRegex("^[a-z][a-z0-9_]*$")]
    private static partial Regex LabelPattern();

    private sealed record Series(string Labels, ISample Sample)
    {
        // A value may hold a comma; a quote in it is escaped, so that `",` ends a pair.
        public bool Has(string pair) =>
            Labels.Length > 0 && Labels[..^1].Split("\",").Any(one => one + "\"" == pair);
    }
}
