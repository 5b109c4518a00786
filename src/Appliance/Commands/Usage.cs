using System.CommandLine;

namespace Appliance.Commands;

/// <summary>What all commands have in common in how they are used wrongly.</summary>
internal static class Usage
{
    private const string Config = "--config";

    /// <summary>Goes through a command and all below it, when they are made.</summary>
    /// <param name="command">The command.</param>
    /// <param name="path">How it is called.</param>
    public static void Complete(Command command, string path)
    {
        foreach (var one in command.Subcommands) Complete(one, $"{path} {one.Name}");
        foreach (var argument in command.Arguments) RefuseOptions(argument, command);
        ExplainMissing(command, path);
    }

    /// <summary>To the library an option it does not know is one more value where several may stand.</summary>
    private static void RefuseOptions(Argument argument, Command command) => argument.Validators.Add(result =>
    {
        foreach (var token in result.Tokens)
        {
            if (!token.Value.StartsWith('-') || token.Value.Length == 1) continue;
            result.AddError($"{token.Value}: unknown option, expected one of "
                + string.Join(", ", command.Options.Select(option => option.Name)));
        }
    });

    /// <summary>A --config that is left out is answered with what to write in its place.</summary>
    private static void ExplainMissing(Command command, string path)
    {
        if (command.Options.FirstOrDefault(option => option is { Name: Config, Required: true }) is not { } config)
            return;
        // The library's own check would only say that it is required.
        config.Required = false;
        config.Description += " (required)";
        command.Validators.Add(result =>
        {
            if (result.GetResult(config) is null)
                result.AddError($"{Config}: missing, expected the path of the appliance's configuration file: "
                    + $"{path} {Config} FILE");
        });
    }
}
