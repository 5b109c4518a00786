using Appliance.Policy;
using Appliance.Policy.OptOuts;

namespace Appliance.Ingress;

/// <summary>What the rules did, for metrics and the log; any thread.</summary>
public interface IPolicyObserver
{
    void Refused(ushort account, PolicyCode code, string rule);

    /// <summary>It waits until its recipient's quiet hours end.</summary>
    void Deferred(ushort account, string rule);

    /// <summary>A content rule that only watches would have refused it.</summary>
    void Watched(ushort account, string rule);

    /// <summary>Its sender was replaced.</summary>
    void Replaced(ushort account);
}

/// <summary>Asks the rules about a message before anything of it is kept. Any thread; no lock, no allocation.</summary>
/// <param name="optOuts">Read here while the ring's thread changes it.</param>
public sealed class PolicyGate(PolicyTables tables, OptOutList optOuts, IPolicyObserver observer)
{
    private volatile PolicyTables _tables = tables;

    /// <summary>The rules in force.</summary>
    public PolicyTables Tables => _tables;

    /// <summary>Puts other rules in force, all at once.</summary>
    public void Replace(PolicyTables tables) => _tables = tables;

    /// <summary>The version of the opt-outs: read before a message is asked about.</summary>
    public int OptOuts => optOuts.Version;

    /// <inheritdoc cref="Passes(PolicyTables, in PolicyInput, long, uint, ref uint, out PolicyVerdict)"/>
    public bool Passes(in PolicyInput input, long now, uint validity, ref uint due, out PolicyVerdict verdict) =>
        Passes(_tables, in input, now, validity, ref due, out verdict);

    /// <summary>Whether any rule may put another sender in a message's place; its route is that of the other.</summary>
    public bool ReplacesSenders => Tables.ReplacesSenders;

    /// <summary>Lets a message pass, perhaps later and from another sender, or refuses it.</summary>
    /// <param name="tables">The rules, as they were when the input was made by them.</param>
    /// <param name="now">Milliseconds since 1970.</param>
    /// <param name="due">Seconds since 1970 for which it is scheduled, 0 for at once; later where it has to wait.
    /// </param>
    /// <param name="validity">Seconds from now until it expires; 0 where its sender doesn't say.</param>
    /// <param name="verdict">Of a refusal the code and the rule; the sender that takes its own's place.</param>
    /// <returns>Whether it passes.</returns>
    public bool Passes(
        PolicyTables tables, in PolicyInput input, long now, uint validity, ref uint due, out PolicyVerdict verdict)
    {
        Foretell(tables, in input, now, validity, ref due, out verdict);
        if (verdict.Monitored is { } watched) observer.Watched(input.Account, watched);
        if (verdict.Outcome == PolicyOutcome.Refuse)
        {
            observer.Refused(input.Account, verdict.Code, verdict.Rule ?? "");
            return false;
        }

        if (verdict.Sender is not null) observer.Replaced(input.Account);
        if (verdict.Outcome == PolicyOutcome.Defer) observer.Deferred(input.Account, verdict.Rule ?? "");
        return true;
    }

    /// <summary>The same, without anybody hearing of it.</summary>
    public void Foretell(
        PolicyTables tables, in PolicyInput input, long now, uint validity, ref uint due, out PolicyVerdict verdict)
    {
        tables.Check(in input, optOuts, Math.Max(now, due * 1000L), out verdict);
        if (verdict.Outcome != PolicyOutcome.Defer) return;
        var open = Schedule.Seconds(verdict.DueUnixMs);
        // What has expired by then is better refused now.
        if (validity == 0 || (now / 1000) + validity > open) due = open;
        else verdict.Outcome = PolicyOutcome.Refuse;
    }

    /// <summary>What each kind of rule says of a message, without anybody hearing of it.</summary>
    public IReadOnlyList<PolicyStep> Explain(PolicyTables tables, in PolicyInput input, long unixMs) =>
        tables.Explain(in input, optOuts, unixMs);
}
