using Appliance.Policy;
using Appliance.Routing;

namespace Appliance.Decide;

/// <summary>What the deciding stage goes by and what changes while it runs, all of it; exchanged between two messages.
/// </summary>
public sealed record StageSetup
{
    /// <summary>Routes and prices.</summary>
    public required RoutingTables Tables { get; init; }

    public required IReadOnlyList<AccountOptions> Accounts { get; init; }

    public required IReadOnlyList<CarrierOptions> Carriers { get; init; }

    /// <summary>The rules that are asked again when a message that waited goes out; null for none.</summary>
    public PolicyTables? Policy { get; init; }

    /// <summary>Classes of messages that do not go out to who has opted out.</summary>
    public MessageClasses OptOutClasses { get; init; } = MessageClasses.All;

    /// <summary>What looks for fraud; null where that stays as it is, with what it has seen.</summary>
    public FraudGuards? Fraud { get; init; }
}
