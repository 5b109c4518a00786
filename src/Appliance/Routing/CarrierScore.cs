namespace Appliance.Routing;

/// <summary>Whether a carrier can take a message, the best first: the carriers of the first that occurs are chosen
/// from.</summary>
public enum CarrierStanding : byte
{
    Usable,

    /// <summary>It has no room, and the route lets messages overflow.</summary>
    Full,

    /// <summary>It is getting its traffic back, and this number is not among it yet.</summary>
    HeldBack,

    /// <summary>The canary, for a message that is not of its share.</summary>
    Aside,

    /// <summary>It lost its traffic for its answers.</summary>
    Unhealthy,

    /// <summary>The canary, after it did worse than the others.</summary>
    RolledBack,

    /// <summary>It has no session.</summary>
    Down,

    /// <summary>It will not have this message.</summary>
    Refused,
}

/// <summary>Why a carrier was chosen.</summary>
public enum PickReason : byte
{
    /// <summary>There is none.</summary>
    None,
    First,
    BestScore,
    LeastCost,
    Split,
    Sticky,

    /// <summary>The last message to the number took it.</summary>
    Kept,
    Canary,
    Explored,
}

/// <summary>A carrier in the choice for one message. Terms are 0 to 1, more is better; they are worked out where the
/// route chooses by score, and by <see cref="RouteChooser.Explain"/>.</summary>
public struct CarrierScore
{
    public ushort Carrier;
    public CarrierStanding Standing;

    /// <summary>Micro-units a segment, or -1.</summary>
    public long Cost;

    /// <summary>Share of messages that are delivered.</summary>
    public float Rate;

    /// <summary>Until the receipt.</summary>
    public float Seconds;

    /// <summary>Share of its traffic that its health leaves it.</summary>
    public float Health;
    public float CostTerm;
    public float DeliveryTerm;
    public float LatencyTerm;
    public float LoadTerm;

    /// <summary>The weighted sum, 0 to 1.</summary>
    public float Total;
}

/// <summary>A choice.</summary>
/// <param name="Place">Among the route's carriers; -1 where all have refused the message.</param>
/// <param name="Standing">The chosen one's.</param>
public readonly record struct RoutePick(int Place, PickReason Reason, CarrierStanding Standing);
