using System.Text.Json.Nodes;

namespace Rig;

/// <summary>`appliance load` as a process of its own; gives its result as it writes it (docs/load.md).</summary>
public static class LoadRun
{
    /// <summary>Exit code of a load that misses receipts.</summary>
    private const int Lost = 2;

    public static Task<JsonObject> SmppAsync(TimeSpan limit, params string[] options) => RunAsync("smpp", limit, options);

    /// <summary>Fills a gateway whose carrier is away: no receipt will come in this run.</summary>
    public static Task<JsonObject> FillAsync(TimeSpan limit, params string[] options) =>
        RunAsync("smpp", limit, options, allowed: Lost);

    public static Task<JsonObject> HttpAsync(TimeSpan limit, params string[] options) => RunAsync("http", limit, options);

    private static async Task<JsonObject> RunAsync(
        string protocol, TimeSpan limit, string[] options, int allowed = 0)
    {
        var file = Path.Combine(Directory.CreateDirectory(Path.Combine(Place.Root, "artifacts", "perf")).FullName,
            $"load-{Guid.NewGuid():n}.json");
        try
        {
            using var load = new Part($"load {protocol}", Place.Binary,
                ["load", protocol, "--quiet", "--json", file, .. options]);
            await load.EndAsync(limit, allowed);
            return JsonNode.Parse(await File.ReadAllTextAsync(file))!.AsObject();
        }
        finally
        {
            File.Delete(file);
        }
    }
}
