using System.Globalization;
using System.Text;
using Appliance.Decide;
using Appliance.Ingress;
using Appliance.Money;
using Appliance.Numbering;
using Appliance.Policy;
using Appliance.Routing;
using Appliance.Routing.Explain;
using Codec;
using Country = Appliance.Policy.Country;

namespace Appliance;

/// <summary>A message that somebody asks about.</summary>
/// <param name="Number">As it was typed.</param>
/// <param name="Account">Null for nobody's.</param>
/// <param name="Message">Its sender, text and parameters as the API reads them; its destination is empty.</param>
/// <param name="Segments">From 1.</param>
/// <param name="AsksHlr">Whether the HLR provider is asked where it has not said anything lately.</param>
internal sealed record ExplainedMessage(
    string Number, PipelineAccount? Account, MessageClass Class, HttpSubmission Message, int Segments, bool AsksHlr);

/// <summary>
/// Tells what would become of a message: asks all that an ingress asks of one, in the same order and of the same code,
/// and takes, counts and changes nothing.
/// </summary>
internal sealed class PipelineExplain(Pipeline pipeline)
{
    private const int LongestAddress = HttpSubmission.MaxAddress;
    private const byte TonInternational = 1;

    /// <summary>Signs that people write into numbers.</summary>
    private const string Separators = " -./()";

    public async Task<RouteExplanation> ExplainAsync(ExplainedMessage message, CancellationToken stop)
    {
        var number = await FindAsync(message, stop).ConfigureAwait(false);
        var request = new ExplainRequest(message.Number, message.Account?.Configured.Name ?? "",
            Encoding.Latin1.GetString(message.Message.Source), message.Class.AsSet(), message.Segments, 0);
        List<ExplainStep> before = [];
        if (number.Digits.Length == 0)
            before.Add(new ExplainStep("destination", StepVerdict.Refused, "",
                $"expected 1 to {LongestAddress} digits, with or without +"));
        else
            request = Ask(message, request, number, before);
        RouteExplanation? explanation = null;
        await pipeline.CallAsync((decider, now) => explanation =
            Decide(decider, request with { Seed = decider.Ledger.Log.NextPosition }, number, message, now))
            .ConfigureAwait(false);
        return explanation! with { Before = before };
    }

    /// <summary>The number as admission reads it, and what is known of it.</summary>
    private async Task<ExplainedNumber> FindAsync(ExplainedMessage message, CancellationToken stop)
    {
        var text = new string([.. message.Number.Where(sign => !Separators.Contains(sign, StringComparison.Ordinal))]);
        var isInternational = text.StartsWith('+') || !text.StartsWith('0');
        var digits = text.StartsWith('+') ? text[1..] : text;
        if (digits.Length is 0 or > LongestAddress || !digits.All(char.IsAsciiDigit)) digits = "";
        var home = message.Account?.Home;
        var asked = digits.Length == 0 ? message.Number : isInternational || home is null ? "+" + digits : digits;
        var country = message.Account?.Configured.Country;
        if (message.AsksHlr) await pipeline.Storage.Lookup.LookUpAsync(asked, country, stop).ConfigureAwait(false);
        var (lookup, isHlrOpen) = pipeline.Storage.Lookup.Recall(asked, country);
        if (digits.Length == 0) return new ExplainedNumber(lookup, "", 0, 0);
        var (found, international) = Foretell(digits, isInternational ? TonInternational : (byte)0, home);
        return new ExplainedNumber(lookup, international, found.Network, found.Country)
        {
            Hlr = isHlrOpen ? HlrLine(message.AsksHlr) : null,
        };
    }

    private (Destination Found, string Digits) Foretell(string digits, byte ton, Numbering.Country? home)
    {
        Span<byte> room = stackalloc byte[NumberPlan.MaxDigits];
        var found = pipeline.Esme.Destinations.Foretell(Encoding.ASCII.GetBytes(digits), ton, home, room);
        return (found, found.Length > 0 ? Encoding.ASCII.GetString(room[..found.Length]) : digits);
    }

    private string HlrLine(bool wasAsked)
    {
        var hlr = pipeline.Configuration.Numbers.Hlr!;
        var timeout = string.Create(CultureInfo.InvariantCulture, $"time-out {hlr.Timeout.TotalSeconds} s");
        if (wasAsked) return $"asked, and no answer ({timeout}): messages go on without";
        return hlr.Messages
            ? $"nothing kept of it: a message goes on without, and makes it be asked for the next ({timeout})"
            : $"nothing kept of it: messages go on without ({timeout}; --hlr asks it now)";
    }

    /// <summary>What an ingress asks before the ring.</summary>
    /// <returns>The request, from another sender where a rule says so.</returns>
    private ExplainRequest Ask(
        ExplainedMessage message, ExplainRequest request, ExplainedNumber number, List<ExplainStep> steps)
    {
        var share = pipeline.Share;
        var source = share.Of(message.Account?.Id ?? 0);
        var isCrowded = share.IsCrowded(source);
        steps.Add(pipeline.Esme.Draining
            ? new ExplainStep("intake", StepVerdict.Refused, "", "the appliance goes down")
            : new ExplainStep("intake", isCrowded ? StepVerdict.Waits : StepVerdict.Passes, "",
                $"{share.Count} of {share.Most} submissions in the ring, {source.Count} of this account"
                + (isCrowded ? ": refused over HTTP, and over SMPP after a second's wait" : "")));
        var gate = pipeline.Policy;
        var tables = gate.Tables;
        var now = Clock.UnixMs;
        // Without a rule that may give it another sender a message without a route is refused at once.
        if (!tables.ReplacesSenders && !HasRoute(message, number, now))
            steps.Add(new ExplainStep("route", StepVerdict.Refused, "", "no route"));
        steps.Add(new ExplainStep("disk", pipeline.Esme.DiskFull ? StepVerdict.Refused : StepVerdict.Passes, "",
            pipeline.Esme.DiskFull ? "nearly full" : "room"));
        steps.Add(RateStep(message.Account));
        var input = new PolicyInput
        {
            Account = message.Account?.Id ?? 0,
            Class = message.Class,
            Country = Country.At(number.Country),
            Source = message.Message.Source,
            SourceTon = message.Message.SourceTon,
            Destination = Encoding.ASCII.GetBytes(number.Digits),
            Text = message.Message.Text,
            Tlvs = new TlvReader(message.Message.Tlvs),
        };
        foreach (var step in gate.Explain(tables, in input, now)) steps.Add(StepOf(step, message));
        var due = 0u;
        gate.Foretell(tables, in input, now, 0, ref due, out var verdict);
        return verdict.Sender is { } sender ? request with { Sender = sender.Text } : request;
    }

    private bool HasRoute(ExplainedMessage message, ExplainedNumber number, long now)
    {
        var query = new RouteQuery
        {
            Destination = Encoding.ASCII.GetBytes(number.Digits),
            Sender = message.Message.Source,
            Network = number.Network,
            Country = number.Country,
            Account = message.Account?.Id ?? 0,
            Class = message.Class.AsSet(),
            Now = now,
        };
        return pipeline.Tables.Current.Routes.FindRank(in query) != Routes.None;
    }

    private static ExplainStep RateStep(PipelineAccount? account)
    {
        if (account is null) return new ExplainStep("rate", StepVerdict.NotAsked, "", "no account is given");
        if (account.Rate.PerSecond == 0) return new ExplainStep("rate", StepVerdict.Passes, "", "no limit");
        var wait = account.Rate.WaitAt(Clock.Nanoseconds);
        return new ExplainStep("rate", wait > 0 ? StepVerdict.Refused : StepVerdict.Passes, "",
            $"{account.Rate.PerSecond} a second" + (wait > 0 ? $"; the next in {(wait / 1_000_000) + 1} ms" : ""));
    }

    private static ExplainStep StepOf(PolicyStep step, ExplainedMessage message)
    {
        var verdict = step.Outcome switch
        {
            PolicyOutcome.Refuse => StepVerdict.Refused,
            PolicyOutcome.Defer => StepVerdict.Waits,
            _ => step.Sender is null ? StepVerdict.Passes : StepVerdict.Changed,
        };
        if (step.Rules.Count == 0) return new ExplainStep(step.Kind, StepVerdict.Passes, "", "no rule is about it");
        var isUnread = step.Kind == "content" && message.Message.Text.IsEmpty;
        if (isUnread) return new ExplainStep(step.Kind, StepVerdict.NotAsked, string.Join(", ", step.Rules), "no text");
        var numbers = step.Code != PolicyCode.None ? PolicyCodes.Of(step.Code).Name
            : step.Sender is { } sender ? $"{Encoding.Latin1.GetString(message.Message.Source)} becomes {sender.Text}"
            : step.Monitored is { } watched ? $"rule {watched} only watches, and would refuse it"
            : "";
        if (step.DueUnixMs != 0)
            numbers += $", until {DateTimeOffset.FromUnixTimeMilliseconds(step.DueUnixMs):yyyy-MM-ddTHH:mm:ssZ}";
        return new ExplainStep(step.Kind, verdict, string.Join(", ", step.Rules), numbers);
    }

    /// <summary>What the ring's thread would do; to be called there.</summary>
    private static RouteExplanation Decide(
        Decider decider, ExplainRequest request, ExplainedNumber number, ExplainedMessage message, long now)
    {
        var choice = decider.Dispatch.Choice;
        foreach (var carrier in choice.All) carrier.Measure(now);
        var id = message.Account?.Id ?? 0;
        var explainer = new RouteExplainer(choice.Tables.Routes, choice.Chooser, choice.Tables.Money, _ => id,
            carrier => choice.Find(carrier) is not null);
        var explanation = explainer.Explain(request, number, now);
        if (explanation.Rule is null) return explanation;
        var steps = new List<ExplainStep>();
        if (message.Account is not null)
            AskAccount(decider, decider.Notices.Account(id), request, number, steps, now);
        if (message.Account is not null && decider.Billing.IsUnpriced(id, explanation.Quote.Price))
            steps.Add(new ExplainStep("price", StepVerdict.Refused, "", "the account is charged and has none for it"));
        explanation = explanation with { Within = steps };
        if (explanation.Refusal is not null) return explanation;
        if (choice.Find(explanation.Rule.Carriers[explanation.Pick.Place].Id) is { } chosen)
            steps.Add(Queue(decider, chosen, id));
        if (message.Account is not null) steps.Add(Balance(decider.Billing, id, explanation));
        return explanation;
    }

    private static void AskAccount(Decider decider, Account account, ExplainRequest request, ExplainedNumber number,
        List<ExplainStep> steps, long now)
    {
        var refusal = decider.Submissions.RoomFor(account, request.Segments);
        steps.Add(new ExplainStep("backlog", Verdict(refusal == Refusal.BacklogFull), "",
            $"{decider.Backlog.Unfinished} of {decider.Options.LiveMessages} messages are not final"));
        steps.Add(new ExplainStep("account", Verdict(refusal is Refusal.AccountFull or Refusal.AccountGone), "",
            $"{account.Unfinished} of {account.Options.MaxLive} of its own are not final"));
        var sender = Encoding.Latin1.GetBytes(request.Sender);
        if (account.Options.SenderThroughput > 0)
            steps.Add(new ExplainStep("sender_rate",
                Verdict(!decider.Dispatch.Senders.MayCome(account.Options, sender, now)), "",
                $"{account.Options.SenderThroughput} a second of {request.Sender}"));
        if (!decider.Fraud.WatchesRanges) return;
        var isBlocked = decider.Fraud.IsBlocked(account.Options.Id, Encoding.ASCII.GetBytes(number.Digits), now);
        steps.Add(new ExplainStep("fraud", Verdict(isBlocked), "fraud",
            isBlocked ? "the number's range is blocked" : "the number's range is not blocked"));
    }

    private static ExplainStep Queue(Decider decider, Decide.Carrier carrier, ushort account)
    {
        var waits = !carrier.IsUp || carrier.Waiting + carrier.HeldCount > 0
            || decider.Backlog.MustHold(carrier, 0, account);
        return new ExplainStep("queue", waits ? StepVerdict.Waits : StepVerdict.Passes, "",
            $"{carrier.Waiting} wait for {carrier.Options.Name} in memory and {carrier.HeldCount} outside; "
            + $"{carrier.WindowUsed} are with it, of {carrier.AdaptedWindow}");
    }

    private static ExplainStep Balance(Billing billing, ushort account, RouteExplanation explanation)
    {
        var view = billing.Balances[account];
        if (!view.IsKept) return new ExplainStep("balance", StepVerdict.Passes, "", "the account is not charged");
        var amount = explanation.Quote.Amount;
        return new ExplainStep("balance", Verdict(!billing.Covers(account, amount)), "",
            $"{Micros.Format(amount)} of {Micros.Format(view.Balance)} {explanation.Currency} and a credit of "
            + (view.CreditLimit >= BillingConfiguration.Unlimited ? "any amount" : Micros.Format(view.CreditLimit)));
    }

    private static StepVerdict Verdict(bool isRefused) => isRefused ? StepVerdict.Refused : StepVerdict.Passes;
}
