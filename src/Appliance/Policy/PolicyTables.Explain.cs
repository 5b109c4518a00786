using Appliance.Policy.OptOuts;
using Appliance.Policy.Senders;

namespace Appliance.Policy;

/// <summary>What the rules of one kind say of a message.</summary>
/// <param name="Kind">sender, opt_out, dlt, content or quiet_hours.</param>
/// <param name="Rules">Those that were asked; of a refusal or a wait the one whose it is.</param>
/// <param name="Outcome">Of Pass the message may be changed all the same.</param>
/// <param name="Code">Of Refuse and Defer.</param>
/// <param name="Sender">Of the sender's rules: what takes its place; null where it stays.</param>
/// <param name="Monitored">Of content: the first rule that only watches and would have refused it.</param>
/// <param name="DueUnixMs">Of quiet hours: when it may go out; 0 for at once.</param>
public sealed record PolicyStep(
    string Kind, IReadOnlyList<string> Rules, PolicyOutcome Outcome, PolicyCode Code, SenderAddress? Sender = null,
    string? Monitored = null, long DueUnixMs = 0);

/// <summary>For people: what each kind of rule says, whatever those before it said.</summary>
public sealed partial class PolicyTables
{
    /// <inheritdoc cref="Check"/>
    /// <returns>In the order in which they are asked of a message; the first that refuses is what its sender is told.
    /// </returns>
    public IReadOnlyList<PolicyStep> Explain(in PolicyInput input, OptOutList optOuts, long unixMs)
    {
        var code = _senders.Check(input, out _, out var sender);
        List<PolicyStep> steps =
        [
            Step("sender", code, _senders.RuleOf(input) is { } asked ? [asked] : []) with { Sender = sender },
        ];
        var hasOptedOut = HasOptedOut(input, optOuts, sender);
        steps.Add(Step("opt_out", hasOptedOut ? PolicyCode.OptOut : PolicyCode.None, ["opt_out"]));
        code = _dlt.Check(input, out var broken);
        steps.Add(Step("dlt", code, broken is null ? _dlt.RulesOf(input) : [broken]));
        broken = _content.Check(input, out var monitored);
        code = broken is null ? PolicyCode.None : PolicyCode.Content;
        steps.Add(Step("content", code, broken is null ? _content.RulesOf(input) : [broken])
            with { Monitored = monitored });
        steps.Add(ExplainHours(input, unixMs));
        return steps;
    }

    private PolicyStep ExplainHours(in PolicyInput input, long unixMs)
    {
        PolicyVerdict verdict = default;
        CheckHours(input, unixMs, ref verdict);
        var asked = new List<string>();
        foreach (var rule in _quiet)
            if (rule.Holds(input)) asked.Add(rule.Rule.Name);
        return new PolicyStep("quiet_hours", verdict.Rule is { } named ? [named] : asked, verdict.Outcome, verdict.Code,
            DueUnixMs: verdict.DueUnixMs);
    }

    private static PolicyStep Step(string kind, PolicyCode code, IReadOnlyList<string> rules) => new(
        kind, rules, code == PolicyCode.None ? PolicyOutcome.Pass : PolicyOutcome.Refuse, code);
}
