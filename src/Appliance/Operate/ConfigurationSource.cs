namespace Appliance.Operate;

/// <summary>The file that a configuration was read from.</summary>
/// <param name="Path">Where it is read again.</param>
/// <param name="Text">What it said.</param>
public sealed record ConfigurationSource(string Path, byte[] Text);
