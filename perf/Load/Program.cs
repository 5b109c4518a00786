using System.Text.Json.Nodes;
using Load;
using Rig;

var duration = TimeSpan.FromSeconds(Place.Number("BENCH_SECONDS", 20));
var only = Environment.GetEnvironmentVariable("BENCH_ONLY") ?? "";
Console.WriteLine($"{duration.TotalSeconds:0} s each; load, appliance and carrier share {Environment.ProcessorCount} processors; latencies in ms");
Console.WriteLine(Measurement.Heading());
var results = new JsonArray();
foreach (var scenario in Scenario.All.Where(s => s.Name.Contains(only, StringComparison.OrdinalIgnoreCase)))
{
    var measurement = await Measurement.TakeAsync(scenario, duration);
    Console.WriteLine(measurement.ToLine());
    results.Add(measurement.ToJson());
}
await Report.SaveAsync("bench", results);
