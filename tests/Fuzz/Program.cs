using Fuzz;

// fuzz [--count N] [--seed N] [--seconds N] [--corpus FILE] [--save FILE]
// --save keeps the short ones of the inputs that took new ways, evenly chosen, for corpus.txt.
const int Kept = 600;
const int ShortInput = 160;

long count = long.Parse(Option("--count") ?? "1000000");
ulong seed = ulong.Parse(Option("--seed") ?? "1");
double seconds = double.Parse(Option("--seconds") ?? "86400");
string corpus = Option("--corpus") ?? Path.Combine(AppContext.BaseDirectory, "corpus.txt");

var fuzzer = new Fuzzer(seed);
if (File.Exists(corpus))
{
    fuzzer.Load(File.ReadLines(corpus));
}

var report = fuzzer.Run(count, TimeSpan.FromSeconds(seconds));
double rate = report.Count / report.Elapsed.TotalSeconds;
Console.WriteLine(
    $"seed {seed}: {report.Count:N0} mutated PDUs in {report.Elapsed.TotalSeconds:F1} s ({rate:N0}/s), "
    + $"{report.Ways:N0} ways, corpus {fuzzer.Corpus.Count:N0}");
if (Option("--save") is { } file)
{
    var inputs = fuzzer.Corpus.Where(input => input.Length <= ShortInput).ToList();
    int step = Math.Max(1, inputs.Count / Kept);
    File.WriteAllLines(file, inputs.Where((_, i) => i % step == 0).Select(Convert.ToHexStringLower));
}

if (report.Failure is not null)
{
    Console.Error.WriteLine(report.Failure);
    return 1;
}

return 0;

string? Option(string name)
{
    int index = Array.IndexOf(args, name);
    return index >= 0 && index + 1 < args.Length ? args[index + 1] : null;
}
