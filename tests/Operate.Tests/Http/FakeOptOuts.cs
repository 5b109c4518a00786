using System.Collections.Concurrent;
using Appliance.Ingress;
using Appliance.Policy.OptOuts;

namespace Operate.Tests.Http;

/// <summary>A list of opt-outs in memory.</summary>
internal sealed class FakeOptOuts : IOptOuts
{
    private readonly ConcurrentDictionary<(int Account, string Number, string Sender), OptOutEntry> _entries = [];

    public OptOutPage? List(int account, OptOutQuery query)
    {
        if (query.Cursor == "none") return null;
        var found = _entries.Where(entry => entry.Key.Account == account)
            .Where(entry => query.Number is null || entry.Key.Number == query.Number)
            .Where(entry => query.Ended || entry.Value.Status == "opted_out")
            .Select(entry => entry.Value).OrderBy(entry => entry.Number, StringComparer.Ordinal).Take(query.Limit);
        return new OptOutPage([.. found], null);
    }

    public Task<OptOutEntry?> ChangeAsync(int account, string number, string sender, OptOutAction action)
    {
        var key = (account, number, sender);
        if (action == OptOutAction.Removed && !_entries.ContainsKey(key)) return Task.FromResult<OptOutEntry?>(null);
        _entries[key] = new OptOutEntry
        {
            Number = "+" + number,
            Sender = sender.Length == 0 ? null : sender,
            Account = "demo",
            Status = action == OptOutAction.Added ? "opted_out" : "opted_in",
            Source = "api",
            At = DateTimeOffset.UnixEpoch,
        };
        return Task.FromResult<OptOutEntry?>(_entries[key]);
    }
}
