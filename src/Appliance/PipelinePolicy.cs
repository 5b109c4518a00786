using System.Collections.Concurrent;
using Appliance.Decide;
using Appliance.Ingress;
using Appliance.Operate.Metrics;
using Appliance.Policy;
using Appliance.Policy.Fraud;
using Appliance.Policy.OptOuts;
using Store;

namespace Appliance;

/// <summary>
/// What rules, opt-outs and the watch for fraud do, as metrics and log lines. Both are bounded by accounts and rules;
/// a rule that refuses much is told once a minute for each account.
/// </summary>
internal sealed class PipelinePolicy(
    SmsMetrics metrics, NameTable accounts, NameTable carriers, ILogger logger) : IPolicyObserver
{
    /// <summary>Milliseconds between two lines about the same rule and account.</summary>
    private const long Pause = 60_000;

    /// <summary>Findings kept for the console.</summary>
    private const int MostFindings = 200;

    private readonly ConcurrentDictionary<(ushort, PolicyCode, string), Told> _refused = [];
    private readonly ConcurrentDictionary<(ushort, string), Told> _watched = [];
    private readonly ConcurrentDictionary<(ushort, string), SharedCounter> _deferred = [];
    private readonly ConcurrentDictionary<ushort, SharedCounter> _replaced = [];
    private readonly ConcurrentDictionary<(ushort Carrier, uint Network), ReceiptJudgement> _receipts = [];
    private readonly ConcurrentQueue<(RangeFinding Finding, long At)> _ranges = new();

    /// <summary>A counter, and what of it has been told in the log.</summary>
    private sealed class Told(SharedCounter counter)
    {
        private long _count;
        private long _said;
        private long _saidAt = -Pause;

        /// <summary>Counts; gives how many are to be told now, or 0.</summary>
        public long Add()
        {
            counter.Add();
            var count = Interlocked.Increment(ref _count);
            var now = Environment.TickCount64;
            var at = Volatile.Read(ref _saidAt);
            if (now - at < Pause || Interlocked.CompareExchange(ref _saidAt, now, at) != at) return 0;
            return count - Interlocked.Exchange(ref _said, count);
        }
    }

    /// <summary>Ranges that were found, the newest last.</summary>
    public IReadOnlyList<(RangeFinding Finding, long At)> Ranges => [.. _ranges];

    /// <summary>The newest judgement of each carrier and network.</summary>
    public IReadOnlyList<ReceiptJudgement> Receipts => [.. _receipts.Values];

    public void Refused(ushort account, PolicyCode code, string rule)
    {
        var told = _refused.GetOrAdd((account, code, rule), (key, _) => new Told(metrics.Registry.SharedCounter(
            "sms_policy_refused_total", "Messages refused by a rule.",
            ("account", Name(key.Item1)), ("code", PolicyCodes.Of(key.Item2).Name), ("rule", key.Item3))), 0);
        if (told.Add() is > 0 and var count)
            Log.PolicyRefused(logger, count, Name(account), rule, PolicyCodes.Of(code).Name);
    }

    public void Deferred(ushort account, string rule) => _deferred.GetOrAdd((account, rule),
        (key, _) => metrics.Registry.SharedCounter(
            "sms_policy_deferred_total", "Messages that wait until their recipient's quiet hours end.",
            ("account", Name(key.Item1)), ("rule", key.Item2)), 0).Add();

    public void Watched(ushort account, string rule)
    {
        var told = _watched.GetOrAdd((account, rule), (key, _) => new Told(metrics.Registry.SharedCounter(
            "sms_policy_watched_total", "Messages that a content rule which only watches would have refused.",
            ("account", Name(key.Item1)), ("rule", key.Item2))), 0);
        if (told.Add() is > 0 and var count) Log.PolicyWatched(logger, count, Name(account), rule);
    }

    public void Replaced(ushort account) => _replaced.GetOrAdd(account, (id, _) => metrics.Registry.SharedCounter(
        "sms_policy_senders_replaced_total", "Messages whose sender was replaced by a rule.",
        ("account", Name(id))), 0).Add();

    /// <summary>Hears from the deciding stage what becomes of opt-outs and what looks like fraud.</summary>
    public void Watch(Decider decider)
    {
        decider.OptOuts.Changed = Changed;
        decider.OptOuts.Imported = count => Changes("added_or_removed", OptOutSource.Import).Add(count);
        decider.Fraud.Found = Found;
        decider.Fraud.Blocked = account => Refused(account, PolicyCode.FraudRange, "fraud");
        decider.Fraud.Judged = Judged;
        metrics.Registry.Gauge("sms_opt_outs", "Opt-outs in force.", () => decider.OptOuts.List.Count);
        metrics.Registry.CounterOf("sms_fraud_ranges_evicted_total",
            "Ranges of numbers that were watched closely and made way for others.", () => decider.Fraud.Evicted);
    }

    private void Changed(OptOutNote note)
    {
        var action = note.Action == OptOutAction.Added ? "added" : "removed";
        Changes(action, note.Source).Add();
        var sender = note.Sender.Length == 0 ? "any" : note.Sender;
        Log.OptOutChanged(logger, action, OptOutEntry.NameOf(note.Source), Name(note.Account), sender,
            note.Number[^Math.Min(3, note.Number.Length)..], note.Keyword);
    }

    private SharedCounter Changes(string action, OptOutSource source) => metrics.Registry.SharedCounter(
        "sms_opt_out_changes_total", "Changes of the opt-out list.",
        ("action", action), ("source", OptOutEntry.NameOf(source)));

    private void Found(RangeFinding finding, long at)
    {
        _ranges.Enqueue((finding, at));
        if (_ranges.Count > MostFindings) _ranges.TryDequeue(out _);
        metrics.Registry.SharedCounter("sms_fraud_ranges_found_total", "Ranges of numbers found to be pumped.",
            ("account", Name(finding.Account))).Add();
        Log.RangeFound(logger, Name(finding.Account), "+" + finding.Range, finding.Messages, finding.Distinct,
            finding.Sequential, finding.Delivered, finding.Finals, finding.Blocked ? "blocked" : "only told");
    }

    private void Judged(ReceiptJudgement judgement)
    {
        if (_receipts.Count < ReceiptWatch.Places || _receipts.ContainsKey((judgement.Carrier, judgement.Network)))
            _receipts[(judgement.Carrier, judgement.Network)] = judgement;
        if (judgement.Finding is not { } finding) return;
        var carrier = carriers.Name(judgement.Carrier) ?? "";
        metrics.Registry.SharedCounter("sms_fraud_receipts_found_total",
            "Times that the receipts of a carrier on a route looked made up.", ("carrier", carrier)).Add();
        Log.ReceiptsFake(logger, carrier, NetworkName(judgement.Network), finding.Score, finding.Receipts,
            finding.TooFast, finding.Uniform, finding.NoTail, finding.SameDates);
    }

    /// <summary>MCC and MNC; "unknown" for 0.</summary>
    public static string NetworkName(uint code) => code == 0 ? "unknown" : Numbering.Network.TextOf(code);

    private string Name(ushort account) => accounts.Name(account) ?? "";
}
