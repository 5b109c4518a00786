namespace Appliance.Operate;

/// <summary>Something the configuration names, such as a file of prices, is wrong.</summary>
public sealed class ConfigurationException(IReadOnlyList<ConfigurationError> errors)
    : IOException(string.Join("; ", errors))
{
    public IReadOnlyList<ConfigurationError> Errors => errors;
}
