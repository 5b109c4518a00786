using System.CommandLine;
using System.Text.Json;
using Appliance.Load;

namespace Appliance.Commands;

/// <summary>appliance load smpp|http: drives load and measures it.</summary>
public static class LoadCommand
{
    public static Command Create() => new("load", "Drive load at an SMPP server or an HTTP API and measure it.")
    {
        LoadSmppCommand.Create(),
        LoadHttpCommand.Create(),
    };

    /// <summary>Runs, prints the summary, writes the file; the exit code says whether anything was lost.</summary>
    internal static async Task<int> RunAsync(Func<LoadRun> create, string? json, CancellationToken cancellation)
    {
        LoadResult result;
        try
        {
            using var run = create();
            result = await run.RunAsync(cancellation);
        }
        catch (Exception error) when (error is IOException or FormatException)
        {
            await Console.Error.WriteLineAsync(error.Message);
            return 1;
        }
        Console.Out.Write(LoadSummary.Of(result));
        if (json is not null)
        {
            string text = JsonSerializer.Serialize(result, LoadJson.Default.LoadResult);
            await File.WriteAllTextAsync(json, text, CancellationToken.None);
        }
        return result.Lost == 0 ? 0 : 2;
    }
}
