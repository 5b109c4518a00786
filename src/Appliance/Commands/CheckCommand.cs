using System.CommandLine;
using Appliance.Money;
using Appliance.Operate;
using Store;

namespace Appliance.Commands;

/// <summary>
/// <c>appliance check --config FILE</c>: says what is wrong with a configuration; <c>--data</c>, what is wrong with its
/// data folder or the one named. Starts nothing, changes nothing.
/// </summary>
internal static class CheckCommand
{
    public static Command Create()
    {
        var config = new Option<string?>("--config", "-c") { Description = "The configuration file" };
        var data = new Option<string?>("--data")
        {
            Description = "Verify a data folder: checksums and what must hold between files; without DIR the "
                + "configuration's",
            Arity = ArgumentArity.ZeroOrOne,
            HelpName = "DIR",
        };
        var number = new Option<string?>("--number")
        {
            Description = "With --data: find what is left of a number, instead; 0 is left after an erasure",
            HelpName = "NUMBER",
        };
        var command = new Command("check", "Check a configuration or a data folder and list everything that is wrong")
        {
            config, data, number,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(config) is null && result.GetValue(data) is null)
                result.AddError("check: name what to check: --config FILE, --data DIR, or --data --config FILE");
            if (result.GetValue(number) is not null && result.GetResult(data) is not { Implicit: false })
                result.AddError("--number: goes with --data");
        });
        command.SetAction(parsed => parsed.GetResult(data) is { Implicit: false }
            ? AdminOptions.GuardAsync(() => Task.FromResult(
                RunData(parsed.GetValue(data), parsed.GetValue(config), parsed.GetValue(number), Console.Out,
                    Console.Error)))
            : Task.FromResult(Run(parsed.GetValue(config)!, Console.Out, Console.Error)));
        return command;
    }

    /// <summary>Returns the exit code: 0 for whole data, 1 for a bad configuration or where there is no data, else what
    /// a start on the same data ends with.</summary>
    public static int RunData(string? data, string? config, string? number, TextWriter output, TextWriter errors)
    {
        if (data is null)
        {
            var result = Configuration.Load(config!);
            foreach (var error in result.Errors) errors.WriteLine(error);
            if (result.Configuration is null) return ExitCode.Failed;
            data = result.Configuration.Data;
        }

        if (!DataCheck.IsThere(data))
        {
            errors.WriteLine($"There is no data folder at {Path.GetFullPath(data)}: it is absent or empty. "
                + "Is the path right? A folder of data has a file FORMAT.");
            return ExitCode.Failed;
        }

        return number is null ? DataCheckRun.Run(data, output, errors) : NumberTraceRun.Run(data, number, output);
    }

    /// <summary>Returns the exit code: 0 for a good configuration, 1 for a bad one.</summary>
    public static int Run(string path, TextWriter output, TextWriter errors)
    {
        var result = Configuration.Load(path);
        IReadOnlyList<ConfigurationError> faults =
            result.Configuration is null ? result.Errors : MoneyCompiler.Faults(result.Configuration);
        if (result.Configuration is { } configuration && faults.Count == 0)
        {
            output.WriteLine("ok");
            WriteSummary(configuration, output);
            return ExitCode.Done;
        }

        foreach (var error in faults)
            errors.WriteLine(error);
        errors.WriteLine(faults.Count == 1 ? "1 error" : $"{faults.Count} errors");
        return ExitCode.Failed;
    }

    private static void WriteSummary(Configuration configuration, TextWriter output)
    {
        output.WriteLine($"node {configuration.Node}, data in {configuration.Data}");
        output.WriteLine(
            $"HTTP {configuration.Http.Listen}, SMPP {configuration.Smpp.Listen}, admin {configuration.Admin.Listen}");
        output.WriteLine($"{configuration.Accounts.Count} accounts: {Names(configuration.Accounts, a => a.Name)}");
        output.WriteLine($"{configuration.Carriers.Count} carriers: {Names(configuration.Carriers, c => c.Name)}");
        output.WriteLine($"{configuration.Routes.Count} routes: {Names(configuration.Routes, RouteText)}");
    }

    private static string RouteText(RouteConfiguration route) =>
        $"{(route.Prefix.Length == 0 ? "all" : route.Prefix)} to {string.Join(" then ", route.Carriers)}";

    private static string Names<T>(IReadOnlyList<T> items, Func<T, string> name)
    {
        const int Shown = 10;
        if (items.Count == 0)
            return "none";
        var text = string.Join(", ", items.Take(Shown).Select(name));
        return items.Count > Shown ? text + ", ..." : text;
    }
}
