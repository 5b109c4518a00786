using Appliance.Numbering;
using Appliance.Operate;
using Appliance.Routing;

namespace Appliance.Money;

/// <summary>Prices and costs of the configuration and of its files as tables.</summary>
public static class MoneyCompiler
{
    /// <summary>What is wrong with a configuration's prices and costs, in it and in its files.</summary>
    public static IReadOnlyList<ConfigurationError> Faults(Configuration configuration)
    {
        var errors = new List<ConfigurationError>();
        var names = new Dictionary<string, ushort>(StringComparer.Ordinal);
        Compile(configuration, IdOf, IdOf, errors);
        return errors;

        ushort IdOf(string name)
        {
            if (!names.TryGetValue(name, out var id)) names.Add(name, id = (ushort)(names.Count + 1));
            return id;
        }
    }

    /// <param name="configuration">The whole of it, for the names of accounts and carriers.</param>
    /// <param name="accountIds">An account's persistent id by its name.</param>
    /// <param name="carrierIds">A carrier's.</param>
    /// <param name="errors">What is wrong; each with its file, line and field.</param>
    /// <returns>Null where there are errors.</returns>
    public static MoneyTables? Compile(
        Configuration configuration, Func<string, ushort> accountIds, Func<string, ushort> carrierIds,
        List<ConfigurationError> errors)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(errors);
        var before = errors.Count;
        var money = configuration.Money;
        var prices = new Card("account", configuration.Accounts.Select(one => one.Name), accountIds, true);
        var costs = new Card("carrier", configuration.Carriers.Select(one => one.Name), carrierIds, false);
        prices.Add("money.prices", money.Prices, errors);
        costs.Add("money.costs", money.Costs, errors);
        foreach (var path in money.PriceFiles) RateFile.Read(path, "account", "price", prices.Add, errors);
        foreach (var path in money.CostFiles) RateFile.Read(path, "carrier", "cost", costs.Add, errors);
        return errors.Count > before ? null : new MoneyTables(money, prices.Build(), costs.Build());
    }

    /// <summary>A card while it is filled.</summary>
    private sealed class Card(
        string party, IEnumerable<string> names, Func<string, ushort> ids, bool hasEveryone)
    {
        private readonly RateCard.Builder _card = new();
        private readonly Dictionary<string, ushort> _ids = names.Where(name => name.Length > 0)
            .Distinct(StringComparer.Ordinal).ToDictionary(name => name, ids, StringComparer.Ordinal);

        public RateCard Build() => _card.Build();

        public void Add(string list, IReadOnlyList<RateConfiguration> rates, List<ConfigurationError> errors)
        {
            foreach (var (index, rate) in rates.Index())
            {
                if (Add(rate) is not { } fault) continue;
                var path = fault.Field.Length == 0 ? $"{list}[{index}]" : $"{list}[{index}].{fault.Field}";
                errors.Add(new ConfigurationError(path, fault.Field.Length == 0
                    ? "an amount for what has one already" : "another one", fault.Expected));
            }
        }

        /// <returns>The field that is wrong and what was expected there, or null.</returns>
        public (string Field, string Expected)? Add(RateConfiguration rate)
        {
            ushort id = RateCard.Everyone;
            if (rate.Party.Length == 0 ? !hasEveryone : !_ids.TryGetValue(rate.Party, out id))
                return (party, $"the name of one of the {party}s" + (hasEveryone ? ", or nothing for all" : ""));
            var given = (rate.MccMnc.Length > 0 ? 1 : 0) + (rate.Prefix.Length > 0 ? 1 : 0)
                + (rate.Country.Length > 0 ? 1 : 0);
            if (given > 1) return ("mcc_mnc", "one of mcc_mnc, prefix and country");
            var network = RateNetwork(rate.MccMnc);
            if (rate.MccMnc.Length > 0 && network == 0) return ("mcc_mnc", "an MCC and MNC of 5 or 6 digits");
            if (!ConfigurationRules.IsPrefix(rate.Prefix)) return ("prefix", "up to 15 digits");
            if (rate.Country.Length > 0 && !ConfigurationRules.IsCountry(rate.Country))
                return ("country", ConfigurationRules.Country);
            var isNew = network != 0 ? _card.TryAddNetwork(id, network, rate.Amount)
                : rate.Country.Length > 0 ? _card.TryAddCountry(id, CountryKey.Of(rate.Country), rate.Amount)
                : _card.TryAddPrefix(id, rate.Prefix, rate.Amount);
            return isNew ? null : ("", "each destination once");
        }

        private static uint RateNetwork(string text) => RouteRank.NetworkOf(text);
    }
}
