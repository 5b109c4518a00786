using Appliance.Money;
using Appliance.Policy;

namespace Appliance.Operate;

/// <summary>
/// What one node was told to be; docs/configuration.md describes every field. Immutable: a reload makes another one.
/// Property initialisers hold the defaults, so a configuration made in code and one read from a file agree.
/// </summary>
public sealed partial class Configuration
{
    /// <summary>This node's number, 1 to 4095; part of every message id.</summary>
    public int Node { get; init; } = 1;

    /// <summary>The folder of the journal and the store; relative to the working directory.</summary>
    public string Data { get; init; } = "./data";

    public HttpConfiguration Http { get; init; } = new();

    public AdminConfiguration Admin { get; init; } = new();

    public SmppConfiguration Smpp { get; init; } = new();

    public RingConfiguration Ring { get; init; } = new();

    public LimitsConfiguration Limits { get; init; } = new();

    public RetentionConfiguration Retention { get; init; } = new();

    public NumbersConfiguration Numbers { get; init; } = new();

    public IReadOnlyList<AccountConfiguration> Accounts { get; init; } = [];

    public IReadOnlyList<CarrierConfiguration> Carriers { get; init; } = [];

    public IReadOnlyList<RouteConfiguration> Routes { get; init; } = [];

    public RoutingConfiguration Routing { get; init; } = new();

    public MoneyConfiguration Money { get; init; } = new();

    /// <summary>What may be sent to whom, when and how; docs/compliance.md.</summary>
    public PolicyRules Policy { get; init; } = new();

    /// <summary>Where it was read from; null for one made in code.</summary>
    public ConfigurationSource? Source { get; private set; }

    /// <summary>Reads a file. A file that cannot be read is an error of the result, not an exception.</summary>
    public static ConfigurationResult Load(string path)
    {
        byte[] text;
        try
        {
            text = File.ReadAllBytes(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return ConfigurationResult.Failed(Unreadable(path, error));
        }

        var result = Parse(text, path);
        if (result.Configuration is { } read) read.Source = new ConfigurationSource(Path.GetFullPath(path), text);
        return result;
    }

    /// <summary>Reads JSON in UTF-8; comments and trailing commas are allowed.</summary>
    /// <param name="json">The text.</param>
    /// <param name="name">How errors about the text as a whole name it, mostly the file's path.</param>
    public static ConfigurationResult Parse(ReadOnlySpan<byte> json, string name) =>
        ConfigurationReader.Read(json, name);

    /// <summary>What is at the path instead of a file that can be read, and what to do about it.</summary>
    private static ConfigurationError Unreadable(string path, Exception error)
    {
        const string Example = "systemd/appliance.json is one to begin with";
        if (path.Length == 0) return new ConfigurationError("--config", "nothing", "the path of a configuration file");
        var full = Path.GetFullPath(path);
        return error switch
        {
            FileNotFoundException or DirectoryNotFoundException => new ConfigurationError(
                full, "no such file", $"a configuration file: correct --config, or write one ({Example})"),
            _ when Directory.Exists(full) => new ConfigurationError(
                full, "a folder", $"a configuration file: name the file in it with --config ({Example})"),
            UnauthorizedAccessException => new ConfigurationError(full, "a file that may not be read",
                $"read permission for {Environment.UserName}: correct its owner or mode"),
            _ => new ConfigurationError(full, error.Message, "a configuration file that can be read"),
        };
    }
}
