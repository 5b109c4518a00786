using Appliance.Policy;

namespace Appliance.Operate;

/// <summary>What must hold between the rules and the rest of the configuration.</summary>
internal static class PolicyReferences
{
    public static void Check(
        PolicyRules policy, IReadOnlyList<AccountConfiguration> accounts, List<ConfigurationError> errors)
    {
        var known = accounts.Select(account => account.Name).ToHashSet(StringComparer.Ordinal);
        Check(policy.QuietHours, "policy.quiet_hours", known, errors);
        Check(policy.Senders, "policy.senders", known, errors);
        Check(policy.Content, "policy.content", known, errors);
        Check(policy.Dlt, "policy.dlt", known, errors);
        foreach (var name in policy.Fraud.Accounts.Keys.Where(name => !known.Contains(name)))
            errors.Add(new ConfigurationError("policy.fraud.accounts", $"\"{name}\"", "the name of an account"));
    }

    private static void Check(
        IReadOnlyList<PolicyRule> rules, string list, HashSet<string> known, List<ConfigurationError> errors)
    {
        ConfigurationRules.Unique(errors, rules.Select(rule => rule.Name), list, "name");
        foreach (var (index, rule) in rules.Index())
        {
            foreach (var (place, name) in rule.Accounts.Index())
            {
                if (known.Contains(name)) continue;
                errors.Add(new ConfigurationError(
                    $"{list}[{index}].accounts[{place}]", $"\"{name}\"", "the name of one of the accounts"));
            }
        }
    }
}
