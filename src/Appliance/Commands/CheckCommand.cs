using System.CommandLine;
using Appliance.Operate;

namespace Appliance.Commands;

/// <summary><c>appliance check --config FILE</c>: says what is wrong with a configuration; starts nothing.</summary>
internal static class CheckCommand
{
    public static Command Create()
    {
        var config = new Option<string>("--config") { Description = "The configuration file", Required = true };
        var command = new Command("check", "Check a configuration file and list everything that is wrong with it")
        {
            config,
        };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(config), Console.Out, Console.Error));
        return command;
    }

    /// <summary>Returns the exit code: 0 for a good configuration, 1 for a bad one.</summary>
    public static int Run(string path, TextWriter output, TextWriter errors)
    {
        var result = Configuration.Load(path);
        if (result.Configuration is { } configuration)
        {
            output.WriteLine("ok");
            WriteSummary(configuration, output);
            return 0;
        }

        foreach (var error in result.Errors)
            errors.WriteLine(error);
        errors.WriteLine(result.Errors.Count == 1 ? "1 error" : $"{result.Errors.Count} errors");
        return 1;
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
