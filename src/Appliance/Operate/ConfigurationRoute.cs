using Appliance.Routing;
using MessageClasses = Appliance.Policy.MessageClasses;

namespace Appliance.Operate;

/// <summary>
/// Which carriers take what. Conditions that are not given hold for every message; of a list one member must hold.
/// </summary>
public sealed class RouteConfiguration
{
    /// <summary>Carriers of a route at most: what was refused is a bit each in two octets.</summary>
    public const int MostCarriers = 16;

    /// <summary>Where <see cref="Order"/> is not given.</summary>
    public const int DefaultOrder = 100;

    /// <summary>What it is called in explanations and metrics; empty for its place in the list.</summary>
    public string Name { get; init; } = "";

    /// <summary>Routes of a lower order are asked first, whatever else they say.</summary>
    public int Order { get; init; } = DefaultOrder;

    /// <summary>Leading digits of the international number without +; empty for all numbers.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>Networks as 5 or 6 digits.</summary>
    public IReadOnlyList<string> MccMnc { get; init; } = [];

    /// <summary>ISO 3166 codes of two letters.</summary>
    public IReadOnlyList<string> Countries { get; init; } = [];

    public IReadOnlyList<string> Accounts { get; init; } = [];

    /// <summary>Sender addresses; with a * at the end, all that begin so. Letters of both cases are the same.</summary>
    public IReadOnlyList<string> Senders { get; init; } = [];

    public MessageClasses Classes { get; init; } = MessageClasses.All;

    /// <summary>Null for always.</summary>
    public RouteTimeConfiguration? Time { get; init; }

    /// <summary>Names of carriers, best first.</summary>
    public IReadOnlyList<string> Carriers { get; init; } = [];

    /// <summary>By a carrier's name, where more than the name was given.</summary>
    public IReadOnlyDictionary<string, RouteCarrierTerms> Terms { get; init; } =
        new Dictionary<string, RouteCarrierTerms>();

    /// <summary>Null for what the carriers make of it: score where two or more have a cost, else priority.</summary>
    public RouteChoice? Choice { get; init; }

    public RouteWeights Weights { get; init; } = RouteWeights.Usual;

    /// <summary>Share of the messages, 0 to 1, that try another carrier than the best by score.</summary>
    public double Explore { get; init; } = 0.01;

    /// <summary>How long messages to a number stay with the carrier that the last one took.</summary>
    public TimeSpan Keep { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether messages go to the next carrier while the chosen one has no room.</summary>
    public bool Overflow { get; init; }

    /// <summary>Null for none.</summary>
    public RouteCanary? Canary { get; init; }
}

/// <summary>When a route is in force.</summary>
public sealed record RouteTimeConfiguration
{
    /// <summary>Bit n: on <see cref="DayOfWeek"/> n, on which the time begins.</summary>
    public int Days { get; init; } = 0x7F;

    /// <summary>Minutes since midnight, 0 to 1439.</summary>
    public int From { get; init; }

    /// <summary>Minutes since midnight, 1 to 1440; not after From where it is on the next day.</summary>
    public int To { get; init; } = 1440;

    /// <summary>A time zone of the tz database.</summary>
    public string Zone { get; init; } = "UTC";
}

/// <summary>What a route says of a carrier beyond its name.</summary>
/// <param name="Weight">Its share of a split, against the others'.</param>
/// <param name="Cost">Micro-units a segment in place of the price list's; null for that.</param>
public sealed record RouteCarrierTerms(int Weight, long? Cost);
