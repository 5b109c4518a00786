namespace Appliance.Policy;

/// <summary>Whose messages a rule is about, in a form that is asked for each message.</summary>
public sealed class RuleScope
{
    private const int WordBits = 64;

    private readonly ulong[]? _accounts;
    private readonly bool[]? _countries;
    private readonly MessageClasses _classes;

    /// <param name="rule">The rule as configured.</param>
    /// <param name="accounts">The persistent id of each account's name; a rule for other names only applies to
    /// nobody.</param>
    public RuleScope(PolicyRule rule, IReadOnlyDictionary<string, ushort> accounts)
    {
        ArgumentNullException.ThrowIfNull(rule);
        ArgumentNullException.ThrowIfNull(accounts);
        _classes = rule.Classes;
        if (rule.Countries.Count > 0)
        {
            _countries = new bool[Country.Count];
            foreach (var country in rule.Countries) _countries[country.Index] = true;
        }

        if (rule.Accounts.Count == 0) return;
        _accounts = new ulong[(ushort.MaxValue + 1) / WordBits];
        foreach (var name in rule.Accounts)
        {
            if (accounts.TryGetValue(name, out var id)) _accounts[id / WordBits] |= 1UL << (id % WordBits);
        }
    }

    public bool Holds(in PolicyInput input) =>
        ((int)_classes >> (int)input.Class & 1) != 0
        && (_countries is null || _countries[input.Country.Index])
        && (_accounts is null || (_accounts[input.Account / WordBits] >> (input.Account % WordBits) & 1) != 0);
}
