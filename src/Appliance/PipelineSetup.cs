using Appliance.Carriers.Smpp;
using Appliance.Decide;
using Appliance.Ingress.Smpp;
using Appliance.Operate;
using Appliance.Policy;
using Appliance.Policy.Fraud;

namespace Appliance;

/// <summary>The persistent ids of names.</summary>
internal sealed record NameIds(Func<string, ushort> Account, Func<string, ushort> Carrier);

/// <summary>
/// A configuration in each stage's own words, as far as it changes while the appliance runs. Immutable; what of the one
/// before it goes on, such as tokens that are spent, is taken over.
/// </summary>
internal sealed class PipelineSetup
{
    public required Configuration Configuration { get; init; }

    public required StageSetup Stage { get; init; }

    public required IReadOnlyList<CarrierLinkOptions> Links { get; init; }

    public required IReadOnlyList<EsmeAccount> Esme { get; init; }

    public required PipelineAccounts Accounts { get; init; }

    public required PolicyTables Policy { get; init; }

    /// <param name="previous">What is in force until then; null at a start.</param>
    /// <exception cref="ConfigurationException">A file of prices or costs is wrong.</exception>
    public static PipelineSetup Make(Configuration configuration, NameIds ids, PipelineSetup? previous)
    {
        var tables = PipelineOptions.Tables(configuration, ids, previous?.Stage.Tables);
        var accounts = new PipelineAccounts(configuration, ids.Account, previous?.Accounts);
        var carriers = new List<CarrierOptions>();
        var links = new List<CarrierLinkOptions>();
        foreach (var carrier in configuration.Carriers)
        {
            var generation = Generation(carrier, ids, previous) ?? tables.Number;
            carriers.Add(PipelineOptions.Carrier(carrier, ids.Carrier) with { Generation = generation });
            links.Add(PipelineOptions.Link(carrier, ids.Carrier) with { Generation = generation });
        }

        var policy = PipelineOptions.Policy(configuration, ids.Account);
        return new PipelineSetup
        {
            Configuration = configuration,
            Stage = new StageSetup
            {
                Tables = tables,
                Accounts =
                [
                    .. configuration.Accounts.Select(account =>
                        PipelineOptions.Account(configuration, account, ids.Account)),
                ],
                Carriers = carriers,
                Policy = policy,
                OptOutClasses = configuration.Policy.OptOut.Classes,
                Fraud = Fraud(configuration, ids, previous),
            },
            Links = links,
            Esme = [.. PipelineOptions.Esme(accounts)],
            Accounts = accounts,
            Policy = policy,
        };
    }

    /// <summary>That of the sessions a carrier has, where they are as it asks for; else null.</summary>
    private static int? Generation(CarrierConfiguration carrier, NameIds ids, PipelineSetup? previous)
    {
        var before = previous?.Configuration.Carriers.FirstOrDefault(one => one.Name == carrier.Name);
        if (before is null || before.Window != carrier.Window) return null;
        return PipelineOptions.Link(before, ids.Carrier) == PipelineOptions.Link(carrier, ids.Carrier)
            ? previous!.Links.First(link => link.Name == carrier.Name).Generation
            : null;
    }

    private static FraudGuards? Fraud(Configuration configuration, NameIds ids, PipelineSetup? previous)
    {
        if (previous is null || IsSame(previous.Configuration.Policy.Fraud, configuration.Policy.Fraud)) return null;
        return FraudGuards.Of(configuration.Policy.Fraud,
            configuration.Accounts.ToDictionary(account => account.Name, account => ids.Account(account.Name)));
    }

    private static bool IsSame(FraudRules one, FraudRules other) =>
        one with { Accounts = other.Accounts } == other && one.Accounts.Count == other.Accounts.Count
        && one.Accounts.All(entry => other.Accounts.GetValueOrDefault(entry.Key) == entry.Value);
}
