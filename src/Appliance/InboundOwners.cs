using Appliance.Operate;

namespace Appliance;

/// <summary>An account as far as it gets mobiles' messages.</summary>
/// <param name="Key">As it stands in the ring.</param>
internal sealed record InboundAccount(AccountConfiguration Configured, InboundOwner Key);

/// <summary>Who gets what mobiles write to which number. Immutable.</summary>
internal sealed class InboundOwners
{
    private readonly InboundNumbers _numbers;
    private readonly Dictionary<string, InboundAccount> _accounts = new(StringComparer.Ordinal);
    private readonly Dictionary<ushort, ushort> _lists = [];

    /// <param name="ids">The persistent id of an account's name.</param>
    public InboundOwners(IReadOnlyList<AccountConfiguration> accounts, Func<string, ushort> ids)
    {
        _numbers = new InboundNumbers(accounts);
        foreach (var account in accounts)
        {
            var key = new InboundOwner
            {
                Account = ids(account.Name),
                List = ids(ListName(account.Name)),
                // Whoever does not bind reads what is kept; a webhook would be one more that takes it.
                HasEsme = account.Smpp is null ? (byte)0 : (byte)1,
            };
            _accounts.Add(account.Name, new InboundAccount(account, key));
            _lists.Add(key.Account, key.List);
        }
    }

    /// <param name="digits">As <see cref="InboundNumbers.Normalise"/> gives them.</param>
    public InboundAccount[] Of(string digits) => [.. _numbers.OwnersOf(digits).Select(name => _accounts[name])];

    /// <summary>Under what the history has an account's messages from mobiles.</summary>
    /// <param name="account">The persistent id of its name; 0 is the list of one that is gone.</param>
    public ushort ListOf(ushort account) => _lists.GetValueOrDefault(account);

    /// <summary>An id of its own among those of accounts, under a name that no account can have.</summary>
    private static string ListName(string account) => "inbound/" + account;
}
