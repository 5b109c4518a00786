namespace Appliance.Ingress.Http;

/// <summary>Addresses of the contract that this version does not have.</summary>
internal static class Unimplemented
{
    private static readonly (string Path, string Feature)[] Features =
    [
        ("/cgi-bin/sendsms", "The interface of Kannel's clients"),
        ("/send", "The interface of Jasmin's clients"),
    ];

    /// <summary>What is asked for at that path, or null.</summary>
    public static string? FeatureAt(string path)
    {
        foreach (var (start, feature) in Features)
        {
            if (path.StartsWith(start, StringComparison.Ordinal)
                && (path.Length == start.Length || path[start.Length] == '/'))
                return feature;
        }

        return null;
    }
}
