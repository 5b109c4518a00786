using System.Globalization;

namespace EndToEnd.Tests.Harness;

/// <summary>One reading of /metrics.</summary>
internal sealed class Metrics
{
    private readonly Dictionary<string, double> _series = [];

    private Metrics(string text) => Text = text;

    public string Text { get; }

    public static Metrics Parse(string text)
    {
        var metrics = new Metrics(text);
        foreach (var line in text.Split('\n').Where(line => line.Length > 0 && line[0] != '#'))
        {
            var space = line.LastIndexOf(' ');
            metrics._series[line[..space]] = double.Parse(line[(space + 1)..], CultureInfo.InvariantCulture);
        }
        return metrics;
    }

    /// <summary>The sum of all series of that name whose labels contain all of the given ones (name="value").</summary>
    public double Sum(string name, params string[] labels) =>
        _series.Where(s => NameOf(s.Key) == name && labels.All(l => s.Key.Contains(l, StringComparison.Ordinal)))
            .Sum(s => s.Value);

    private static string NameOf(string series)
    {
        var brace = series.IndexOf('{', StringComparison.Ordinal);
        return brace < 0 ? series : series[..brace];
    }
}
