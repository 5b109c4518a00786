using System.Globalization;
using Fuzz;
using Xunit;
using Xunit.Abstractions;

namespace Codec.Tests;

/// <summary>
/// The short form of the fuzzer. FUZZ_SECONDS sets how long (60 without it), FUZZ_SEED where it starts (without it,
/// today's date: each day tries other inputs, and a failure prints the input itself).
/// </summary>
public class FuzzTests(ITestOutputHelper output)
{
    [Fact]
    public void Mutated_PDUs_give_a_PDU_or_a_named_error_and_cost_no_memory()
    {
        ulong seed = (ulong)Setting("FUZZ_SEED", (DateTime.UtcNow - DateTime.UnixEpoch).Days);
        var fuzzer = new Fuzzer(seed);
        fuzzer.Load(File.ReadLines(Path.Combine(AppContext.BaseDirectory, "corpus.txt")));
        var report = fuzzer.Run(long.MaxValue, TimeSpan.FromSeconds(Setting("FUZZ_SECONDS", 60)));
        output.WriteLine($"seed {seed}: {report.Count:N0} mutated PDUs, {report.Ways:N0} ways");
        Assert.Null(report.Failure);
        Assert.True(report.Count > 10_000 && report.Ways > 200, report.ToString());
    }

    /// <summary>A failure can be seen again.</summary>
    [Fact]
    public void The_same_seed_makes_the_same_run()
    {
        var one = new Fuzzer(7).Run(20_000, TimeSpan.FromMinutes(1));
        var other = new Fuzzer(7).Run(20_000, TimeSpan.FromMinutes(1));
        Assert.Equal((one.Count, one.Ways), (other.Count, other.Ways));
    }

    private static long Setting(string name, long otherwise) =>
        long.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out long value)
            ? value
            : otherwise;
}
