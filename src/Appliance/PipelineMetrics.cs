using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Appliance.Decide;
using Appliance.Journal;
using Appliance.Money;
using Appliance.Operate.Metrics;
using Appliance.Operate.Storage;
using Appliance.Records;
using Appliance.Ring;
using Store;

namespace Appliance;

/// <summary>Points the metrics at what the stages count anyway; a scrape reads, nobody is slowed.</summary>
internal static class PipelineMetrics
{
    public static void Register(
        SmsMetrics metrics, Decider decider, RingBuffer<Slot> ring, JournalLog log, Store.Journal journal,
            NameTable accounts)
    {
        RuntimeMetrics.Register(metrics.Registry);
        metrics.RingUsedSlots(() => ring.Used);
        RegisterJournal(metrics, log, journal);
        RegisterMoney(metrics.Registry, decider);
        var carriers = decider.Dispatch;
        decider.Ledger.States.Appeared = (account, carrier, counts) =>
            RegisterStates(
                metrics, accounts.Name(account) ?? $"#{account}", carriers.Find(carrier)?.Options.Name
                    ?? $"#{carrier}", counts);
        var registry = metrics.Registry;
        registry.Gauge("sms_live_messages", "Messages that are not finished, in memory or waiting outside it.",
            () => decider.Backlog.Unfinished);
        registry.Gauge("sms_live_messages_limit", "Unfinished messages the node may hold.",
            () => decider.Options.LiveMessages);
        registry.Gauge("sms_memory_messages", "Messages in memory.", () => decider.Ledger.Table.Count);
        registry.Gauge("sms_memory_messages_limit", "Messages memory may hold.", () => decider.Ledger.Table.Limit);
        registry.CounterOf("sms_dead_letters_total", "Messages that no carrier took.", () => decider.Dead.Added);
        registry.CounterOf("sms_messages_unreadable_total",
            "Messages that left a list and could not be read from the journal; each is a dead letter.",
            () => decider.Unreadable);
        registry.Gauge("sms_receipts_parked", "Receipts that no message answers to yet.", () =>
            decider.Receipts.Waiting);
        registry.CounterOf("sms_receipts_orphaned_total", "Receipts that found no message in time.", () =>
            decider.Orphaned);
        RegisterNotices(registry, decider);
        registry.CounterOf("sms_policy_put_off_total",
            "Messages that waited until quiet hours had begun, and wait for their end.",
            () => decider.Dispatch.PutOffCount);
        registry.Gauge("sms_routes", "Routes in force.", () => decider.Dispatch.Choice.Tables.Routes.Rules.Count);
        registry.Gauge("sms_tables_generation",
            "How often routes, prices, carriers, accounts and rules were exchanged since the start, from 1.",
            () => decider.Dispatch.Choice.Tables.Number);
        registry.CounterOf("sms_canaries_rolled_back_total", "Canaries that did worse than the others.",
            () => decider.Outcomes.RolledBackCount);
        registry.CounterOf("sms_sender_refused_total", "Messages refused for the rate of their sender address.",
            () => decider.Dispatch.Senders.Refused);
        var endToEnd = metrics.EndToEndLatency();
        decider.Notices.EndToEnd = ticks => endToEnd.Record(ticks);
    }

    /// <summary>Those of the carriers and accounts that are configured now.</summary>
    public static void RegisterMembers(SmsMetrics metrics, Decider decider, Store.Journal journal, StageSetup setup)
    {
        foreach (var carrier in decider.Dispatch.Carriers)
        {
            RegisterCarrier(metrics, carrier);
            metrics.QueueOldestAge(carrier.Options.Name, () => OldestAge(carrier.Oldest, journal));
        }

        RegisterAccounts(metrics, decider);
        RegisterBalances(metrics.Registry, decider, setup.Accounts);
    }

    private static void RegisterNotices(MetricsRegistry registry, Decider decider)
    {
        const string Help = "Receipts and mobiles' messages that ended before an ESME took them.";
        registry.Gauge("sms_notices_limit", "Receipts that may wait for ESMEs.", () => decider.Options.NoticesLimit);
        Ended("expired", Reason.NoticeExpired);
        Ended("refused", Reason.NoticeRefused);
        Ended("full", Reason.NoticesFull);

        void Ended(string name, Reason reason) => registry.CounterOf(
            "sms_notices_ended_total", Help, () => decider.Notices.Ended(reason), ("reason", name));
    }

    private static void RegisterJournal(SmsMetrics metrics, JournalLog log, Store.Journal journal)
    {
        var batch = metrics.JournalBatchSize();
        var sync = metrics.JournalFsync();
        log.Committed = (records, ticks) =>
        {
            batch.Record(records);
            sync.Record(ticks * (1_000_000_000 / Stopwatch.Frequency));
        };
        StoreMetrics.Register(metrics.Registry, journal);
    }

    public static void RegisterClock(MetricsRegistry registry, ClockGuard clock)
    {
        registry.Gauge("sms_clock_held", "1 while the wall clock is not followed since it can't be right.",
            () => clock.IsHeld ? 1 : 0);
        registry.Gauge("sms_clock_gap_seconds", "How far the wall clock is ahead of the appliance's.",
            () => clock.GapSeconds);
    }

    public static void RegisterIndexes(MetricsRegistry registry, KeyedState keyed)
    {
        StoreMetrics.RegisterIndex(registry, "history", () => keyed.History.Lag);
        StoreMetrics.RegisterIndex(registry, "finished", () => keyed.Finished.Lag);
        StoreMetrics.RegisterIndex(registry, "keys", () => keyed.KeysLag);
        registry.CounterOf("sms_inbound_list_entries_read_total",
            "Entries of lists that reading what mobiles wrote has looked at.", () => keyed.History.Looked);
    }

    public static void RegisterBackups(MetricsRegistry registry, BackupRunner backups)
    {
        const string Help = "Backups since the start.";
        registry.CounterOf("sms_backups_total", Help, () => backups.Succeeded, ("outcome", "made"));
        registry.CounterOf("sms_backups_total", Help, () => backups.Failed, ("outcome", "failed"));
        registry.Gauge("sms_backup_last_success_timestamp_seconds",
            "When the last good backup was finished; 0 for none since the start.", () => backups.LastSuccess);
    }

    private static void RegisterCarrier(SmsMetrics metrics, Carrier carrier)
    {
        var name = carrier.Options.Name;
        var counters = carrier.Counters;
        metrics.QueueDepth(name, () => carrier.Waiting + carrier.HeldCount);
        metrics.WindowUsed(name, () => carrier.WindowUsed);
        metrics.Sessions("carrier", name, "bound", () => carrier.Bound);
        var latency = metrics.SubmitLatency(name);
        counters.SubmitLatency = nanoseconds => latency.Record(nanoseconds);
        var registry = metrics.Registry;
        metrics.Throttles("carrier", name, () => counters.Throttles);
        metrics.Receipts(name, "matched", () => counters.ReceiptsMatched);
        metrics.Receipts(name, "early", () => counters.ReceiptsEarly);
        metrics.Receipts(name, "late", () => counters.ReceiptsLate);
        metrics.Receipts(name, "duplicate", () => counters.ReceiptsDuplicate);
        Carrier("sms_possible_duplicates_total", "Messages sent again after no answer came.", () =>
            counters.Duplicates);
        Carrier("sms_retries_total", "Messages sent again after a passing error.", () => counters.Retries);
        Carrier("sms_response_timeouts_total", "Sessions ended for an answer that did not come.",
            () => counters.ResponseTimeouts);
        Carrier("sms_unknown_responses_total", "Responses to nothing that was asked.", () => counters.UnknownResponses);

        Carrier("sms_overflows_total", "Messages that went on to another carrier since this one asked for fewer.",
            () => counters.Overflows);
        Carrier("sms_carrier_cuts_total", "How often it lost its traffic for its answers.", () => carrier.Health.Cuts);
        registry.Gauge("sms_carrier_fit", "1 while it may have traffic; 0 where it is unbound or lost it.",
            () => carrier.IsFit ? 1 : 0, ("carrier", name));
        registry.Gauge("sms_carrier_window", "Requests it may have unanswered, by what it was found to take.",
            () => carrier.AdaptedWindow, ("carrier", name));

        void Carrier(string metric, string help, Func<double> read) =>
            registry.CounterOf(metric, help, read, ("carrier", name));
    }

    /// <summary>Seconds; outside memory only a position is known, and the journal has its time.</summary>
    private static double OldestAge(OldestWaiting oldest, Store.Journal journal)
    {
        var at = oldest.At;
        Span<byte> head = stackalloc byte[Unsafe.SizeOf<Accepted>()];
        if (oldest.Held != Position.None && journal.Read(oldest.Held, head) >= head.Length
            && (RecordKind)head[0] == RecordKind.Accepted)
            at = Math.Min(at, MemoryMarshal.Read<Accepted>(head).At);
        return at == long.MaxValue ? 0 : Math.Max(0, (Clock.UnixMs - at) / 1000.0);
    }

    private static void RegisterAccounts(SmsMetrics metrics, Decider decider)
    {
        foreach (var account in decider.Notices.Accounts)
        {
            var one = account;
            RegisterInbound(metrics.Registry, one.Options.Name, one.Inbound);
            metrics.Registry.Gauge("sms_notices_waiting",
                "Receipts and mobiles' messages that wait for the account's ESME.",
                () => one.NoticesWaiting, ("account", one.Options.Name));
            metrics.Registry.Gauge("sms_account_live_messages", "The account's unfinished messages.",
                () => one.Unfinished, ("account", one.Options.Name));
        }
    }

    private static void RegisterInbound(MetricsRegistry registry, string account, InboundCounts counts)
    {
        Add("accepted", () => counts.Accepted);
        Add("kept", () => counts.Kept);
        Add("delivered", () => counts.Delivered);
        Add("rejected", () => counts.Rejected);
        Add("expired", () => counts.Expired);

        void Add(string state, Func<double> read) => registry.CounterOf("sms_inbound_messages_total",
            "Messages from mobiles to the account's numbers, by what became of them.", read,
            ("account", account), ("state", state));
    }

    /// <summary>Amounts are in units of the currency.</summary>
    private static void RegisterMoney(MetricsRegistry registry, Decider decider)
    {
        const string Refused = "Messages refused for money: the balance is too low, no price, no cheaper carrier.";
        var billing = decider.Billing;
        registry.CounterOf("sms_money_refused_total", Refused, () => billing.Refused, ("reason", "balance"));
        registry.CounterOf("sms_money_refused_total", Refused, () => billing.BelowCost, ("reason", "margin"));
        registry.CounterOf("sms_money_refused_total", Refused, () => billing.Unpriced, ("reason", "price"));
        registry.CounterOf("sms_charged_total", "Taken from balances.", () => Units(billing.Taken));
        registry.CounterOf("sms_refunded_total", "Given back to balances.", () => Units(billing.GivenBack));
    }

    private static void RegisterBalances(
        MetricsRegistry registry, Decider decider, IReadOnlyList<AccountOptions> accounts)
    {
        var billing = decider.Billing;
        foreach (var account in accounts)
        {
            var id = account.Id;
            if (account.Billing is null) continue;
            registry.Gauge("sms_account_balance", "What the account has; below 0 where it owes.",
                () => Units(billing.Balances[id].Balance), ("account", account.Name));
        }
    }

    private static double Units(long micros) => micros / (double)Micros.PerUnit;

    private static void RegisterStates(SmsMetrics metrics, string account, string carrier, long[] counts)
    {
        foreach (var state in Enum.GetValues<State>()) Add(state.ToString().ToLowerInvariant(), (int)state);
        Add("scheduled", StateCounters.Scheduled);

        void Add(string name, int index) =>
            metrics.Messages(name, account, carrier, () => Volatile.Read(ref counts[index]));
    }
}
