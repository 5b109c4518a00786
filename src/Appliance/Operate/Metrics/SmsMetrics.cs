namespace Appliance.Operate.Metrics;

/// <summary>
/// The appliance's metrics by name, each in one place with its help text and labels. What a stage counts anyway is
/// given as a reader; a method that returns a cell makes it at the first call: keep it, do not ask on the hot path.
/// </summary>
public sealed class SmsMetrics(MetricsRegistry registry)
{
    public MetricsRegistry Registry { get; } = registry;

    /// <summary>Drops what is measured of a carrier that is gone; what was counted stays counted.</summary>
    public void RemoveCarrier(string carrier)
    {
        Registry.RemoveGauges("carrier", carrier);
        Registry.Remove("sms_sessions", ("side", "carrier"), ("name", carrier), ("state", "bound"));
    }

    public void Messages(string state, string account, string carrier, Func<double> read) => Registry.CounterOf(
        "sms_messages_total", "Messages that reached a state.", read,
        ("state", state), ("account", account), ("carrier", carrier));

    public void QueueDepth(string carrier, Func<double> read) => Registry.Gauge(
        "sms_queue_depth", "Messages that wait for a carrier.", read, ("carrier", carrier));

    public void QueueOldestAge(string carrier, Func<double> read) => Registry.Gauge(
        "sms_queue_oldest_age_seconds",
        "Time since the oldest message that waits for a carrier was accepted; 0 for none. Looked at once a second.",
        read, ("carrier", carrier));

    /// <summary>Records nanoseconds.</summary>
    public Histogram SubmitLatency(string carrier) => Registry.Histogram(
        "sms_submit_latency_seconds", "Time from submit_sm to its response.", Buckets.Submit, ("carrier", carrier));

    /// <summary>Records nanoseconds.</summary>
    public Histogram EndToEndLatency() => Registry.Histogram(
        "sms_end_to_end_latency_seconds", "Time from acceptance to the final state.", Buckets.EndToEnd);

    public void WindowUsed(string carrier, Func<double> read) => Registry.Gauge(
        "sms_window_used", "Requests to a carrier that wait for their response.", read, ("carrier", carrier));

    /// <param name="side">esme or carrier.</param>
    /// <param name="name">The account's or the carrier's name.</param>
    /// <param name="state">bound, or what it is on the way there.</param>
    public void Sessions(string side, string name, string state, Func<double> read) => Registry.Gauge(
        "sms_sessions", "SMPP sessions by state.", read, ("side", side), ("name", name), ("state", state));

    /// <inheritdoc cref="Sessions"/>
    public void Throttles(string side, string name, Func<double> read) => Registry.CounterOf(
        "sms_throttles_total", "Requests refused for their rate: ours by a carrier, a customer's by us.", read,
        ("side", side), ("name", name));

    /// <param name="outcome">matched, late, orphaned, duplicate or early.</param>
    public void Receipts(string carrier, string outcome, Func<double> read) => Registry.CounterOf(
        "sms_receipts_total", "Delivery receipts from carriers by what was made of them.", read,
        ("carrier", carrier), ("outcome", outcome));

    /// <param name="protocol">smpp or http.</param>
    /// <param name="reason">One of a fixed list of the protocol's.</param>
    public SharedCounter BadInput(string protocol, string reason) => Registry.SharedCounter(
        "sms_bad_input_total", "Requests and connections refused because of what they said.",
        ("protocol", protocol), ("reason", reason));

    public void RingUsedSlots(Func<double> read) => Registry.Gauge(
        "sms_ring_used_slots", "Slots of the ring that hold an event.", read);

    public void SubmissionsWaiting(Func<double> read) => Registry.Gauge(
        "sms_submissions_waiting", "Submissions of SMPP sessions that wait for room in the ring.", read);

    /// <param name="protocol">smpp or http.</param>
    public SharedCounter RingRefused(string protocol) => Registry.SharedCounter(
        "sms_ring_refused_total", "Submissions refused because the ring was full.", ("protocol", protocol));

    /// <summary>Records counts of records.</summary>
    public Histogram JournalBatchSize() => Registry.Histogram(
        "sms_journal_batch_size", "Records in one batch of the journal.", Buckets.BatchSize);

    /// <summary>Records nanoseconds.</summary>
    public Histogram JournalFsync() => Registry.Histogram(
        "sms_journal_fsync_seconds", "Time to write and sync one batch of the journal.", Buckets.Sync);
}
