using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using EndToEnd.Tests.Harness;
using EndToEnd.Tests.Wire;
using Xunit;
using Xunit.Abstractions;

namespace EndToEnd.Tests;

/// <summary>Balances, payments and charge records of the running appliance: every cent is somewhere, once.</summary>
public sealed class MoneyTests(ITestOutputHelper output)
{
    private const string Number = "491711234567";

    [Fact]
    public async Task A_prepaid_account_spends_what_was_paid_in_and_no_more()
    {
        await using var line = await Line.StartAsync(Prepaid, new { alpha = new { } });
        var (status, problem) = await PostAsync(line, "nothing was paid");
        Assert.Equal((402, "/problems/insufficient-balance"), (status, (string?)problem["type"]));
        using (var client = await RawClient.BoundAsync(line.Appliance.SmppPort))
        {
            var refused = await client.RequestAsync(Command.SubmitSm, Bodies.Submit("Shop", Number, "nothing was paid"));
            Assert.Equal(Status.SubmitFailed, refused.Status);
        }

        Assert.StartsWith("booked: 0.05 as first; demo has 0.05", await PayAsync(line, "0.05", "first"), StringComparison.Ordinal);
        Assert.StartsWith("repeated: 0.05 as first; demo has 0.05", await PayAsync(line, "0.05", "first"), StringComparison.Ordinal);
        var (code, said) = await line.Appliance.CommandAsync("ctl", "balance", "add", "demo", "0.06", "--name", "first");
        Assert.True(code == 1 && said.Contains("used before", StringComparison.Ordinal), said);
        (_, said) = await line.Appliance.CommandAsync("ctl", "balance", "add", "demo", "5 EUR", "--name", "x");
        Assert.Contains("amount: found \"5 EUR\", expected an amount", said, StringComparison.Ordinal);
        // Two segments of 0.02 are 0.04; 0.01 is left, which is not enough for another one.
        var (taken, answer) = await PostAsync(line, string.Concat(Enumerable.Repeat("more than one segment ", 9)));
        Assert.Equal((202, 2), (taken, (int)answer["segment_count"]!));
        Assert.Equal(402, (await PostAsync(line, "too much")).Status);
        Assert.Equal(("0.01", "0.00", "0.01"), await BalanceAsync(line));
        var id = (string)answer["message_id"]!;
        await line.Appliance.MessageInStatusAsync(id, "delivered");
        var metrics = await line.Appliance.MetricsAsync();
        Assert.Equal(0.01, metrics.Sum("sms_account_balance", "account=\"demo\""), 6);
        Assert.Equal(3, metrics.Sum("sms_money_refused_total", "reason=\"balance\""));

        var rows = await Charges.ReadAsync(line, "charges.csv");
        var row = Assert.Single(rows);
        Assert.Equal((id, "26201", "2", "0.02", "0.011", "0.04", "alpha", "delivered"), (row["message_id"],
            row["mcc_mnc"], row["segments"], row["price"], row["cost"], row["amount"], row["carrier"], row["state"]));
        Assert.Single(await Charges.ReadAsync(line, "charges.csv"));
        (_, said) = await line.Appliance.CommandAsync("ctl", "balance", "payments");
        Assert.Contains("first", said, StringComparison.Ordinal);
        (_, said) = await line.Appliance.CommandAsync("ctl", "balance", "list");
        Assert.Matches(@"demo\s+0\.01\s+0\.00\s+0\.01\s+EUR", said);
    }

    [Fact]
    public async Task What_failed_is_given_back_once_and_charged_again_when_it_goes_out_again()
    {
        await using var line = await Line.StartAsync(Prepaid, new { alpha = new { status = 0x0B } });
        await PayAsync(line, "1.00", "deposit");
        var failed = (string)(await PostAsync(line, "refused by the carrier")).Answer["message_id"]!;
        var record = await line.Appliance.MessageInStatusAsync(failed, "failed");
        Assert.Contains("0.02 given back", record.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal("1.00", (await BalanceAsync(line)).Balance);
        await AgainAsync(line);
        Assert.Equal("1.00", (await BalanceAsync(line)).Balance);
        await line.BoundAsync();
        await line.Smsc.SendAsync(new { @do = "set", system_id = "alpha", behaviour = new { } });
        var (code, said) = await line.Appliance.CommandAsync("ctl", "dead", "retry", failed);
        Assert.True(code == 0, said);
        await line.Appliance.MessageInStatusAsync(failed, "delivered");
        Assert.Equal("0.98", (await BalanceAsync(line)).Balance);
        var rows = await Charges.ReadAsync(line, "charges.ndjson");
        // A line for each end; together what was paid.
        Assert.Equal([("failed", "0.00"), ("delivered", "0.02")], rows.Select(row => (row["state"], row["amount"])));
    }

    [Fact]
    public async Task What_costs_more_than_it_brings_is_refused()
    {
        await using var line = await Line.StartAsync(port => Settings(port, "0.01", "refuse"), new { alpha = new { } });
        await PayAsync(line, "1.00", "deposit");
        var (status, problem) = await PostAsync(line, "at a loss");
        Assert.Equal((422, "/problems/price-too-low"), (status, (string?)problem["type"]));
        (status, problem) = await PostAsync(line, "to where there is no price", "33612345678");
        Assert.Equal((422, "/problems/price-too-low"), (status, (string?)problem["type"]));
        Assert.Equal("1.00", (await BalanceAsync(line)).Balance);
    }

    [Fact]
    public async Task The_balance_of_an_account_that_is_gone_is_listed_and_paid_out()
    {
        await using var line = await Line.StartAsync(Prepaid, new { alpha = new { } });
        await PayAsync(line, "1.00", "deposit");
        var tables = line.Appliance.ConfigurationFile + ".tables";
        await File.WriteAllTextAsync(tables, """{"accounts": [{"name": "other", "http": {"key": "x"}}], "money": {}}""");
        var (code, said) = await line.Appliance.CommandAsync("ctl", "tables", "apply", tables);
        Assert.True(code == 0, said);
        (_, said) = await line.Appliance.CommandAsync("ctl", "balance", "list");
        Assert.Matches(@"(?m)^demo +1\.00 +.*not configured any more$", said);
        Assert.Equal("0.60", await TakeAsync(line, "-0.40", "back"));
        await AgainAsync(line);
        var accounts = (await line.Appliance.AdminAsync("/admin/v1/balances"))["accounts"]!.AsArray();
        Assert.Equal([("other", null, true), ("demo", "0.60", false)], accounts.Select(one =>
            ((string)one!["account"]!, (string?)one["balance"], (bool)one["configured"]!)));
        (code, said) = await line.Appliance.CommandAsync("ctl", "balance", "add", "nobody", "1", "--name", "n");
        Assert.True(code == 1 && said.Contains("There is no account \"nobody\", and there was none.", StringComparison.Ordinal), said);
        // What is settled is not listed any more; its book stays.
        Assert.Equal("0.00", await TakeAsync(line, "-0.60", "rest"));
        Assert.Single((await line.Appliance.AdminAsync("/admin/v1/balances"))["accounts"]!.AsArray());
        (_, said) = await line.Appliance.CommandAsync("ctl", "balance", "payments", "--account", "demo");
        Assert.Equal(4, said.Trim().Split('\n').Length);
    }

    /// <summary>Deposits = balance + what the charge records add up to, whenever it dies.</summary>
    [Fact]
    public async Task Balances_add_up_after_deaths_under_load()
    {
        await using var line = await Line.StartAsync(Prepaid, new { alpha = new { receipt_delay = 50 } });
        var acknowledged = new List<string>();
        var random = new Random(7);
        for (var cycle = 0; cycle < 4; cycle++)
        {
            await PayAsync(line, "3.00", "cycle-" + cycle.ToString(CultureInfo.InvariantCulture));
            acknowledged.AddRange(await LoadUntilKilledAsync(line, TimeSpan.FromMilliseconds(random.Next(300, 1500))));
            await line.Appliance.StartAgainAsync();
        }

        await Until.True("all messages are finished", async () =>
            (await line.Appliance.MetricsAsync()).Sum("sms_live_messages") == 0, TimeSpan.FromSeconds(90));
        var rows = await Charges.ReadAsync(line, "all.csv");
        var balance = decimal.Parse((await BalanceAsync(line)).Balance, CultureInfo.InvariantCulture);
        var charged = rows.Sum(row => decimal.Parse(row["amount"], CultureInfo.InvariantCulture));
        output.WriteLine($"{acknowledged.Count} acknowledged, {rows.Count} charged with {charged}, {balance} left");
        Assert.True(acknowledged.Count > 100, $"only {acknowledged.Count} messages: no load to speak of");
        Assert.True(charged > 2, $"only {charged} was charged");
        Assert.Equal(12.00m, balance + charged);
        Assert.True(balance >= 0);
        var ids = rows.Select(row => row["message_id"]).ToHashSet();
        Assert.Equal(rows.Count, ids.Count);
        Assert.Empty(acknowledged.Except(ids));
        Assert.Equal(rows.Count, (await Charges.ReadAsync(line, "all.csv")).Count);
        Assert.Equal(4, (await line.Appliance.AdminAsync("/admin/v1/payments"))["payments"]!.AsArray().Count);
        line.Appliance.Kill();
        var (code, said) = await line.Appliance.CommandAsync("check", "--data");
        Assert.True(code == 0 && said.Contains("whole", StringComparison.Ordinal), said);
    }

    [Fact]
    public async Task What_was_charged_given_back_and_paid_adds_up_to_what_a_start_finds()
    {
        await using var line = await Line.StartAsync(Prepaid, new { alpha = new { receipt_delay = 20 } });
        for (var cycle = 0; cycle < 4; cycle++)
        {
            // What is refused is given back.
            object behaviour = cycle % 2 == 0 ? new { status = 0x0B } : new { receipt_delay = 20 };
            await line.Smsc.SendAsync(new { @do = "set", system_id = "alpha", behaviour });
            await PayAsync(line, "2.00", "count-" + cycle.ToString(CultureInfo.InvariantCulture));
            await LoadUntilKilledAsync(line, TimeSpan.FromMilliseconds(400 + (cycle * 150)));
            var (code, said) = await line.Appliance.CommandAsync("check", "--data");
            Assert.True(code == 0 && said.Contains("balances counted: 1", StringComparison.Ordinal), said);
            await line.Appliance.StartAgainAsync();
            await line.BoundAsync();
        }

        var metrics = await line.Appliance.MetricsAsync();
        Assert.True(metrics.Sum("sms_messages_total", "state=\"failed\"") + (await Charges.ReadAsync(line, "c.csv")).Count(
            row => row["state"] == "failed") > 0, "nothing was given back");
        // Also while it runs.
        var (whole, told) = await line.Appliance.CommandAsync("check", "--data");
        Assert.True(whole == 0 && told.Contains("balances counted: 1", StringComparison.Ordinal), told);
    }

    [Fact]
    public async Task Going_back_to_a_version_goes_back_to_what_its_price_file_said()
    {
        using var folder = new TempFolder();
        var prices = folder.File("prices.csv");
        await File.WriteAllTextAsync(prices, "account,prefix,price\ndemo,49,0.02\n");
        await using var line = await Line.StartAsync(port => new Settings
        {
            More = new JsonObject { ["money"] = new JsonObject { ["price_files"] = new JsonArray(prices) } },
            Accounts = Prepaid(port).Accounts,
            Carriers = [new("alpha", port)],
            Routes = [new("", "alpha")],
        }, new { alpha = new { } });
        await PayAsync(line, "1.00", "deposit");
        await SendAsync("0.98");
        await File.WriteAllTextAsync(prices, "account,prefix,price\ndemo,49,0.05\n");
        var (code, said) = await line.Appliance.CommandAsync("ctl", "reload");
        Assert.True(code == 0, said);
        await SendAsync("0.93");
        (code, said) = await line.Appliance.CommandAsync("ctl", "tables", "rollback", "1");
        Assert.True(code == 0, said);
        await SendAsync("0.91");
        (code, said) = await line.Appliance.CommandAsync("check", "--data");
        Assert.True(code == 0 && said.Contains("versions of routes and prices: 3", StringComparison.Ordinal), said);
        // The file on the disk has not changed since it was read last, so what an operator put in force stays.
        line.Appliance.Kill();
        await line.Appliance.StartAgainAsync();
        await line.BoundAsync();
        await SendAsync("0.89");
        // The loss of the newest version does not pass for the one before.
        Assert.Equal(0, await line.Appliance.StopAsync());
        var newest = Path.Combine(line.Appliance.Settings.Data, "tables", "00000003.json");
        File.Move(newest, newest + ".away");
        var (ended, told) = await line.Appliance.StartInVainAsync();
        Assert.True(ended != 0 && told.Contains("version 3, the newest, is missing", StringComparison.Ordinal), told);
        (code, said) = await line.Appliance.CommandAsync("check", "--data");
        Assert.True(code == ended && said.Contains("version 3, the newest, is missing", StringComparison.Ordinal), said);
        File.Move(newest + ".away", newest);
        await line.Appliance.StartAgainAsync();

        async Task SendAsync(string left)
        {
            Assert.Equal(202, (await PostAsync(line, "at a price")).Status);
            Assert.Equal(left, (await BalanceAsync(line)).Balance);
        }
    }

    private static Settings Prepaid(int port) => Settings(port, "0.02", "allow");

    private static Settings Settings(int port, string price, string margin) => new()
    {
        More = new JsonObject
        {
            ["money"] = new JsonObject
            {
                ["prices"] = new JsonArray(
                    new JsonObject { ["account"] = "demo", ["country"] = "DE", ["price"] = JsonNode.Parse(price) }),
                ["costs"] = new JsonArray(
                    new JsonObject { ["carrier"] = "alpha", ["prefix"] = "49", ["cost"] = 0.011 }),
                ["margin"] = margin,
            },
        },
        Accounts = [new("demo", new("demo", "demo"), new("demo-key")) { Billing = new JsonObject { ["mode"] = "prepaid" } }],
        Carriers = [new("alpha", port)],
        Routes = [new("", "alpha")],
    };

    private static async Task<List<string>> LoadUntilKilledAsync(Line line, TimeSpan life)
    {
        using var stop = new CancellationTokenSource();
        var senders = Enumerable.Range(0, 8).Select(_ => SendAsync(line, stop.Token)).ToList();
        // The moment of death is a duration by intent.
        await Task.Delay(life);
        line.Appliance.Kill();
        await stop.CancelAsync();
        return [.. (await Task.WhenAll(senders)).SelectMany(ids => ids)];
    }

    private static async Task<List<string>> SendAsync(Line line, CancellationToken stop)
    {
        var ids = new List<string>();
        try
        {
            while (!stop.IsCancellationRequested)
            {
                var (status, id) = await line.Appliance.TryPostAsync("Shop", Number, "load", stop);
                if (id is not null) ids.Add(id);
                else Assert.Equal(HttpStatusCode.PaymentRequired, status);
            }
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            // It died, as it was meant to.
        }

        return ids;
    }

    private static async Task AgainAsync(Line line)
    {
        line.Appliance.Kill();
        await line.Appliance.StartAgainAsync();
    }

    private static async Task<(int Status, JsonNode Answer)> PostAsync(
        Line line, string body, string to = Number)
    {
        using var answer = await line.Appliance.Http.PostAsJsonAsync("/api/v1/messages", new { from = "Shop", to, body });
        return ((int)answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync())!);
    }

    private static async Task<string> PayAsync(Line line, string amount, string name)
    {
        var (code, said) = await line.Appliance.CommandAsync(
            "ctl", "balance", "add", "demo", amount, "--name", name, "--by", "accounts", "--note", "by transfer");
        Assert.True(code == 0, said);
        return said;
    }

    /// <returns>The balance after it.</returns>
    private static async Task<string> TakeAsync(Line line, string amount, string name)
    {
        using var admin = new HttpClient { BaseAddress = new Uri($"http://{line.Appliance.Settings.Admin.Listen}") };
        using var answer = await admin.PostAsJsonAsync("/admin/v1/balances/demo", new { amount, name });
        var booked = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        Assert.Equal("booked", (string?)booked["result"]);
        return (string)booked["balance"]!;
    }

    private static async Task<(string Balance, string? CreditLimit, string? Available)> BalanceAsync(Line line)
    {
        var balance = JsonNode.Parse(await line.Appliance.Http.GetStringAsync("/api/v1/balance"))!;
        Assert.Equal(("demo", "EUR"), ((string?)balance["account"], (string?)balance["currency"]));
        return ((string)balance["balance"]!, (string?)balance["credit_limit"], (string?)balance["available"]);
    }
}
