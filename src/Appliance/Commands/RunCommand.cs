using System.CommandLine;
using Appliance.Operate;
using Store;

namespace Appliance.Commands;

/// <summary><c>appliance run --config FILE</c></summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var config = new Option<string>("--config", "-c")
        {
            Description = "The configuration file (docs/configuration.md).",
            Required = true,
        };
        var command = new Command("run", "Runs the appliance in the foreground.") { config };
        command.SetAction((result, cancellation) => RunAsync(result.GetRequiredValue(config), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(string path, CancellationToken cancellation)
    {
        // So that the command line listens for signals before anything else does.
        await Task.Yield();
        KillPoints.Arm(Environment.GetEnvironmentVariable(KillPoints.Variable));
        var result = Configuration.Load(path);
        if (result.Configuration is not { } configuration)
        {
            foreach (var error in result.Errors) await Console.Error.WriteLineAsync(error.ToString());
            return 1;
        }

        return await RunAsync(configuration, cancellation);
    }

    /// <summary>Runs until told to end; a start that fails says why in one line.</summary>
    public static async Task<int> RunAsync(
        Configuration configuration, CancellationToken cancellation, Action? started = null)
    {
        try
        {
            await using var host = await ApplianceHost.StartAsync(configuration);
            started?.Invoke();
            await host.WaitAsync(cancellation);
            return 0;
        }
        catch (StoreException e)
        {
            await Console.Error.WriteLineAsync($"appliance: cannot start: {e.Message}");
            await Console.Error.FlushAsync();
            // The store may be half open, and a part that has failed must not be closed in good order.
            LastWords.Leave(ExitCode.Of(e.Fault));
            return ExitCode.Failed;
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            await Console.Error.WriteLineAsync($"appliance: cannot start: {e.Message}");
            return ExitCode.Failed;
        }
    }
}
