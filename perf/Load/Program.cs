using System.Text.Json.Nodes;
using Load;
using Load.Bare;
using Rig;

var duration = TimeSpan.FromSeconds(Place.Number("BENCH_SECONDS", 20));
var only = Environment.GetEnvironmentVariable("BENCH_ONLY") ?? "";
var committed = Gate.Committed();
var passes = true;
var scenarios = Scenario.All.Where(s => Wanted(s.Name)).ToList();
if (scenarios.Count > 0 || Wanted(Scenario.OverloadName))
{
    Console.WriteLine($"{duration.TotalSeconds:0} s each; load, appliance and carriers share {Environment.ProcessorCount} processors; latencies in ms");
    Console.WriteLine("1,000 accounts, 10,000 prefixes, 20 carriers with 4 sessions each, window 100; each acknowledgement after fsync");
    var bare = await Roofline.TakeAsync();
    Console.WriteLine(bare);
    Console.WriteLine(Measurement.Heading());
    var rows = new JsonArray();
    foreach (var scenario in scenarios) await RowAsync(scenario, rows);
    if (Wanted(Scenario.OverloadName)) await RowAsync(Scenario.Overload(await PeakAsync(rows)), rows);
    passes = Gate.Passes(committed, bare.ToJson(), rows);
    // A part of the table must not take the place of the whole.
    if (only.Length == 0)
    {
        await Report.SaveAsync("bench", new JsonObject { ["bare"] = bare.ToJson(), ["rows"] = rows });
        Plots.Draw(bare, rows);
    }
}

if (Wanted("backlog"))
{
    var messages = Place.Number("BENCH_BACKLOG", 5_000_000);
    Console.WriteLine($"Backlog of {Report.Thousands(messages)} messages, carrier away, kill -9, carrier back:");
    await Report.SaveAsync("backlog", await Backlog.TakeAsync(messages));
}

if (only == "optouts")
{
    var numbers = Place.Number("BENCH_OPTOUTS", 10_000_000);
    Console.WriteLine($"{Report.Thousands(numbers)} opt-outs: imported, looked up, started with:");
    await Report.SaveAsync("optouts", await OptOuts.TakeAsync(numbers));
}

if (only == "charges")
{
    var messages = Place.Number("BENCH_CHARGES", 1_000_000);
    Console.WriteLine($"Charge records of {Report.Thousands(messages)} finished messages:");
    await Report.SaveAsync("charges", await Charges.TakeAsync(messages));
}

if (only is "growth" or "binds")
{
    Console.WriteLine("Cost by binds; as many messages on their way in each row:");
    Console.WriteLine(Measurement.Heading());
    await Report.SaveAsync("binds", await Growth.BindsAsync(duration));
}

if (only is "growth" or "stored")
{
    var most = Place.Number("BENCH_STORED", 100_000_000);
    Console.WriteLine($"Cost by what is stored, up to {Report.Thousands(most)} messages:");
    await Report.SaveAsync("stored", await Growth.StoredAsync(duration, most));
}

return passes ? 0 : 1;

bool Wanted(string name) => only.Length == 0 || name.Contains(only, StringComparison.OrdinalIgnoreCase);

async Task RowAsync(Scenario scenario, JsonArray rows)
{
    var measurement = await Measurement.TakeAsync(scenario, duration);
    Console.WriteLine(measurement.ToLine());
    rows.Add(measurement.ToJson());
}

// The best of the closed loops, measured now where this run has none.
async Task<double> PeakAsync(JsonArray rows)
{
    var known = rows.Where(row => row!["scenario"]!.GetValue<string>() == Scenario.Main.Name).ToList();
    if (known.Count == 0) await RowAsync(Scenario.Main, rows);
    return rows.First(row => row!["scenario"]!.GetValue<string>() == Scenario.Main.Name)!["per_second"]!.GetValue<double>();
}
