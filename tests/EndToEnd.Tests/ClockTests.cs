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
    public async Task A_start_with_a_clock_a_year_off_expires_nothing_until_an_operator_says_it_is_right()
    {
        if (!File.Exists(Library))
        {
            Console.WriteLine("skipped, no libfaketime here (Debian package faketime)");
            return;
        }
        using var folder = new TempFolder();
        var offset = folder.File("offset");
        await using var line = await Line.StartAsync(new { receipt_delay = 100 });
        var (appliance, year) = (line.Appliance, TimeSpan.FromDays(365).TotalSeconds);
        var id = await PostAsync(line, "447700970001", "\"send_at\": \""
            + DateTime.UtcNow.AddHours(2).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture)
            + "\", \"validity_period\": 1800");
        await appliance.StopAsync();
        Fake(line, offset);

        foreach (var seconds in new[] { year, -year })
        {
            await File.WriteAllTextAsync(offset, string.Create(
                System.Globalization.CultureInfo.InvariantCulture, $"{seconds:+0;-0}\n"));
            await appliance.StartUnreadyAsync();
            Assert.Contains("365 days", await appliance.UnreadyAsync());
            Assert.Contains("is not followed", appliance.Log());
            var metrics = await appliance.MetricsAsync();
            Assert.Equal(1, metrics.Sum("sms_clock_held"));
            Assert.InRange(metrics.Sum("sms_clock_gap_seconds") / seconds, 0.999, 1.001);
            // Messages go out meanwhile, in the journal's time; what is scheduled neither goes out nor expires.
            await line.BoundAsync();
            await appliance.MessageInStatusAsync(await PostAsync(line, "447700970002"), "delivered");
            Assert.Equal("scheduled", (string?)(await appliance.MessageAsync(id))!["status"]);
            await appliance.StopAsync();
        }

        await File.WriteAllTextAsync(offset, "+0\n");
        await appliance.StartAgainAsync();
        Assert.Equal("scheduled", (string?)(await appliance.MessageAsync(id))!["status"]);
        await appliance.StopAsync();

        // The box was off for a year indeed.
        await File.WriteAllTextAsync(offset, string.Create(
            System.Globalization.CultureInfo.InvariantCulture, $"{year:+0}\n"));
        await appliance.StartUnreadyAsync();
        var (code, said) = await appliance.CommandAsync("ctl", "clock", "accept");
        Assert.Equal(0, code);
        Assert.DoesNotContain("restart", said);
        await appliance.MessageInStatusAsync(id, "expired");
        await Until.True("ready", appliance.IsRunningAsync);
        await appliance.StopAsync();

        // And that was wrong: back to today.
        await File.WriteAllTextAsync(offset, "+0\n");
        await appliance.StartUnreadyAsync();
        (code, said) = await appliance.CommandAsync("ctl", "clock", "accept");
        Assert.Equal(0, code);
        Assert.Contains("restart", said);
        await appliance.StopAsync();
        await appliance.StartAgainAsync();
        Assert.InRange((await appliance.MetricsAsync()).Sum("sms_clock_gap_seconds"), -60, 60);
    }

    [Fact]
    public async Task A_clock_that_is_set_right_after_the_start_is_followed_by_a_step()
    {
        if (!File.Exists(Library))
        {
            Console.WriteLine("skipped, no libfaketime here (Debian package faketime)");
            return;
        }
        using var folder = new TempFolder();
        var offset = folder.File("offset");
        await using var line = await Line.StartAsync(new { receipt_delay = 100 });
        await line.Appliance.MessageInStatusAsync(await PostAsync(line, "447700970003"), "delivered");
        await line.Appliance.StopAsync();
        Fake(line, offset);
        // No battery: 1970 or so, until NTP has an answer. The box was off for three hours.
        await File.WriteAllTextAsync(offset, "-1000000000\n");
        await line.Appliance.StartUnreadyAsync();
        Assert.Equal(1, (await line.Appliance.MetricsAsync()).Sum("sms_clock_held"));
        await File.WriteAllTextAsync(offset, "+10800\n");
        await Until.True("ready", line.Appliance.IsRunningAsync);
        await Until.True("the clock is the wall clock", async () =>
            Math.Abs((await line.Appliance.MetricsAsync()).Sum("sms_clock_gap_seconds")) < 2.5);
        var record = await line.Appliance.MessageInStatusAsync(await PostAsync(line, "447700970004"), "delivered");
        Assert.InRange((DateTime.Parse((string)record["created_at"]!, System.Globalization.CultureInfo.InvariantCulture)
            .ToUniversalTime() - DateTime.UtcNow).TotalMinutes, 178, 182);
    }

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
        Fake(line, offset);
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

    /// <summary>From the next start on the wall clock is off by what the file says.</summary>
    private static void Fake(Line line, string offset)
    {
        foreach (var (name, value) in new[]
        {
            ("LD_PRELOAD", Library), ("FAKETIME_TIMESTAMP_FILE", offset), ("FAKETIME_NO_CACHE", "1"),
            ("DONT_FAKE_MONOTONIC", "1"), ("FAKETIME_DONT_FAKE_MONOTONIC", "1"),
        })
            line.Appliance.Environment[name] = value;
    }

    private static async Task<string> PostAsync(Line line, string to, string more = "\"validity_period\": 1800")
    {
        using var content = new StringContent(
            "{\"from\": \"Clock\", \"to\": \"" + to + "\", \"body\": \"half an hour\", " + more + "}",
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
