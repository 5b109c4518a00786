using System.Globalization;
using System.Text;

namespace Appliance.Load;

/// <summary>A load run's result, for people.</summary>
internal static class LoadSummary
{
    internal static string Of(LoadResult result)
    {
        var text = new StringBuilder();
        Line(text, $"{result.Plan}, {result.Seconds:0.0} s");
        Line(text, $"  accepted    {result.Accepted} of {result.Sent} sent, {result.AcceptedPerSecond:0}/s");
        if (result.Refused > 0) Line(text, $"  refused     {result.Refused}: {Counts(result.RefusedBy)}");
        if (result.Unanswered > 0) Line(text, $"  unanswered  {result.Unanswered}");
        if (result.Disconnects > 0) Line(text, $"  disconnects {result.Disconnects}");
        Latency(text, "ack        ", result.Acknowledgement);
        if (result.ReceiptsExpected)
        {
            Line(text, $"  receipts    {result.Receipts}, {result.ReceiptsPerSecond:0}/s: {Counts(result.ReceiptsBy)}");
            if (result.EndToEnd is not null) Latency(text, "end to end ", result.EndToEnd);
            Line(text, $"  lost        {result.Lost}");
            Line(text, $"  duplicates  {result.Duplicates}");
            if (result.ReceiptedUnanswered > 0) Line(text, $"  receipts of unanswered {result.ReceiptedUnanswered}");
            if (result.Intermediate > 0) Line(text, $"  intermediate receipts {result.Intermediate}");
            if (result.Foreign > 0) Line(text, $"  receipts of no message of this run {result.Foreign}");
        }
        if (result.MobileOriginated > 0) Line(text, $"  mobile-originated {result.MobileOriginated}");
        Line(text, $"  generator   {result.CpuMicrosecondsPerMessage:0.00} us of CPU a message sent");
        return text.ToString();
    }

    private static void Latency(StringBuilder text, string name, Percentiles at)
    {
        if (at.Count == 0) return;
        Line(text, $"  {name} p50 {at.P50Ms:0.###}  p90 {at.P90Ms:0.###}  p99 {at.P99Ms:0.###}");
        Line(text, $"              p99.9 {at.P999Ms:0.###}  p99.99 {at.P9999Ms:0.###}  max {at.MaxMs:0.###} ms");
    }

    private static string Counts(SortedDictionary<string, long> counts) =>
        string.Join(", ", counts.OrderByDescending(count => count.Value).Select(count => $"{count.Key} {count.Value}"));

    private static void Line(StringBuilder text, FormattableString line) =>
        text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
