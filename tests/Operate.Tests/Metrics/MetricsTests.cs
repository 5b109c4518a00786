using System.Buffers;
using System.Text;
using Appliance.Operate.Metrics;

namespace Operate.Tests.Metrics;

public class MetricsTests
{
    [Fact]
    public void A_counter_has_help_type_and_a_line_for_each_label_set()
    {
        var registry = new MetricsRegistry();
        registry.Counter("a_total", "What a is.", ("x", "1"), ("y", "2")).Add();
        registry.Counter("a_total", "What a is.", ("x", "3"), ("y", "4")).Add(41);
        registry.Counter("a_total", "What a is.", ("x", "3"), ("y", "4")).Add();
        Assert.Equal(
            "# HELP a_total What a is.\n# TYPE a_total counter\n"
            + "a_total{x=\"1\",y=\"2\"} 1\na_total{x=\"3\",y=\"4\"} 42\n",
            Text(registry));
    }

    [Fact]
    public void The_ten_thousandth_series_costs_what_the_first_did()
    {
        var registry = new MetricsRegistry();
        void Add(int first, int count)
        {
            for (var i = first; i < first + count; i++)
                registry.CounterOf("a_total", "What a is.", () => 1, ("x", i.ToString("00000")));
        }
        var few = Measured.Allocations.Of(() => Add(0, 1_000));
        Add(1_000, 9_000);
        var many = Measured.Allocations.Of(() => Add(10_000, 1_000));
        Assert.True(many < 4 * few, $"{few} bytes for the first thousand, {many} for the eleventh");
        Assert.Equal(11_000, Text(registry).Split('\n').Count(line => line.StartsWith("a_total{", StringComparison.Ordinal)));
    }

    [Fact]
    public void Labels_and_help_are_escaped()
    {
        var registry = new MetricsRegistry();
        registry.Gauge("g", "a \\ b\nc", () => 1.5, ("x", "\"\\\n,ü"));
        Assert.Equal("# HELP g a \\\\ b\\nc\n# TYPE g gauge\ng{x=\"\\\"\\\\\\n,ü\"} 1.5\n", Text(registry));
    }

    [Theory]
    [InlineData(0, "0")]
    [InlineData(-3, "-3")]
    [InlineData(0.00005, "0.00005")]
    [InlineData(1e-9, "0.000000001")]
    [InlineData(250000 * 1e-9, "0.00025")]
    [InlineData(1700000000.123, "1700000000.123")]
    [InlineData(1e20, "100000000000000000000")]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.PositiveInfinity, "+Inf")]
    [InlineData(double.NegativeInfinity, "-Inf")]
    public void Numbers_are_plain(double value, string text)
    {
        var registry = new MetricsRegistry();
        registry.Gauge("g", "G.", () => value);
        Assert.EndsWith($"\ng {text}\n", Text(registry), StringComparison.Ordinal);
    }

    [Fact]
    public void A_number_beyond_decimal_is_scientific()
    {
        var registry = new MetricsRegistry();
        registry.Gauge("g", "G.", () => 1e300);
        Assert.EndsWith("\ng 1E+300\n", Text(registry), StringComparison.Ordinal);
    }

    [Fact]
    public void A_histogram_is_cumulative_and_scaled()
    {
        var registry = new MetricsRegistry();
        var histogram = registry.Histogram("h_seconds", "H.", new Buckets([1_000_000, 5_000_000], 1e-9), ("x", "1"));
        foreach (var nanoseconds in (long[])[0, 1_000_000, 1_000_001, 5_000_000, 5_000_001])
            histogram.Record(nanoseconds);
        histogram.Record(2_000_000, 10);
        Assert.Equal(
            """
            # HELP h_seconds H.
            # TYPE h_seconds histogram
            h_seconds_bucket{x="1",le="0.001"} 2
            h_seconds_bucket{x="1",le="0.005"} 14
            h_seconds_bucket{x="1",le="+Inf"} 15
            h_seconds_sum{x="1"} 0.032000002
            h_seconds_count{x="1"} 15

            """.ReplaceLineEndings("\n"),
            Text(registry));
    }

    [Fact]
    public void Recording_allocates_nothing()
    {
        var registry = new MetricsRegistry();
        var counter = registry.Counter("a_total", "A.");
        var shared = registry.SharedCounter("b_total", "B.");
        var histogram = registry.Histogram("h", "H.", Buckets.Submit);
        var times = 0;
        Assert.Equal(0, Measured.Allocations.Least(() =>
        {
            for (var i = 0; i < 10_000; i++)
            {
                counter.Add();
                shared.Add();
                histogram.Record(i * 1_000_000L);
                histogram.RecordSince(0);
                times++;
            }
        }));
        Assert.Equal((times, times), (counter.Value, shared.Value));
    }

    [Fact]
    public void What_is_gone_is_no_longer_exported()
    {
        var registry = new MetricsRegistry();
        registry.Counter("a_total", "A.", ("carrier", "x"), ("state", "s")).Add();
        registry.Counter("a_total", "A.", ("carrier", "y"), ("state", "a\",carrier=\"x")).Add();
        registry.Gauge("g", "G.", () => 1, ("carrier", "x"));
        registry.Remove("carrier", "x");
        Assert.Equal(
            "# HELP a_total A.\n# TYPE a_total counter\na_total{carrier=\"y\",state=\"a\\\",carrier=\\\"x\"} 1\n",
            Text(registry));
    }

    [Fact]
    public void A_gauge_registered_again_has_the_new_owner()
    {
        var registry = new MetricsRegistry();
        registry.Gauge("g", "G.", () => 1);
        registry.Gauge("g", "G.", () => 2);
        Assert.EndsWith("\ng 2\n", Text(registry), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Upper_total", "Help.", "x")]
    [InlineData("a-b_total", "Help.", "x")]
    [InlineData("no_suffix", "Help.", "x")]
    [InlineData("a_total", " ", "x")]
    [InlineData("a_total", "Help.", "le-gal")]
    public void A_wrong_name_is_refused_at_start_up(string name, string help, string label) =>
        Assert.Throws<ArgumentException>(() => new MetricsRegistry().Counter(name, help, (label, "1")));

    [Fact]
    public void A_family_has_one_kind_and_one_list_of_labels()
    {
        var registry = new MetricsRegistry();
        registry.Gauge("g", "G.", () => 1, ("x", "1"));
        Assert.Throws<InvalidOperationException>(() => registry.Histogram("g", "G.", Buckets.Sync, ("x", "1")));
        Assert.Throws<ArgumentException>(() => registry.Gauge("g", "G.", () => 1, ("y", "1")));
        Assert.Throws<ArgumentException>(() => registry.Gauge("g", "G.", () => 1));
        registry.Counter("a_total", "A.");
        Assert.Throws<InvalidOperationException>(() => registry.SharedCounter("a_total", "A."));
    }

    [Fact]
    public async Task A_scrape_while_series_come_and_counts_grow_is_whole()
    {
        var registry = new MetricsRegistry();
        var histogram = registry.Histogram("h", "H.", Buckets.BatchSize);
        var writer = Task.Run(() =>
        {
            for (var i = 0; i < 2_000; i++)
            {
                registry.Counter("a_total", "A.", ("n", $"{i % 50}")).Add();
                histogram.Record(i);
            }
        });
        long last = 0;
        do
        {
            var lines = Text(registry).Split('\n').Where(line => line.StartsWith("h_", StringComparison.Ordinal));
            var values = lines.ToDictionary(line => line.Split(' ')[0], line => long.Parse(line.Split(' ')[1], null));
            Assert.Equal(values["h_bucket{le=\"+Inf\"}"], values["h_count"]);
            Assert.True(values["h_count"] >= last);
            last = values["h_count"];
        }
        while (!writer.IsCompleted);
        await writer;
    }

    internal static string Text(MetricsRegistry registry)
    {
        var buffer = new ArrayBufferWriter<byte>();
        registry.Write(buffer);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
