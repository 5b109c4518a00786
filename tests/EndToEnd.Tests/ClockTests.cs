using EndToEnd.Tests.Harness;
using EndToEnd.Tests.Wire;
using Xunit;

namespace EndToEnd.Tests;

/// <summary>
/// A wall clock that jumps, by libfaketime (Debian package faketime) between the binary and the kernel. The monotonic
/// clock goes on as it does on a real machine.
/// </summary>
public sealed class ClockTests
{
    private const string Library = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1";

    [Fact]
    public async Task A_clock_that_jumps_back_an_hour_stops_no_timer_and_repeats_no_id()
    {
        if (!File.Exists(Library))
        {
            Console.WriteLine("skipped, no libfaketime here (Debian package faketime)");
            return;
        }
        using var folder = new TempFolder();
        var offset = folder.File("offset");
        await File.WriteAllTextAsync(offset, "+0\n");
        await using var line = await Line.StartAsync(new { receipt_delay = 300 });
        await line.Appliance.StopAsync();
        foreach (var (name, value) in new[]
        {
            ("LD_PRELOAD", Library), ("FAKETIME_TIMESTAMP_FILE", offset), ("FAKETIME_NO_CACHE", "1"),
            ("DONT_FAKE_MONOTONIC", "1"), ("FAKETIME_DONT_FAKE_MONOTONIC", "1"),
        })
            line.Appliance.Environment[name] = value;
        await line.Appliance.StartAgainAsync();
        await line.BoundAsync();

        var ids = new List<string>();
        await SendAsync(line, ids, 0);
        var before = await TimeInLogAsync(line, "before");
        await File.WriteAllTextAsync(offset, "-3600\n");
        var after = await TimeInLogAsync(line, "after");
        Assert.InRange((before - after).TotalMinutes, 55, 60);
        await SendAsync(line, ids, 1);
        await DieAndComeBackAsync(line);
        await SendAsync(line, ids, 2);
        await File.WriteAllTextAsync(offset, "+7200\n");
        await SendAsync(line, ids, 3);

        Assert.Equal(ids.Count, ids.Distinct().Count());
        foreach (var id in ids)
        {
            var record = (await line.Appliance.MessageAsync(id))!;
            Assert.Equal("delivered", (string?)record["status"]);
        }
    }

    /// <summary>A death in which the clock stands an hour back: positions, and so ids, only grow.</summary>
    private static async Task DieAndComeBackAsync(Line line)
    {
        line.Appliance.Kill();
        await line.Appliance.StartAgainAsync();
        await Until.True("the carrier is bound again", async () =>
            (await line.Appliance.MetricsAsync()).Sum("sms_sessions", "side=\"carrier\"") == 2);
    }

    /// <summary>Messages with a validity of half an hour go out, are answered and delivered at once.</summary>
    private static async Task SendAsync(Line line, List<string> ids, int round)
    {
        using var client = await RawClient.BoundAsync(line.Appliance.SmppPort);
        var mine = new List<string>();
        for (var i = 0; i < 20; i++)
            mine.Add(await client.SubmitAsync("Clock", $"44770096{round}{i:000}", $"round {round}"));
        mine.Add(await PostAsync(line, $"44770097{round}000"));
        foreach (var id in mine)
            await line.Appliance.MessageInStatusAsync(id, "delivered");
        ids.AddRange(mine);
        // Positions grow, whatever the clock says.
        Assert.Equal(mine.Select(PositionOf).Order(), mine.Select(PositionOf));
        Assert.True(ids.Count == mine.Count || PositionOf(ids[^(mine.Count + 1)]) < PositionOf(mine[0]));
    }

    private static async Task<string> PostAsync(Line line, string to)
    {
        using var content = new StringContent(
            "{\"from\": \"Clock\", \"to\": \"" + to + "\", \"body\": \"half an hour\", \"validity_period\": 1800}",
            System.Text.Encoding.UTF8, "application/json");
        using var answer = await line.Appliance.Http.PostAsync("/api/v1/messages", content);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return (string)System.Text.Json.Nodes.JsonNode.Parse(text)!["message_id"]!;
    }

    /// <summary>The lower 62 bits of an id (docs/decisions/0003).</summary>
    private static ulong PositionOf(string id) =>
        Convert.ToUInt64(id.Replace("-", "", StringComparison.Ordinal)[16..], 16) & ((1UL << 62) - 1);

    /// <summary>The wall clock as the appliance sees it: it logs a refused bind.</summary>
    private static async Task<DateTime> TimeInLogAsync(Line line, string name)
    {
        using var client = await RawClient.ConnectAsync(line.Appliance.SmppPort);
        await client.RequestAsync(Command.BindTransceiver, Bodies.Bind(name, "wrong"));
        var told = await Until.Found($"a log line about {name}", () =>
            line.Appliance.Log().Split('\n').FirstOrDefault(text => text.Contains($"'{name}'", StringComparison.Ordinal)));
        return DateTime.Parse(told[..24], System.Globalization.CultureInfo.InvariantCulture,
            System.Globalization.DateTimeStyles.AdjustToUniversal);
    }
}
