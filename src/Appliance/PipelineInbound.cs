using System.Text;
using Appliance.Carriers.Smpp;
using Appliance.Ingress;
using Appliance.Ingress.Http;
using Appliance.Numbering;
using Appliance.Operate;
using Appliance.Policy;
using Appliance.Policy.OptOuts;
using Appliance.Records;
using Codec;

namespace Appliance;

/// <summary>
/// Mobiles' messages: those to a number of an account go to the account. A keyword in one changes the opt-out list, and
/// is answered where that is configured.
/// </summary>
internal sealed class PipelineInbound : IInbound
{
    private readonly Pipeline _pipeline;
    private readonly Admission _admission;
    private readonly InboundComplaints _complaints;

    public PipelineInbound(Pipeline pipeline, Admission admission)
    {
        _pipeline = pipeline;
        _admission = admission;
        _complaints = new InboundComplaints(number => Log.InboundUnowned(pipeline.Logger, number));
    }

    public InboundWork Take(InboundMessage message)
    {
        var to = InboundNumbers.Normalise(message.To);
        InboundAccount[] owners = to is null ? [] : _pipeline.Setup.Accounts.Owners.Of(to);
        if (to is null || owners.Length == 0)
        {
            _complaints.Note(to);
            return new InboundWork { Refusal = CommandStatus.ESME_RX_P_APPN };
        }

        if (message.Body.Length == 0) return new InboundWork { Refusal = CommandStatus.ESME_RINVSRCADR };
        Action? reply = null;
        var changes = message.IsLaterPart ? null : Understand(owners, message, to, out reply);
        // An opt-out is taken whatever the disk says: it is small, and a law.
        if (changes is null && _pipeline.Esme.DiskFull)
            return new InboundWork { Refusal = CommandStatus.ESME_RMSGQFUL };
        var takers = changes is null ? owners : owners.Where(owner => owner.Configured.InboundKeywords);
        return new InboundWork
        {
            Owners = _pipeline.Esme.DiskFull ? [] : [.. takers.Select(owner => owner.Key)],
            Changes = changes ?? [],
            Reply = reply,
        };
    }

    /// <returns>What a keyword in it changes, perhaps nothing; null where none was understood.</returns>
    /// <param name="reply">Answers it; null where it is not answered.</param>
    private byte[]? Understand(InboundAccount[] owners, InboundMessage message, string to, out Action? reply)
    {
        reply = null;
        var tables = _pipeline.Policy.Tables;
        var match = tables.Keywords.Match(message.Text);
        if (match.Action == KeywordAction.None) return null;
        if (NumberOf(message, owners[0].Configured) is not { } from) return null;
        var rules = tables.Rules.OptOut;
        if (match.Action == KeywordAction.Help)
        {
            reply = rules.Replies ? ReplyTo(owners[0], to, from, match) : null;
            return reply is null ? null : [];
        }

        var changes = new byte[owners.Length * OptOutChange.LongestRecord];
        var length = 0;
        var changed = false;
        foreach (var owner in owners)
        {
            var wish = new OptOutWish(
                owner.Key.Account, from, rules.WholeAccount ? "" : to,
                match.Action == KeywordAction.Stop ? OptOutAction.Added : OptOutAction.Removed, OptOutSource.Reply,
                match.Keyword);
            length += wish.Write(changes.AsSpan(length), (byte)RecordKind.OptOut, Clock.UnixMs);
            changed |= IsNew(wish);
        }

        // One confirmation: whoever says STOP twice has had it.
        if (rules.Replies && changed) reply = ReplyTo(owners[0], to, from, match);
        return changes[..length];
    }

    /// <summary>The international digits of who wrote it; null for what is none, a national form without a country
    /// say.</summary>
    private string? NumberOf(InboundMessage message, AccountConfiguration account)
    {
        var home = PipelineOptions.Home(account);
        Span<byte> digits = stackalloc byte[NumberPlan.MaxDigits];
        var found = _pipeline.Esme.Destinations.Find(
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
            && _pipeline.Decider.OptOuts.List.Contains(key) != (change.Action == OptOutAction.Added);
    }

    /// <summary>Sends the keyword's answer from the number that was written to; null where it has none.</summary>
    private Action? ReplyTo(InboundAccount owner, string to, string from, KeywordMatch match)
    {
        if (match.Reply.Length == 0) return null;
        var reply = new HttpSubmission
        {
            Account = owner.Key.Account,
            Class = MessageClass.Reply,
        };
        var isShort = to.Length <= LongestCode;
        reply.SetSource(Encoding.ASCII.GetBytes(to), isShort ? (byte)3 : (byte)1, isShort ? (byte)0 : (byte)1);
        reply.SetDestination(Encoding.ASCII.GetBytes(from), 1, 1);
        if (MessageText.TryEncode(match.Reply, null, reply) is not null) return null;
        return () => _ = WatchAsync(_admission.SubmitAsync(reply), owner.Configured.Name);
    }

    /// <summary>Digits of what is taken for a short code, as in the HTTP API.</summary>
    private const int LongestCode = 8;

    private async Task WatchAsync(ValueTask<AdmissionResult> pending, string account)
    {
        var result = await pending.ConfigureAwait(false);
        if (!result.IsAccepted) Log.ReplyRefused(_pipeline.Logger, account, result.Refusal.ToString());
    }
}
