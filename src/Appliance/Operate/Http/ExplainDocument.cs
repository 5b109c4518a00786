using Appliance.Numbering.Lookups;

namespace Appliance.Operate.Http;

/// <summary>GET /admin/v1/routes/explain: how a message would be routed now.</summary>
public sealed record ExplainDocument
{
    /// <summary>Version of the tables in force; 0 where none is kept.</summary>
    public required int Tables { get; init; }

    public required LookupAnswer Number { get; init; }

    /// <summary>What the HLR has to do with it; null for nothing.</summary>
    public string? Hlr { get; init; }

    /// <summary>The address it goes out from, a rule's where one replaces it.</summary>
    public required string Sender { get; init; }

    /// <summary>What is asked of the message besides its route and carrier, in that order.</summary>
    public required IReadOnlyList<ExplainDocumentStep> Steps { get; init; }

    /// <summary>The route that counts; null for none.</summary>
    public string? Route { get; init; }

    /// <summary>How its carrier is chosen.</summary>
    public string? Choice { get; init; }

    public required IReadOnlyList<ExplainRoute> Routes { get; init; }

    public required IReadOnlyList<ExplainCarrier> Carriers { get; init; }

    public int Segments { get; init; }

    /// <summary>Of a segment, as text; null without a price.</summary>
    public string? Price { get; init; }

    public required string Currency { get; init; }

    /// <summary>The carrier that would take it; null where it would be refused.</summary>
    public string? Carrier { get; init; }

    public required string Result { get; init; }

    /// <summary>All of it for people.</summary>
    public required string Text { get; init; }
}

/// <summary>A step on the message's way.</summary>
/// <param name="Verdict">passes, changed, waits, refused or not asked.</param>
/// <param name="Rule">The rule, or those that were asked; null for none.</param>
/// <param name="Numbers">What it is said from.</param>
public sealed record ExplainDocumentStep(string Step, string Verdict, string? Rule, string Numbers);

/// <summary>A route near to the message.</summary>
/// <param name="Holds">Whether its conditions hold.</param>
/// <param name="Fault">The condition that does not; null where all do.</param>
public sealed record ExplainRoute(string Name, int Order, bool Holds, string? Fault, string Conditions);

/// <summary>A carrier of the route that counts; terms and score are 0 to 1.</summary>
/// <param name="Cost">Of a segment, as text; null where not known.</param>
/// <param name="Seconds">Until the receipt.</param>
public sealed record ExplainCarrier(
    string Name, string Standing, string? Cost, double DeliveryRate, double Seconds, double Health, double CostTerm,
    double DeliveryTerm, double LatencyTerm, double LoadTerm, double Score, bool IsChosen);
