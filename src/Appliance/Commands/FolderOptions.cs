using System.CommandLine;
using Appliance.Operate;

namespace Appliance.Commands;

/// <summary>The data folder of a command that needs no running appliance: named itself, or through the configuration.
/// </summary>
internal sealed class FolderOptions
{
    internal Option<string?> Data { get; } = new("--data") { Description = "The data folder (default ./data)" };

    internal Option<string?> Config { get; } = new("--config", "-c")
    {
        Description = "The configuration that names it",
    };

    /// <summary>Its path.</summary>
    /// <exception cref="FormatException">The configuration is wrong.</exception>
    internal string Read(ParseResult parsed)
    {
        var data = parsed.GetValue(Data);
        if (data == null && parsed.GetValue(Config) is { } config)
        {
            var result = Configuration.Load(config);
            data = result.Configuration?.Data
                ?? throw new FormatException(string.Join(Environment.NewLine, result.Errors));
        }

        return data ?? "./data";
    }
}
