using System.Text.Json.Nodes;
using Xunit;

namespace EndToEnd.Tests.Harness;

/// <summary>Charge records by <c>ctl charges</c>.</summary>
internal static class Charges
{
    /// <summary>All lines of a file beside the configuration after it was brought up to date, by the columns'
    /// names.</summary>
    /// <param name="file">CSV, or NDJSON by its name.</param>
    public static async Task<List<Dictionary<string, string>>> ReadAsync(Line line, string file)
    {
        var path = Path.Combine(Path.GetDirectoryName(line.Appliance.ConfigurationFile)!, file);
        var (code, said) = await line.Appliance.CommandAsync("ctl", "charges", "--out", path);
        Assert.True(code == 0, said);
        var lines = await File.ReadAllLinesAsync(path);
        if (file.EndsWith(".ndjson", StringComparison.Ordinal))
        {
            return [.. lines.Select(text => JsonNode.Parse(text)!.AsObject()
                .ToDictionary(one => one.Key, one => one.Value?.ToString() ?? ""))];
        }

        var names = lines[0].Split(',');
        return
        [
            .. lines.Skip(1).Select(text =>
                names.Zip(text.Split(',')).ToDictionary(one => one.First, one => one.Second)),
        ];
    }
}
