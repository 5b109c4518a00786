using Appliance.Policy.Content;
using Appliance.Policy.Dlt;
using Appliance.Policy.Hours;
using Appliance.Policy.OptOuts;
using Appliance.Policy.Senders;

namespace Appliance.Policy;

/// <summary>
/// All rules about messages, ready to be asked: immutable, from any thread, without allocation or lock. A reload makes
/// another one and swaps the reference.
/// </summary>
public sealed partial class PolicyTables
{
    private const int MostTurns = 16;

    private readonly SenderFilter _senders;
    private readonly DltFilter _dlt;
    private readonly ContentFilter _content;
    private readonly QuietHours[] _quiet;

    /// <param name="rules">As the configuration's reader accepts them.</param>
    /// <param name="accounts">The persistent id of each account's name.</param>
    public PolicyTables(PolicyRules rules, IReadOnlyDictionary<string, ushort> accounts)
    {
        ArgumentNullException.ThrowIfNull(rules);
        Rules = rules;
        ReadsText = rules.Content.Count > 0 || rules.Dlt.Any(rule => rule.Templates.Count > 0);
        Keywords = new Keywords(rules.OptOut);
        _senders = new SenderFilter(rules.Senders, accounts);
        ReplacesSenders = rules.Senders.Any(rule => rule.Replacement is not null);
        _dlt = new DltFilter(rules.Dlt, accounts);
        _content = new ContentFilter(rules.Content, accounts);
        _quiet = [.. rules.QuietHours.Select(rule => new QuietHours(rule, accounts))];
    }

    public PolicyRules Rules { get; }

    /// <summary>Whether any rule looks at texts; else none need be decoded.</summary>
    public bool ReadsText { get; }

    /// <summary>For mobile-originated messages.</summary>
    public Keywords Keywords { get; }

    /// <summary>
    /// Sender, opt-outs, DLT, content, then quiet hours: what is refused for good is not put off first. The opt-out is
    /// about the sender the recipient would see; where that is a replacement, about the one it stands for as well.
    /// </summary>
    /// <param name="unixMs">Now, or when the message is to go out if that is later; milliseconds since 1970.</param>
    public void Check(in PolicyInput input, OptOutList optOuts, long unixMs, out PolicyVerdict verdict)
    {
        verdict = default;
        verdict.Code = _senders.Check(input, out verdict.Rule, out verdict.Sender);
        if (verdict.Code == PolicyCode.None && HasOptedOut(input, optOuts, verdict.Sender))
        {
            verdict.Code = PolicyCode.OptOut;
            verdict.Rule = "opt_out";
        }

        if (verdict.Code == PolicyCode.None) verdict.Code = _dlt.Check(input, out verdict.Rule);
        if (verdict.Code == PolicyCode.None)
        {
            verdict.Rule = _content.Check(input, out verdict.Monitored);
            if (verdict.Rule is not null) verdict.Code = PolicyCode.Content;
        }

        if (verdict.Code != PolicyCode.None)
            verdict.Outcome = PolicyOutcome.Refuse;
        else if (_quiet.Length > 0)
            CheckHours(input, unixMs, ref verdict);
    }

    /// <summary>Whether any rule may put another sender in a message's place.</summary>
    public bool ReplacesSenders { get; }

    /// <summary>Whether there are quiet hours at all.</summary>
    public bool HasQuietHours => _quiet.Length > 0;

    /// <summary>
    /// When a message that waited may go out: <paramref name="unixMs"/> itself outside quiet hours, else later, by
    /// rules that refuse too, since it has been accepted; -1 where no time is found at which all rules are content.
    /// </summary>
    public long OpenAt(in PolicyInput input, long unixMs)
    {
        var due = unixMs;
        for (var turn = 0; turn < MostTurns; turn++)
        {
            var before = due;
            foreach (var rule in _quiet)
            {
                if (!rule.Holds(input)) continue;
                due = rule.OpenAt(input.Destination, input.Country, due);
                if (due < 0) return due;
            }

            if (due == before) return due;
        }

        return -1;
    }

    private bool HasOptedOut(in PolicyInput input, OptOutList optOuts, SenderAddress? replacement) =>
        ((int)Rules.OptOut.Classes >> (int)input.Class & 1) != 0
        && (optOuts.Contains(input.Account, input.Destination, input.Source)
            || (replacement is not null
                && optOuts.Contains(input.Account, input.Destination, replacement.Octets.Span)));

    /// <summary>Until all rules that hold are content at the same time.</summary>
    private void CheckHours(in PolicyInput input, long unixMs, ref PolicyVerdict verdict)
    {
        var due = unixMs;
        for (var turn = 0; turn < MostTurns; turn++)
        {
            var before = due;
            foreach (var rule in _quiet)
            {
                if (!rule.Holds(input)) continue;
                var open = rule.OpenAt(input.Destination, input.Country, due);
                if (open == due) continue;
                verdict.Code = PolicyCode.QuietHours;
                verdict.Rule = rule.Rule.Name;
                verdict.Outcome = rule.Rule.Defer && open >= 0 ? PolicyOutcome.Defer : PolicyOutcome.Refuse;
                if (verdict.Outcome == PolicyOutcome.Refuse) return;
                due = open;
            }

            if (due != before) continue;
            verdict.DueUnixMs = due == unixMs ? 0 : due;
            return;
        }

        verdict.Outcome = PolicyOutcome.Refuse;
    }
}
