using System.Text.Json.Nodes;

namespace Rig;

/// <summary>`appliance load` as a process of its own; gives its result as it writes it (docs/load.md).</summary>
public static class LoadRun
{
    public static Task<JsonObject> SmppAsync(TimeSpan limit, params string[] options) => RunAsync("smpp", limit, options);

    public static Task<JsonObject> HttpAsync(TimeSpan limit, params string[] options) => RunAsync("http", limit, options);

    private static async Task<JsonObject> RunAsync(string protocol, TimeSpan limit, string[] options)
    {
        var file = Path.Combine(Directory.CreateDirectory(Path.Combine(Place.Root, "artifacts", "perf")).FullName,
            $"load-{Guid.NewGuid():n}.json");
        try
        {
            using var load = new Part($"load {protocol}", Place.Binary,
                ["load", protocol, "--quiet", "--json", file, .. options]);
            await load.EndAsync(limit);
            return JsonNode.Parse(await File.ReadAllTextAsync(file))!.AsObject();
        }
        finally
        {
            File.Delete(file);
        }
    }
}
