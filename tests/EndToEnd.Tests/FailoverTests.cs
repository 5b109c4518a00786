using System.Text.Json.Nodes;
using EndToEnd.Tests.Harness;
using EndToEnd.Tests.Wire;
using Xunit;

namespace EndToEnd.Tests;

/// <summary>The second carrier takes over, and the first gets its messages again when it is back.</summary>
public sealed class FailoverTests
{
    private static readonly TimeSpan Reconnect = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task The_second_carrier_takes_what_the_first_cannot()
    {
        await using var line = await Line.StartAsync(TwoCarriers);
        await line.Appliance.PostAsync("Shop", "447700900301", "to the first");
        Assert.Equal("alpha", (string)(await line.SubmittedAsync("to the first"))["system_id"]!);

        await line.Smsc.SendAsync(new { @do = "refuse", value = true });
        await line.Smsc.SendAsync(new { @do = "close", system_id = "alpha" });
        await Until.True("alpha is seen unbound", async () => await BoundAsync(line, "alpha") == 0);
        var id = await line.Appliance.PostAsync("Shop", "447700900302", "to the second");
        Assert.Equal("beta", (string)(await line.SubmittedAsync("to the second"))["system_id"]!);
        Assert.Equal("beta", (string)(await line.Appliance.MessageInStatusAsync(id, "delivered"))["carrier"]!);

        await line.Smsc.SendAsync(new { @do = "refuse", value = false });
        await Until.True("alpha is bound again", async () => await BoundAsync(line, "alpha") == 2, Reconnect);
        // Its share grows with time, however short the configured recovery is.
        var tries = 0;
        await Until.True("alpha gets messages again", async () =>
        {
            var text = $"to the first again {++tries}";
            await line.Appliance.PostAsync("Shop", $"4477009{tries + 400:00000}", text);
            return (string)(await line.SubmittedAsync(text))["system_id"]! == "alpha";
        }, Reconnect);
    }

    [Fact]
    public async Task A_carrier_that_unbinds_is_answered_and_bound_again()
    {
        await using var line = await Line.StartAsync();
        await line.Smsc.SendAsync(new { @do = "unbind", system_id = "alpha" });
        await Until.True("both sessions are answered", () => line.Smsc.Events("unbound").Count == 2);
        Assert.All(line.Smsc.Events("unbound"), told => Assert.Equal(0, (int)told["status"]!));
        await Until.True("their connections are closed", () => line.Smsc.Events("close").Count == 2);
        await Until.True("alpha is bound again", async () => await BoundAsync(line, "alpha") == 2, Reconnect);
        await line.Appliance.PostAsync("Shop", "447700900305", "after it");
        Assert.Equal("alpha", (string)(await line.SubmittedAsync("after it"))["system_id"]!);
    }

    [Fact]
    public async Task A_message_waits_while_no_carrier_is_bound()
    {
        await using var line = await Line.StartAsync();
        await line.Smsc.SendAsync(new { @do = "refuse", value = true });
        await line.Smsc.SendAsync(new { @do = "close", system_id = "alpha" });
        await Until.True("alpha is seen unbound", async () => await BoundAsync(line, "alpha") == 0);
        using var client = await RawClient.BoundAsync(line.Appliance.SmppPort);
        var id = await client.SubmitAsync("Shop", "447700900304", "patience");
        Assert.Equal("queued", (string)(await line.Appliance.MessageAsync(id))!["status"]!);
        await line.Smsc.SendAsync(new { @do = "refuse", value = false });
        await line.Appliance.MessageInStatusAsync(id, "delivered", Reconnect);
        Assert.Single(line.Smsc.Events("submit"));
    }

    [Fact]
    public async Task The_order_to_one_number_is_kept()
    {
        await using var line = await Line.StartAsync();
        using var client = await RawClient.BoundAsync(line.Appliance.SmppPort);
        var last = 0u;
        for (var i = 0; i < 200; i++)
        {
            last = client.NextSequence();
            await client.WriteAsync(new Pdu(Command.SubmitSm, 0, last,
                Bodies.Submit("Shop", "447700900305", $"in order {i:000}")).ToBytes());
        }
        await client.AnswerAsync(last);
        await Until.True("all arrived", () => line.Smsc.Events("submit").Count == 200);
        var texts = line.Smsc.Events("submit").Select(e => (string)e["text"]!).ToList();
        Assert.Equal(texts.Order(StringComparer.Ordinal), texts);
    }

    [Fact]
    public async Task What_an_error_asks_for_is_the_carriers_own()
    {
        const uint InvalidDestination = 0x0b;
        await using var line = await Line.StartAsync(port => new Settings
        {
            Carriers =
            [
                new("alpha", port) { Errors = new() { ["ESME_RINVDSTADR"] = "route" } }, new("beta", port),
                new("gamma", port),
            ],
            Routes = [new("4477", "alpha", "beta"), new("4478", "gamma", "beta")],
        }, new { alpha = new { status = InvalidDestination }, gamma = new { status = InvalidDestination } });
        var elsewhere = await line.Appliance.PostAsync("Shop", "447700900306", "another carrier knows it");
        var failed = await line.Appliance.PostAsync("Shop", "447800900306", "nobody else is asked");
        Assert.Equal("beta", (string)(await line.Appliance.MessageInStatusAsync(elsewhere, "delivered"))["carrier"]!);
        var record = await line.Appliance.MessageInStatusAsync(failed, "failed");
        Assert.Equal("gamma", (string)record["carrier"]!);
    }

    private static Settings TwoCarriers(int port) => new()
    {
        Carriers = [new("alpha", port), new("beta", port)],
        Routes = [new("", "alpha", "beta")],
        // All of it at once: how it comes back by and by is tested with the routes.
        More = new() { ["routing"] = new JsonObject { ["health"] = new JsonObject { ["recovery"] = 0.1 } } },
    };

    private static async Task<double> BoundAsync(Line line, string carrier) =>
        (await line.Appliance.MetricsAsync()).Sum("sms_sessions", "side=\"carrier\"", $"name=\"{carrier}\"", "state=\"bound\"");
}
