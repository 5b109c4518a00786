using System.Globalization;
using System.Text.Json.Nodes;
using EndToEnd.Tests.Harness;
using Xunit;

namespace EndToEnd.Tests.Chaos;

/// <summary>
/// What must hold afterwards, seen from outside: every acknowledged message in one final state, every receipt the
/// carrier was thanked for reflected, the customer told, and nothing sent twice without a word.
/// </summary>
internal sealed class Conservation(Line line, Traffic traffic)
{
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(180);
    private readonly Dictionary<string, JsonObject> _records = [];

    public int Duplicates { get; private set; }

    public async Task CheckAsync()
    {
        using var listener = await traffic.ListenAsync();
        await AllFinalAsync();
        var untold = traffic.Owed.Keys.ToList();
        await Until.True($"every ESME message told; {untold.Count} are not, {untold.FirstOrDefault()} first", () =>
        {
            untold.RemoveAll(traffic.Receipts.ContainsKey);
            return untold.Count == 0;
        }, Settling);
        var arrivals = line.Smsc.Events("submit").GroupBy(e => (string)e["text"]!).ToDictionary(g => g.Key, g => g.ToList());
        var thanked = line.Smsc.Events("receipt_answered").Where(e => (int)e["status"]! == 0)
            .Select(e => (string)e["id"]!).ToHashSet();
        foreach (var (id, text) in traffic.Acknowledged)
            Check(_records[id], id, arrivals.GetValueOrDefault(text) ?? [], thanked);
    }

    /// <summary>What the account owes is what its charge records add up to, of which each message has one.</summary>
    public async Task CheckMoneyAsync()
    {
        await Until.True("no message is open", async () =>
            (await line.Appliance.MetricsAsync()).Sum("sms_live_messages") == 0, Settling);
        var rows = await Charges.ReadAsync(line, "chaos.csv");
        var owed = -rows.Sum(row => decimal.Parse(row["amount"], CultureInfo.InvariantCulture));
        var balance = JsonNode.Parse(await line.Appliance.Http.GetStringAsync("/api/v1/balance"))!;
        Assert.Equal(owed, decimal.Parse((string)balance["balance"]!, CultureInfo.InvariantCulture));
        var ids = rows.Select(row => row["message_id"]).ToHashSet();
        Assert.Equal(rows.Count, ids.Count);
        Assert.Empty(traffic.Acknowledged.Keys.Except(ids));
    }

    private void Check(JsonObject record, string id, List<JsonObject> arrivals, HashSet<string> thanked)
    {
        var story = record.ToJsonString();
        Assert.True(arrivals.Count > 0, $"{id} was acknowledged and never at a carrier: {story}");
        var flagged = record["history"]!.AsArray().Count(change => Story.SaysDuplicate(change!));
        var refused = record["history"]!.AsArray().Count(change => Story.SaysSentAgain(change!));
        Assert.True(arrivals.Count <= 1 + flagged + refused,
            $"{id} was {arrivals.Count} times at the carriers, {flagged} may have been: {story}");
        if (arrivals.Count > 1) Duplicates++;
        // Of a message that arrived once, the receipt the carrier was thanked for is in its story.
        if (arrivals.Count > 1 || !thanked.Contains((string)arrivals[0]["message_id"]!)) return;
        Assert.True((string?)record["status"] == "delivered", $"{id} has its receipt and is not delivered: {story}");
        var receipts = record["history"]!.AsArray().Count(change => Story.IsReceipt(change!));
        Assert.True(receipts >= 1, $"{id} has no receipt in its story: {story}");
    }

    private async Task AllFinalAsync()
    {
        var open = traffic.Acknowledged.Keys.ToList();
        JsonObject? last = null;
        await Until.True("every acknowledged message is known and final", async () =>
        {
            var still = new List<string>();
            foreach (var id in open)
            {
                last = await line.Appliance.MessageAsync(id);
                Assert.True(last is not null, $"{id} was acknowledged and is not known");
                if (Story.IsFinal(last)) _records[id] = last;
                else still.Add(id);
            }
            open = still;
            return open.Count == 0;
        }, Settling);
    }
}
