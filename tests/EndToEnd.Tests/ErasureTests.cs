using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using EndToEnd.Tests.Harness;
using EndToEnd.Tests.Wire;
using Xunit;

namespace EndToEnd.Tests;

/// <summary>Everything about one number goes, for good, and nothing about the others.</summary>
public sealed class ErasureTests
{
    private const string Erased = "447700940417";
    private const string Kept = "447700940418";

    [Fact]
    public async Task A_number_is_gone_from_every_record_and_every_file()
    {
        await using var line = await Line.StartAsync();
        var gone = await line.Appliance.PostAsync("Clinic", Erased, "Your test result is here QXZWV");
        var kept = await line.Appliance.PostAsync("Clinic", Kept, "Your appointment is tomorrow");
        await line.Appliance.MessageInStatusAsync(gone, "delivered");
        await line.Appliance.MessageInStatusAsync(kept, "delivered");

        var (code, output) = await line.Appliance.CommandAsync("erase", "+" + Erased);

        Assert.True(code == 0, output);
        Assert.Contains("1 messages erased", output, StringComparison.Ordinal);
        Assert.Null(await line.Appliance.MessageAsync(gone));
        Assert.NotNull(await line.Appliance.MessageAsync(kept));
        Assert.DoesNotContain(Erased, line.Appliance.Log(), StringComparison.Ordinal);
        await AllAsItShouldBeAsync(line, gone, kept);

        // A restart reads the rewritten records: nothing of it comes back to life.
        line.Appliance.Kill();
        await line.Appliance.StartAgainAsync();
        await line.BoundAsync();
        Assert.Null(await line.Appliance.MessageAsync(gone));
        await AllAsItShouldBeAsync(line, gone, kept);
        Assert.Equal(2, line.Smsc.Events("submit").Count);
    }

    [Fact]
    public async Task What_waits_does_not_go_out_and_is_gone()
    {
        await using var line = await Line.StartAsync();
        var send_at = DateTimeOffset.UtcNow.AddDays(1).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        var id = await PostAsync(line, new { from = "Clinic", to = "+" + Erased, body = "Come tomorrow QXZWV", send_at });
        var other = await PostAsync(line, new { from = "Clinic", to = "+" + Kept, body = "Come tomorrow", send_at });
        var (_, told) = await TraceAsync(line, Erased);
        Assert.Contains("records from or to the number: 1", told, StringComparison.Ordinal);

        var (code, output) = await line.Appliance.CommandAsync("erase", Erased, "--by", "Dr. No");

        Assert.True(code == 0, output);
        Assert.Contains("1 messages erased", output, StringComparison.Ordinal);
        Assert.Contains("1 messages cancelled", output, StringComparison.Ordinal);
        Assert.Null(await line.Appliance.MessageAsync(id));
        await NothingIsLeftAsync(line, Erased);
        var audit = JsonNode.Parse(Assert.Single(Audit(line)))!;
        Assert.Equal(("erased", "Dr. No", 1, 1, 0), ((string)audit["event"]!, (string)audit["by"]!,
            (int)audit["messages"]!, (int)audit["cancelled"]!, (int)audit["pending"]!));
        line.Appliance.Kill();
        await line.Appliance.StartAgainAsync();
        await line.BoundAsync();
        Assert.Null(await line.Appliance.MessageAsync(id));
        Assert.Equal("scheduled", (string?)(await line.Appliance.MessageAsync(other))!["status"]);
        Assert.Single(Audit(line));
        await NothingIsLeftAsync(line, Erased);
    }

    [Fact]
    public async Task What_the_carrier_has_is_erased_when_it_is_final_over_a_restart_too()
    {
        await using var line = await Line.StartAsync(port => new Harness.Settings
        {
            Carriers = [new("alpha", port) { ResponseTimer = 2, InDoubt = "resend", Sessions = 1 }],
            Routes = [new("", "alpha")],
        }, new { alpha = new { silent = true } });
        var id = await line.Appliance.PostAsync("Clinic", Erased, "not yet QXZWV");
        await line.SubmittedAsync("not yet QXZWV");

        var (code, output) = await line.Appliance.CommandAsync("erase", Erased);
        Assert.True(code == 0, output);
        Assert.Contains("0 messages erased", output, StringComparison.Ordinal);
        Assert.Contains("1 messages are with a carrier", output, StringComparison.Ordinal);
        Assert.Equal(1, (await line.Appliance.MetricsAsync()).Sum("sms_erasures_pending"));
        Assert.Equal(1, (await TraceAsync(line, Erased)).Code);

        line.Appliance.Kill();
        await line.Smsc.SendAsync(new { @do = "set", system_id = "alpha", behaviour = new { } });
        await line.Appliance.StartAgainAsync();
        await Until.True("it is erased", async () => await line.Appliance.MessageAsync(id) is null, TimeSpan.FromSeconds(60));
        await Until.True("nothing is pending", async () =>
            (await line.Appliance.MetricsAsync()).Sum("sms_erasures_pending") == 0);
        await NothingIsLeftAsync(line, Erased);
        Assert.Contains(Audit(line), entry => (string)JsonNode.Parse(entry)!["event"]! == "completed");
    }

    [Fact]
    public async Task A_receipt_that_nobody_fetched_is_gone_too_and_so_is_what_the_number_sent()
    {
        await using var line = await Line.StartAsync();
        string told, sent;
        using (var client = await RawClient.BoundAsync(line.Appliance.SmppPort, answering: false))
        {
            told = await client.SubmitAsync("Clinic", Erased, "fetch me QXZWV");
            sent = await client.SubmitAsync(Erased, Kept, "sent by it QXZWV");
            client.Abort();
        }
        await line.Appliance.MessageInStatusAsync(told, "delivered");
        await line.Appliance.MessageInStatusAsync(sent, "delivered");
        await Until.True("both receipts wait", async () =>
            (await line.Appliance.MetricsAsync()).Sum("sms_notices_waiting") == 2);

        var (code, output) = await line.Appliance.CommandAsync("erase", Erased);

        Assert.True(code == 0, output);
        Assert.Contains("2 messages erased", output, StringComparison.Ordinal);
        Assert.Null(await line.Appliance.MessageAsync(told));
        Assert.Null(await line.Appliance.MessageAsync(sent));
        await NothingIsLeftAsync(line, Erased);
        line.Appliance.Kill();
        await line.Appliance.StartAgainAsync();
        Assert.Equal(0, (await line.Appliance.MetricsAsync()).Sum("sms_notices_waiting"));
        Assert.Equal(0, (await line.Appliance.MetricsAsync()).Sum("sms_live_messages"));
    }

    [Fact]
    public async Task What_asked_for_no_receipt_is_erased_though_it_stays_submitted()
    {
        await using var line = await Line.StartAsync();
        using var client = await RawClient.BoundAsync(line.Appliance.SmppPort);
        var id = await client.SubmitAsync("Clinic", Erased, "no receipt", registered: 0);
        await line.Appliance.MessageInStatusAsync(id, "submitted");

        var (code, output) = await line.Appliance.CommandAsync("erase", Erased);

        Assert.True(code == 0, output);
        Assert.Contains("1 messages erased", output, StringComparison.Ordinal);
        Assert.Null(await line.Appliance.MessageAsync(id));
        Assert.Equal(0, (await line.Appliance.MetricsAsync()).Sum("sms_erasures_pending"));
    }

    [Fact]
    public async Task A_dead_letter_leaves_the_list()
    {
        await using var line = await Line.StartAsync(new { status = 0x0B });
        var id = await line.Appliance.PostAsync("Clinic", Erased, "no such address QXZWV");
        await Until.True("it is on the list", async () => Letters(await line.Appliance.AdminAsync("/admin/v1/dead")) == 1);
        var (code, output) = await line.Appliance.CommandAsync("erase", Erased);
        Assert.True(code == 0, output);
        Assert.Equal(0, Letters(await line.Appliance.AdminAsync("/admin/v1/dead")));
        (code, output) = await line.Appliance.CommandAsync("ctl", "dead", "retry", id);
        Assert.Equal(1, code);
        Assert.Contains("not among the dead letters", output, StringComparison.Ordinal);
        await NothingIsLeftAsync(line, Erased);
    }

    [Fact]
    public async Task What_is_no_number_is_refused_and_the_audit_does_not_take_one()
    {
        await using var line = await Line.StartAsync();
        var (code, output) = await line.Appliance.CommandAsync("erase", "nobody");
        Assert.True(code == 1, output);
        Assert.Contains("number", output, StringComparison.Ordinal);
        (code, output) = await line.Appliance.CommandAsync("erase", Erased, "--by", "owner of +" + Erased);
        Assert.True(code == 1, output);
        Assert.Contains("requested_by", output, StringComparison.Ordinal);
        Assert.Empty(Audit(line));
        (code, output) = await line.Appliance.CommandAsync("check", "--data", "--number", "x1");
        Assert.True(code == 1, output);
        Assert.Contains("--number", output, StringComparison.Ordinal);
    }

    private static int Letters(JsonNode document) => document["letters"]!.AsArray().Count;

    private static Task<(int Code, string Output)> TraceAsync(Line line, string number) =>
        line.Appliance.CommandAsync("check", "--data", "--number", number);

    private static async Task NothingIsLeftAsync(Line line, string number)
    {
        var (code, output) = await TraceAsync(line, number);
        Assert.True(code == 0, output);
        Assert.Contains("nothing is left", output, StringComparison.Ordinal);
        foreach (var file in Files(line))
            Assert.False(Holds(await ReadAsync(file), "QXZWV"), $"{file} still has the text");
    }

    private static string[] Audit(Line line)
    {
        var file = Path.Combine(line.Appliance.Settings.Data, "erasures.jsonl");
        return File.Exists(file) ? File.ReadAllLines(file) : [];
    }

    private static async Task<string> PostAsync(Line line, object message)
    {
        var response = await line.Appliance.Http.PostAsJsonAsync("/api/v1/messages", message);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        return (string)(await response.Content.ReadFromJsonAsync<JsonObject>())!["message_id"]!;
    }

    private static async Task AllAsItShouldBeAsync(Line line, string gone, string kept)
    {
        Assert.Null(await line.Appliance.MessageAsync(gone));
        Assert.Equal("delivered", (string?)(await line.Appliance.MessageAsync(kept))!["status"]);
        foreach (var file in Files(line))
        {
            var bytes = await ReadAsync(file);
            Assert.False(Holds(bytes, Erased), $"{file} still has the number");
            Assert.False(Holds(bytes, "QXZWV"), $"{file} still has the text");
        }
    }

    /// <summary>An empty one may be a lock that is held; RocksDB's threads delete some meanwhile.</summary>
    private static IEnumerable<string> Files(Line line) =>
        Directory.EnumerateFiles(line.Appliance.Settings.Data, "*", SearchOption.AllDirectories)
            .Where(file => new FileInfo(file) is { Exists: true, Length: > 0 });

    private static bool Holds(ReadOnlySpan<byte> bytes, string text) => bytes.IndexOf(Encoding.ASCII.GetBytes(text)) >= 0;

    private static async Task<byte[]> ReadAsync(string file)
    {
        try
        {
            using var stream = new FileStream(
                file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var bytes = new MemoryStream();
            await stream.CopyToAsync(bytes);
            return bytes.ToArray();
        }
        catch (FileNotFoundException)
        {
            // It holds nothing any more.
            return [];
        }
    }
}
