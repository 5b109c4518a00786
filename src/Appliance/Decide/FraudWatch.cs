using Appliance.Policy.Fraud;
using Appliance.Records;

namespace Appliance.Decide;

/// <summary>
/// Shows what comes in, and what becomes of it, to those who look for inflated traffic and fake receipts. It is of the
/// ring's thread and not in the journal: after a start an attack is found again.
/// </summary>
public sealed class FraudWatch
{
    private RangeGuard? _ranges;
    private ReceiptWatch? _receipts;

    /// <param name="rules">As configured.</param>
    /// <param name="accounts">The persistent id of each account's name.</param>
    public FraudWatch(FraudRules rules, IReadOnlyDictionary<string, ushort> accounts) =>
        Replace(FraudGuards.Of(rules, accounts));

    /// <summary>Watches by other rules; what was seen under those before is forgotten.</summary>
    public void Replace(FraudGuards guards)
    {
        ArgumentNullException.ThrowIfNull(guards);
        (_ranges, _receipts) = (guards.Ranges, guards.Receipts);
    }

    /// <summary>Called on the ring's thread for a range that was found; must not block.</summary>
    public Action<RangeFinding, long>? Found { get; set; }

    /// <summary>Called on the ring's thread for each message that is refused; must not block.</summary>
    public Action<ushort>? Blocked { get; set; }

    /// <summary>Called on the ring's thread for each judgement of a carrier's receipts, told or not; must not block.
    /// </summary>
    public Action<ReceiptJudgement>? Judged { get; set; }

    /// <summary>Ranges that made way for others.</summary>
    public long Evicted => _ranges?.Evicted ?? 0;

    /// <summary>A message comes in. False if it is to be refused.</summary>
    public bool Admits(ref Slot slot)
    {
        if (_ranges is null) return true;
        ReadOnlySpan<byte> body = slot.Bytes;
        // Each of several parts has its length, two bytes, before it.
        var destination = Addresses.Octets(slot.Parts > 1 ? body[2..] : body, slot.DestinationOffset);
        var admitted = _ranges.Submit(slot.Account, destination, slot.UnixMs, out var found, out var finding);
        if (found) Found?.Invoke(finding, slot.UnixMs);
        if (!admitted) Blocked?.Invoke(slot.Account);
        return admitted;
    }

    /// <summary>A message has reached its final state; of several parts the first's counts.</summary>
    public void Final(in LiveMessage message)
    {
        if (_ranges is null || message.PartNumber > 1) return;
        _ranges.Final(message.Account, Addresses.Octets(in message.Destination), message.State == State.Delivered);
    }

    /// <summary>A final receipt has come.</summary>
    /// <param name="sameDates">Whether its two dates are one.</param>
    public void Receipt(in LiveMessage message, long now, bool sameDates)
    {
        if (_receipts is null) return;
        var submitted = (message.SubmittedAt * 1000L) + message.SubmittedMs;
        var sample = new ReceiptSample(
            message.Carrier, message.Network, now - submitted, message.State == State.Delivered, sameDates);
        var told = _receipts.Add(in sample, now, out var finding, out var score);
        if (score < 0) return;
        Judged?.Invoke(new ReceiptJudgement(
            message.Carrier, message.Network, score, now, told ? finding : null));
    }

    /// <summary>The account says that a message was of use to who got it.</summary>
    public void Convert(ushort account, ReadOnlySpan<byte> number) => _ranges?.Convert(account, number);

    /// <summary>Takes the block of a number's range off; false if there was none.</summary>
    public bool Release(ushort account, ReadOnlySpan<byte> number, long now) =>
        _ranges is not null && _ranges.Release(account, number, now);

    /// <summary>Whether an account's messages to a number are refused now.</summary>
    public bool IsBlocked(ushort account, ReadOnlySpan<byte> number, long now) =>
        _ranges is not null && _ranges.IsBlocked(account, number, now);

    /// <summary>Whether ranges are watched at all.</summary>
    public bool WatchesRanges => _ranges is not null;

    /// <summary>Ranges that are blocked now.</summary>
    public IReadOnlyList<RangeFinding> BlockedRanges(long now) => _ranges is null ? [] : [.. _ranges.Blocked(now)];
}

/// <summary>Those who look, as configured; null for who has nothing to look at.</summary>
public sealed record FraudGuards(RangeGuard? Ranges, ReceiptWatch? Receipts)
{
    /// <param name="rules">As configured.</param>
    /// <param name="accounts">The persistent id of each account's name.</param>
    public static FraudGuards Of(FraudRules rules, IReadOnlyDictionary<string, ushort> accounts)
    {
        ArgumentNullException.ThrowIfNull(rules);
        // Its tables are large: only where somebody wants them.
        var limits = rules.Accounts.Values.Append(rules.Limits);
        return new FraudGuards(
            limits.Any(one => one.Mode != FraudMode.Off) ? new RangeGuard(rules, accounts) : null,
            rules.Receipts.Mode != FraudMode.Off ? new ReceiptWatch(rules.Receipts) : null);
    }
}

/// <summary>What a carrier's receipts on a route look like.</summary>
/// <param name="Network">The route: the network's code as Network.CodeOf has it, 0 for not known.</param>
/// <param name="Score">0 to 1.</param>
/// <param name="At">Milliseconds since 1970.</param>
/// <param name="Finding">Where it is told, with its parts; else null.</param>
public sealed record ReceiptJudgement(ushort Carrier, uint Network, double Score, long At, ReceiptFinding? Finding);
