using Appliance.Money;
using Appliance.Numbering.Lookups;
using MessageClasses = Appliance.Policy.MessageClasses;

namespace Appliance.Routing.Explain;

/// <summary>A message that somebody asks about.</summary>
/// <param name="Number">In any form.</param>
/// <param name="Account">Its name; empty for none.</param>
/// <param name="Sender">source_addr that it is routed from, a replacement where a rule makes one; may be empty.</param>
/// <param name="Segments">From 1.</param>
/// <param name="Seed">What chance is drawn from.</param>
public sealed record ExplainRequest(
    string Number, string Account, string Sender, MessageClasses Class, int Segments, ulong Seed);

/// <summary>A number as messages to it are routed.</summary>
/// <param name="Lookup">What people are told of it.</param>
/// <param name="Digits">As routes see them; empty where there are none.</param>
/// <param name="Network">As Network.CodeOf has it; 0 where not known.</param>
/// <param name="Country">As CountryKey has it; 0 where not known.</param>
public sealed record ExplainedNumber(LookupAnswer Lookup, string Digits, uint Network, ushort Country)
{
    /// <summary>What the HLR has to do with it; null for nothing.</summary>
    public string? Hlr { get; init; }
}

/// <summary>A route and whether it holds.</summary>
/// <param name="Fault">None for one that holds, whether it is the one that counts or stands behind it.</param>
public sealed record ConsideredRoute(string Name, int Rank, int Order, string Conditions, RouteFault Fault);

/// <summary>A carrier of the route that counts.</summary>
/// <param name="IsTooDear">Left out by the margin guard.</param>
public sealed record ConsideredCarrier(string Name, CarrierScore Score, bool IsTooDear, bool IsChosen);

/// <summary>How a message would be routed now, step by step.</summary>
public sealed record RouteExplanation
{
    public required ExplainRequest Request { get; init; }

    /// <summary>The number, its network and where that is known from.</summary>
    public required ExplainedNumber Number { get; init; }

    /// <summary>What is asked before the message comes to the ring, in that order.</summary>
    public IReadOnlyList<ExplainStep> Before { get; init; } = [];

    /// <summary>What is asked of it there.</summary>
    public IReadOnlyList<ExplainStep> Within { get; init; } = [];

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

    /// <summary>Why it would be refused, in a line; null where it would not.</summary>
    public string? Refusal =>
        Before.FirstOrDefault(step => step.IsRefusal) is { } early ? early.ToString()
        : Rule is null ? "no route"
        : Within.FirstOrDefault(step => step.IsRefusal) is { } late ? late.ToString()
        : Pick.Place < 0 ? "no carrier may take it"
        : IsBelowCost ? "its price is below the cost of " + Carriers[Pick.Place].Name
        : null;
}
