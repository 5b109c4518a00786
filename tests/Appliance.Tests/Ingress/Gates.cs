using System.Collections.Concurrent;
using Appliance.Ingress;
using Appliance.Policy;
using Appliance.Policy.OptOuts;

namespace Appliance.Tests.Ingress;

/// <summary>Keeps what the rules did.</summary>
internal sealed class PolicyNotes : IPolicyObserver
{
    public ConcurrentQueue<string> All { get; } = [];

    public void Refused(ushort account, PolicyCode code, string rule) => All.Enqueue($"refused {code} {rule}");

    public void Deferred(ushort account, string rule) => All.Enqueue($"deferred {rule}");

    public void Watched(ushort account, string rule) => All.Enqueue($"watched {rule}");

    public void Replaced(ushort account) => All.Enqueue("replaced");
}

internal static class Gates
{
    public static readonly Dictionary<string, ushort> Accounts = new() { ["a"] = 1 };

    /// <summary>One without rules.</summary>
    public static PolicyGate Open => Of(new PolicyRules());

    public static PolicyGate Of(PolicyRules rules, OptOutList? optOuts = null, PolicyNotes? notes = null) =>
        new(new PolicyTables(rules, Accounts), optOuts ?? new OptOutList(), notes ?? new PolicyNotes());
}
