using Appliance.Numbering.Lookups;

namespace Appliance.Operate;

/// <summary>How numbers are looked up; <c>numbers</c> in the configuration.</summary>
public sealed class NumbersConfiguration
{
    /// <summary>Who is asked for a number's network, one after another until one knows; each at most once.</summary>
    public IReadOnlyList<LookupSource> Order { get; init; } =
        [LookupSource.Mnp, LookupSource.Hlr, LookupSource.Prefix];

    /// <summary>Null for none.</summary>
    public HlrConfiguration? Hlr { get; init; }
}

/// <summary>An HLR provider over HTTP.</summary>
public sealed class HlrConfiguration
{
    /// <summary>Where the number stands in the address.</summary>
    public const string NumberPlace = "{number}";

    /// <summary>http or https, with <see cref="NumberPlace"/> for the international digits.</summary>
    public required string Url { get; init; }

    /// <summary>A bearer key, or empty for none.</summary>
    public string Key { get; init; } = "";

    /// <summary>From the question to the last octet of the answer.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long an answer holds; zero to ask each time.</summary>
    public TimeSpan CacheTtl { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Answers kept at the most.</summary>
    public int CacheSize { get; init; } = 100_000;

    /// <summary>Whether messages to numbers of which nothing is kept make it be asked, for the ones that follow.
    /// </summary>
    public bool Messages { get; init; }

    public HlrFields Fields { get; init; } = new();
}

/// <summary>Where a provider's answer has what: names of members, with dots between those of objects in objects.
/// </summary>
public sealed class HlrFields
{
    /// <summary>The mobile country code, or both codes as one text where <see cref="Mnc"/> is not in the answer.
    /// </summary>
    public string Mcc { get; init; } = "mcc";

    public string Mnc { get; init; } = "mnc";

    public string Carrier { get; init; } = "carrier";

    public string Ported { get; init; } = "ported";
}
