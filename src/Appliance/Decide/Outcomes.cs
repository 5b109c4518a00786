using Appliance.Records;
using Appliance.Routing;
using Appliance.Routing.Live;
using Codec;

namespace Appliance.Decide;

/// <summary>Tells what is measured of carriers what became of messages: answers, receipts, trials.</summary>
public sealed class Outcomes(CarrierChoice choice)
{
    /// <summary>Called with a route whose canary is out.</summary>
    public Action<RouteRule>? RolledBack { get; set; }

    public long RolledBackCount { get; private set; }

    /// <summary>What an answer says of the carrier.</summary>
    /// <param name="ofOne">Whether the error is about one recipient only.</param>
    public static CarrierAnswer Of(CommandStatus status, ErrorClass error, bool ofOne) =>
        status == CommandStatus.ESME_ROK ? CarrierAnswer.Good
        : ofOne ? CarrierAnswer.Refused
        : error switch
        {
            ErrorClass.Throttle => CarrierAnswer.Throttled,
            ErrorClass.Session or ErrorClass.Transient => CarrierAnswer.Failed,
            _ => CarrierAnswer.Refused,
        };

    /// <summary>A carrier has taken a message and will send a receipt.</summary>
    public void Submitted(in LiveMessage message, long now)
    {
        choice.Stats.Submitted(message.Carrier, message.Network, now);
        if (TrialOf(in message, out var ofCanary) is { } trial) trial.Submitted(ofCanary, now);
    }

    /// <summary>A message's final receipt is there.</summary>
    public void Ended(in LiveMessage message, State state, long now)
    {
        var at = message.SubmittedAt * 1000L;
        var delivered = state == State.Delivered;
        choice.Stats.Outcome(message.Carrier, message.Network, at, now, delivered);
        if (TrialOf(in message, out var ofCanary) is { } trial) trial.Outcome(ofCanary, at, now, delivered);
    }

    /// <summary>Once a second: canaries that do worse than the others are out.</summary>
    public void Tick(long now)
    {
        if (!choice.Tables.HasTrials) return;
        foreach (var rule in choice.Tables.Routes.Rules)
        {
            if (rule.Trial is not { } trial || !trial.Judge(now)) continue;
            RolledBackCount++;
            RolledBack?.Invoke(rule);
        }
    }

    private CanaryTrial? TrialOf(in LiveMessage message, out bool ofCanary)
    {
        ofCanary = false;
        // Only where there are trials is it worth another look-up.
        if (!choice.Tables.HasTrials || choice.RuleOf(in message) is not { Trial: { } trial } rule) return null;
        var place = rule.PlaceOf(message.Carrier);
        ofCanary = place == rule.Canary;
        return place < 0 ? null : trial;
    }
}
