using Appliance.Ingress;
using Appliance.Ingress.Http;
using Appliance.Operate;
using Appliance.Policy;

namespace Appliance;

/// <summary>An account as admission knows it.</summary>
/// <param name="Id">The persistent id of its name.</param>
/// <param name="Rate">What it may send a second, by SMPP and HTTP together.</param>
/// <param name="Home">The country of numbers in their national form; null where all are international.</param>
/// <param name="Class">What its messages are for that do not say.</param>
internal sealed record PipelineAccount(
    ushort Id, AccountConfiguration Configured, AccountRate Rate, Numbering.Country? Home, MessageClass Class);

/// <summary>The accounts as they are configured. Immutable.</summary>
internal sealed class PipelineAccounts
{
    private readonly Dictionary<ushort, PipelineAccount> _byId = [];
    private readonly Dictionary<string, PipelineAccount> _byName = new(StringComparer.Ordinal);
    private readonly AccountKeys _keys;

    /// <param name="ids">The persistent id of a name.</param>
    /// <param name="previous">Those until then: what they have sent within the last second counts.</param>
    public PipelineAccounts(Configuration configuration, Func<string, ushort> ids, PipelineAccounts? previous)
    {
        foreach (var account in configuration.Accounts)
        {
            var id = ids(account.Name);
            var rate = previous?.Find(id)?.Rate;
            var known = new PipelineAccount(
                id, account, rate?.PerSecond == account.Throughput ? rate : new AccountRate(account.Throughput),
                PipelineOptions.Home(account), PipelineOptions.Class(configuration, account));
            _byId.Add(id, known);
            _byName.Add(account.Name, known);
        }

        _keys = new AccountKeys(_byId.Values.Select(account => ((int)account.Id, account.Configured)));
        Owners = new InboundOwners(configuration.Accounts, ids);
    }

    /// <summary>Who gets what mobiles write.</summary>
    public InboundOwners Owners { get; }

    public IEnumerable<PipelineAccount> All => _byId.Values;

    /// <summary>Null for one that is not configured.</summary>
    public PipelineAccount? Find(int id) => _byId.GetValueOrDefault((ushort)id);

    /// <inheritdoc cref="Find(int)"/>
    public PipelineAccount? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>Whose bearer key this is, or null.</summary>
    public AccountView? Authenticate(ReadOnlySpan<byte> key) => _keys.Find(key);
}
