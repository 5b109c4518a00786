using System.Text.Json.Nodes;
using Compare;
using Rig;

// Alternating runs, so that whatever the machine does besides hits both; the median of each is compared.
var rounds = Place.Number("COMPARE_ROUNDS", 3);
var duration = TimeSpan.FromSeconds(Place.Number("COMPARE_SECONDS", 10));
var warmUp = TimeSpan.FromSeconds(2);
var gateways = new Func<SimulatedSmsc, Task<IGateway>>[]
{
    async smsc => await KannelGateway.StartAsync(smsc),
    async smsc => new ApplianceGateway(await Node.StartAsync(smsc)),
};

var runs = new List<Run>();
foreach (var receipts in new[] { false, true })
{
    for (var round = 1; round <= rounds; round++)
    {
        foreach (var gateway in gateways)
        {
            var run = await Run.MeasureAsync(gateway, receipts, warmUp, duration);
            runs.Add(run);
            Console.WriteLine($"{run.Gateway,-10} receipts {(receipts ? "on " : "off")} round {round}: " +
                $"{Report.Thousands(run.PerSecond),9} msg/s  {run.CpuMicros,7:0.0} us CPU/msg  {run.Resident >> 20,5} MB");
        }
    }
}

Console.WriteLine();
Console.WriteLine("HTTP, one message a request, all durable; medians");
var table = new JsonArray();
foreach (var receipts in new[] { false, true })
{
    var kannel = Report.Median(runs.Where(r => r.Gateway == "kannel" && r.Receipts == receipts).Select(r => r.PerSecond));
    var ours = Report.Median(runs.Where(r => r.Gateway == "appliance" && r.Receipts == receipts).Select(r => r.PerSecond));
    Console.WriteLine($"receipts {(receipts ? "on " : "off")}  kannel {Report.Thousands(kannel),9} msg/s  " +
        $"appliance {Report.Thousands(ours),9} msg/s  ratio {ours / kannel:0.0}");
    table.Add(new JsonObject
    {
        ["receipts"] = receipts,
        ["kannel_per_second"] = Math.Round(kannel),
        ["appliance_per_second"] = Math.Round(ours),
        ["ratio"] = Math.Round(ours / kannel, 2),
    });
}

await Report.SaveAsync("compare-kannel", new JsonObject
{
    ["medians"] = table,
    ["runs"] = new JsonArray([.. runs.Select(run => (JsonNode)new JsonObject
    {
        ["gateway"] = run.Gateway,
        ["receipts"] = run.Receipts,
        ["messages"] = run.Messages,
        ["seconds"] = Math.Round(run.Seconds, 2),
        ["per_second"] = Math.Round(run.PerSecond),
        ["cpu_us_per_message"] = Math.Round(run.CpuMicros, 1),
        ["resident_mb"] = run.Resident >> 20,
    })]),
});
