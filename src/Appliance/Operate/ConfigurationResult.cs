namespace Appliance.Operate;

/// <summary>One thing wrong with a configuration.</summary>
/// <param name="Path">Where, as in <c>carriers[1].port</c>.</param>
/// <param name="Found">What is there; never a secret.</param>
/// <param name="Expected">What should be.</param>
public sealed record ConfigurationError(string Path, string Found, string Expected)
{
    public override string ToString() => $"{Path}: found {Found}, expected {Expected}";
}

/// <summary>A configuration, or all that is wrong with it.</summary>
public sealed class ConfigurationResult
{
    private ConfigurationResult(Configuration? configuration, IReadOnlyList<ConfigurationError> errors)
    {
        Configuration = configuration;
        Errors = errors;
    }

    /// <summary>Null exactly when there are errors.</summary>
    public Configuration? Configuration { get; }

    public IReadOnlyList<ConfigurationError> Errors { get; }

    public static ConfigurationResult Of(Configuration configuration) => new(configuration, []);

    public static ConfigurationResult Failed(params IReadOnlyList<ConfigurationError> errors) => new(null, errors);
}
