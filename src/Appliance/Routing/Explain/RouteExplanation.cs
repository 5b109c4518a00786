using Appliance.Money;
using Appliance.Numbering.Lookups;
using MessageClasses = Appliance.Policy.MessageClasses;

namespace Appliance.Routing.Explain;

/// <summary>A message that somebody asks about.</summary>
/// <param name="Number">In any form.</param>
/// <param name="Account">Its name; empty for none.</param>
/// <param name="Sender">source_addr; may be empty.</param>
/// <param name="Segments">From 1.</param>
/// <param name="Seed">What chance is drawn from.</param>
public sealed record ExplainRequest(
    string Number, string Account, string Sender, MessageClasses Class, int Segments, ulong Seed);

/// <summary>A route and whether it holds.</summary>
/// <param name="Fault">None for one that holds, whether it is the one that counts or stands behind it.</param>
public sealed record ConsideredRoute(string Name, int Rank, int Order, string Conditions, RouteFault Fault);

/// <summary>A carrier of the route that counts.</summary>
/// <param name="IsTooDear">Left out by the margin guard.</param>
public sealed record ConsideredCarrier(string Name, CarrierScore Score, bool IsTooDear, bool IsChosen);

/// <summary>How a message would be routed now, step by step.</summary>
public sealed class RouteExplanation
{
    public required ExplainRequest Request { get; init; }

    /// <summary>The number, its network and where that is known from.</summary>
    public required LookupAnswer Lookup { get; init; }

    /// <summary>
    /// Routes that this number, account or sender is near to: those that were asked before the one that counts and hold
    /// for its destination, that one, and those that would come next.
    /// </summary>
    public IReadOnlyList<ConsideredRoute> Routes { get; init; } = [];

    /// <summary>Routes in all.</summary>
    public int RouteCount { get; init; }

    /// <summary>Null where no route holds.</summary>
    public RouteRule? Rule { get; init; }

    public Quote Quote { get; init; } = new(RateCard.None, 0);

    public string Currency { get; init; } = "";

    public IReadOnlyList<ConsideredCarrier> Carriers { get; init; } = [];

    public RoutePick Pick { get; init; } = new(-1, PickReason.None, CarrierStanding.Refused);

    /// <summary>The chosen carrier costs more than the price, and the policy is to refuse.</summary>
    public bool IsBelowCost { get; init; }
}
