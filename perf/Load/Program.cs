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
if (results.Count > 0) await Report.SaveAsync("bench", results);
if ("backlog".Contains(only, StringComparison.OrdinalIgnoreCase))
{
    var messages = Place.Number("BENCH_BACKLOG", 5_000_000);
    Console.WriteLine($"Backlog of {Report.Thousands(messages)} messages, carrier away, kill -9, carrier back:");
    await Report.SaveAsync("backlog", await Backlog.TakeAsync(messages));
}
