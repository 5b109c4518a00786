using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

// In process: what is measured is nanoseconds of pure code, and no second build is needed for each run.
var job = (args.Contains("--short") ? Job.ShortRun : Job.Default).WithToolchain(InProcessEmitToolchain.Instance);
var config = ManualConfig.Create(DefaultConfig.Instance).AddJob(job);
string[] rest = [.. args.Where(a => a != "--short")];
var summaries = BenchmarkSwitcher.FromAssembly(typeof(Micro.CodecBenchmarks).Assembly).Run(rest, config);

// Lines that a script can read: "codec CodecBenchmarks.SubmitSmRead 12.3 ns 0 B".
foreach (var report in summaries.SelectMany(s => s.Reports).Where(r => r.ResultStatistics is not null))
{
    var method = report.BenchmarkCase.Descriptor.WorkloadMethod;
    long allocated = report.GcStats.GetBytesAllocatedPerOperation(report.BenchmarkCase) ?? 0;
    Console.WriteLine(FormattableString.Invariant(
        $"codec {method.Name} {report.ResultStatistics!.Mean:F1} ns {allocated} B"));
}
