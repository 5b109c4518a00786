using System.Collections.Concurrent;
using System.Text;
using Appliance.Carriers.Smpp;
using Appliance.Ingress;
using Appliance.Ingress.Http;
using Appliance.Numbering;
using Appliance.Operate;
using Appliance.Policy;
using Appliance.Policy.OptOuts;
using Appliance.Records;

namespace Appliance;

/// <summary>
/// Mobiles' messages: those to a number of an account that are a keyword change the opt-out list, and are answered
/// where that is configured.
/// </summary>
internal sealed class PipelineInbound(Pipeline pipeline, Admission admission) : IInbound
{
    /// <summary>Numbers without an account that are told in the log, so that no flood of them fills it.</summary>
    private const int MostTold = 100;

    private readonly ConcurrentDictionary<string, bool> _told = new(StringComparer.Ordinal);

    public byte[]? Take(InboundMessage message)
    {
        if (message.IsLaterPart || InboundNumbers.Normalise(message.To) is not { } to) return null;
        var tables = pipeline.Policy.Tables;
        var match = tables.Keywords.Match(message.Text);
        if (match.Action == KeywordAction.None) return null;
        if (!pipeline.Setup.Accounts.Owners.TryGetValue(to, out var accounts))
        {
            if (_told.Count < MostTold && _told.TryAdd(to, true)) Log.InboundUnowned(pipeline.Logger, to);
            return null;
        }

        if (NumberOf(message, accounts[0]) is not { } from) return null;
        var rules = tables.Rules.OptOut;
        if (match.Action == KeywordAction.Help)
            return rules.Replies && TryReply(accounts[0], to, from, match) ? [] : null;
        var changes = new byte[accounts.Count * OptOutChange.LongestRecord];
        var length = 0;
        var changed = false;
        foreach (var name in accounts)
        {
            var wish = new OptOutWish(
                pipeline.AccountNames.GetOrAdd(name), from, rules.WholeAccount ? "" : to,
                match.Action == KeywordAction.Stop ? OptOutAction.Added : OptOutAction.Removed, OptOutSource.Reply,
                match.Keyword);
            length += wish.Write(changes.AsSpan(length), (byte)RecordKind.OptOut, Clock.UnixMs);
            changed |= IsNew(wish);
        }

        // One confirmation: whoever says STOP twice has had it.
        if (rules.Replies && changed) TryReply(accounts[0], to, from, match);
        return changes[..length];
    }

    /// <summary>The international digits of who wrote it; null for what is none, a national form without a country
    /// say.</summary>
    private string? NumberOf(InboundMessage message, string account)
    {
        var home = pipeline.Setup.Accounts.Find(account)?.Home;
        Span<byte> digits = stackalloc byte[NumberPlan.MaxDigits];
        var found = pipeline.Esme.Destinations.Find(
            Encoding.Latin1.GetBytes(message.From), message.FromTon, home, digits);
        return OptOutWish.NumberOf(
            found.Length > 0 ? Encoding.ASCII.GetString(digits[..found.Length]) : message.From);
    }

    private bool IsNew(OptOutWish wish)
    {
        Span<byte> record = stackalloc byte[OptOutChange.LongestRecord];
        wish.Write(record, (byte)RecordKind.OptOut, 0);
        return OptOutChange.TryRead(record, out var change)
            && OptOutKey.TryCreate(change.Account, change.Number, change.Sender, out var key)
            && pipeline.Decider.OptOuts.List.Contains(key) != (change.Action == OptOutAction.Added);
    }

    /// <summary>Sends the keyword's answer from the number that was written to; false where it has none.</summary>
    private bool TryReply(string account, string to, string from, KeywordMatch match)
    {
        if (match.Reply.Length == 0) return false;
        var reply = new HttpSubmission
        {
            Account = pipeline.AccountNames.GetOrAdd(account),
            Class = MessageClass.Reply,
        };
        var isShort = to.Length <= LongestCode;
        reply.SetSource(Encoding.ASCII.GetBytes(to), isShort ? (byte)3 : (byte)1, isShort ? (byte)0 : (byte)1);
        reply.SetDestination(Encoding.ASCII.GetBytes(from), 1, 1);
        if (MessageText.TryEncode(match.Reply, null, reply) is not null) return false;
        _ = WatchAsync(admission.SubmitAsync(reply), account);
        return true;
    }

    /// <summary>Digits of what is taken for a short code, as in the HTTP API.</summary>
    private const int LongestCode = 8;

    private async Task WatchAsync(ValueTask<AdmissionResult> pending, string account)
    {
        var result = await pending.ConfigureAwait(false);
        if (!result.IsAccepted) Log.ReplyRefused(pipeline.Logger, account, result.Refusal.ToString());
    }
}
