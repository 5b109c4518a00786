namespace Appliance.Routing;

/// <summary>How a route's carrier is chosen among those that can take the message.</summary>
public enum RouteChoice : byte
{
    /// <summary>The first of the list.</summary>
    Priority,

    /// <summary>The highest weighted sum of cost, delivery rate, latency and load.</summary>
    Score,

    /// <summary>The lowest cost; among equals the first.</summary>
    LeastCost,

    /// <summary>By weight, message by message.</summary>
    Split,

    /// <summary>By weight, number by number: a number keeps its carrier for good.</summary>
    Sticky,
}

/// <summary>What counts for how much in a score.</summary>
/// <param name="Cost">0 to 1, as the others.</param>
/// <param name="Delivery">The delivery rate's.</param>
/// <param name="Latency">The time until the receipt.</param>
/// <param name="Load">How full the carrier is.</param>
public sealed record RouteWeights(double Cost, double Delivery, double Latency, double Load)
{
    public static RouteWeights Usual { get; } = new(0.4, 0.3, 0.2, 0.1);

    public double Sum => Cost + Delivery + Latency + Load;
}

/// <summary>A carrier of a route that is tried with a part of its messages.</summary>
/// <param name="Carrier">Its name.</param>
/// <param name="Share">0 to 1.</param>
/// <param name="Below">It is given up where its delivery rate is below the others' by this much.</param>
/// <param name="Receipts">How many outcomes of its messages are awaited before it is judged.</param>
public sealed record RouteCanary(string Carrier, double Share, double Below, int Receipts);
