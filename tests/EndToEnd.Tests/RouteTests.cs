using System.Text.Json.Nodes;
using EndToEnd.Tests.Harness;
using Xunit;

namespace EndToEnd.Tests;

/// <summary>Routes by destination, sender and class; split, canary, explanations, and other routes at run time.</summary>
public sealed class RouteTests
{
    [Fact]
    public async Task A_message_goes_by_its_network_sender_and_class()
    {
        await using var line = await RoutedLine.StartAsync("""
            {"routes": [{"carriers": ["alpha"]}, {"mcc_mnc": ["26201"], "carriers": ["beta"]},
                        {"mcc_mnc": ["26201"], "senders": ["Bank*"], "carriers": ["gamma"]},
                        {"classes": ["otp"], "order": 1, "carriers": ["delta"]}],
             "accounts": [{"name": "demo", "country": "DE", "http": {"key": "demo-key"}}]}
            """, "alpha", "beta", "gamma", "delta");
        Assert.Equal("alpha", await CarrierAsync(line, """{"from": "Shop", "to": "447400123456", "body": "a"}"""));
        Assert.Equal("beta", await CarrierAsync(line, """{"from": "Shop", "to": "491711234567", "body": "b"}"""));
        Assert.Equal("gamma", await CarrierAsync(line, """{"from": "Bank4", "to": "491711234567", "body": "c"}"""));
        Assert.Equal("delta", await CarrierAsync(
            line, """{"from": "Bank4", "to": "491711234567", "body": "d", "class": "otp"}"""));
        // A national number has become an international one.
        var id = await PostAsync(line, """{"from": "Shop", "to": "01711234567", "body": "e"}""");
        var record = await line.Appliance.MessageInStatusAsync(id, "delivered");
        Assert.Equal(("beta", "491711234567"), ((string)record["carrier"]!, (string)record["to"]!));
    }

    [Fact]
    public async Task A_sender_that_a_rule_replaces_goes_by_the_route_of_the_other()
    {
        await using var line = await Line.StartAsync(port => new Settings
        {
            Carriers = [new("alpha", port), new("beta", port)],
            Policy = JsonNode.Parse("""
                {"senders": [{"name": "se", "countries": ["SE", "NO"], "allowed": ["long_number"],
                              "replacement": "+46701234567"}]}
                """),
            More = JsonNode.Parse("""
                {"routes": [{"countries": ["SE", "GB"], "carriers": ["alpha"]},
                            {"countries": ["SE", "NO"], "senders": ["46701234567"], "carriers": ["beta"]}]}
                """)!.AsObject(),
        }, new { alpha = new { }, beta = new { } });
        using var esme = await Wire.RawClient.BoundAsync(line.Appliance.SmppPort);
        // The last one has no route for the sender it comes with.
        foreach (var (to, text, carrier) in new[]
        {
            ("46700000001", "replaced", "beta"), ("447400123456", "as it is", "alpha"), ("4799999999", "another", "beta"),
        })
        {
            await esme.SubmitAsync("Shop", to, text + " by smpp");
            await line.Appliance.PostAsync("Shop", to, text + " by http");
            foreach (var way in new[] { " by smpp", " by http" })
            {
                var submit = await line.SubmittedAsync(text + way);
                Assert.Equal((carrier, carrier == "beta" ? "46701234567" : "Shop"),
                    ((string)submit["system_id"]!, (string)submit["from"]!));
            }
        }

        var refused = await esme.RequestAsync(Wire.Command.SubmitSm, Wire.Bodies.Submit("Shop", "33612345678", "no route"));
        Assert.Equal(0x0Bu, refused.Status);
        Assert.Null((await line.Appliance.TryPostAsync("Shop", "33612345678", "no route", CancellationToken.None)).Id);
    }

    [Fact]
    public async Task A_split_is_kept_within_three_percent_and_a_number_keeps_its_carrier()
    {
        const int Messages = 4000;
        await using var line = await RoutedLine.StartAsync("""
            {"routes": [{"carriers": [{"name": "alpha", "weight": 7}, {"name": "beta", "weight": 3}],
                         "choice": "split", "keep": 60}]}
            """, "alpha", "beta");
        line.Send(0, count: Messages);
        await Until.True("all are sent", async () =>
            await line.Alpha.SubmitsAsync() + await line.Beta.SubmitsAsync() == Messages, TimeSpan.FromSeconds(60));
        Assert.InRange(await line.Alpha.SubmitsAsync() / (double)Messages, 0.67, 0.73);

        var before = (await line.Alpha.SubmitsAsync(), await line.Beta.SubmitsAsync());
        line.Send(0, to: "447400999999", count: 200);
        await Until.True("all to the one number are sent", async () =>
            await line.Alpha.SubmitsAsync() + await line.Beta.SubmitsAsync() == Messages + 200,
            TimeSpan.FromSeconds(60));
        var (alpha, beta) = (await line.Alpha.SubmitsAsync() - before.Item1, await line.Beta.SubmitsAsync() - before.Item2);
        Assert.Equal((0, 200), (Math.Min(alpha, beta), Math.Max(alpha, beta)));
    }

    [Fact]
    public async Task A_canary_that_delivers_less_is_rolled_back()
    {
        await using var line = await RoutedLine.StartAsync("""
            {"routes": [{"name": "all", "carriers": ["alpha", "beta"], "keep": 0,
                         "canary": {"carrier": "beta", "share": 0.3, "receipts": 50}}]}
            """, "alpha", "beta");
        await line.Beta.FaultAsync(("receipt-mix", "UNDELIV=100"));
        line.Send(100);
        await Until.True("the canary is out", () =>
            line.Appliance.Log().Contains("canary beta of route all is out", StringComparison.Ordinal),
            TimeSpan.FromSeconds(30));
        var tried = await line.Beta.SubmitsAsync();
        var others = await line.Alpha.SubmitsAsync();
        await Until.True("alpha gets 300 more", async () => await line.Alpha.SubmitsAsync() > others + 300);
        // What was on its way is not called back.
        Assert.InRange(await line.Beta.SubmitsAsync() - tried, 0, 10);
    }

    [Fact]
    public async Task A_route_is_explained_with_the_numbers_of_now()
    {
        await using var line = await RoutedLine.StartAsync("""
            {"routes": [{"name": "germany", "countries": ["DE"], "choice": "score",
                         "carriers": [{"name": "alpha", "cost": 0.02}, {"name": "beta", "cost": 0.01}]},
                        {"name": "rest", "carriers": ["alpha"]}]}
            """, "alpha", "beta");
        var (code, text) = await line.Appliance.CommandAsync(
            "ctl", "route", "explain", "+49 171 1234567", "--account", "demo", "--sender", "Shop", "--body", "hello");
        Assert.Equal(0, code);
        Assert.Contains("26201 T-Mobile", text, StringComparison.Ordinal);
        Assert.Contains("germany", text, StringComparison.Ordinal);
        Assert.Contains("beta: the best score", text, StringComparison.Ordinal);

        await line.Beta.FaultAsync(("refuse-binds", "true"));
        await line.Beta.DropAsync();
        await Until.True("it goes to alpha since beta is down", async () =>
            (string?)(await line.Appliance.AdminAsync("/admin/v1/routes/explain?number=491711234567"))["carrier"]
                == "alpha");
        var down = await line.Appliance.AdminAsync("/admin/v1/routes/explain?number=491711234567");
        Assert.Equal("down", (string)down["carriers"]![1]!["standing"]!);
        using var wrong = await line.Appliance.AdminGetAsync("/admin/v1/routes/explain?number=1&account=nobody");
        Assert.Contains("expected the name of one of the accounts", await wrong.Content.ReadAsStringAsync(),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_explanation_says_of_a_number_is_what_becomes_of_a_message_to_it()
    {
        await using var line = await RoutedLine.StartAsync("""
            {"routes": [{"name": "germany", "countries": ["DE"], "carriers": ["alpha"]},
                        {"name": "rest", "carriers": ["beta"]}],
             "accounts": [{"name": "demo", "country": "DE", "http": {"key": "demo-key"}},
                          {"name": "poor", "http": {"key": "poor-key"}, "billing": {"mode": "prepaid"}},
                          {"name": "slow", "http": {"key": "slow-key"}, "throughput": 1}],
             "money": {"prices": [{"account": "poor", "price": 0.05}]}}
            """, "alpha", "beta");
        // The plan knows no such country code; the second is a national number of the account's.
        foreach (var (number, carrier) in new[] { ("999123456789", "beta"), ("01711234567", "alpha") })
        {
            var told = await ExplainAsync(line, $"number={number}&account=demo&sender=Shop");
            Assert.Equal(carrier, (string?)told["carrier"]);
            Assert.Equal(carrier, await CarrierAsync(
                line, $$"""{"from": "Shop", "to": "{{number}}", "body": "a"}"""));
        }

        var poor = await ExplainAsync(line, "number=491711234567&account=poor&body=a");
        Assert.Equal("refused: balance: 0.05 of 0.00 EUR and a credit of 0.00", (string?)poor["result"]);
        var none = await ExplainAsync(line, "number=letters");
        Assert.Equal("refused: destination: expected 1 to 20 digits, with or without +", (string?)none["result"]);
        for (var i = 0; i < 3; i++)
        {
            // To ask takes nothing of what there is each second.
            var slow = await ExplainAsync(line, "number=491711234567&account=slow");
            Assert.Equal("alpha", (string?)slow["carrier"]);
        }
    }

    private static async Task<JsonNode> ExplainAsync(RoutedLine line, string query) =>
        await line.Appliance.AdminAsync("/admin/v1/routes/explain?" + query);

    [Fact]
    public async Task Routes_change_while_it_runs_and_back_again_also_over_a_restart()
    {
        await using var line = await RoutedLine.StartAsync(
            """{"routes": [{"name": "all", "carriers": ["alpha"]}]}""", "alpha", "beta");
        var appliance = line.Appliance;
        Assert.Equal("alpha", await CarrierAsync(line));

        await WriteRoutesAsync(appliance, """[{"name": "all", "carriers": ["beta"]}]""");
        var (code, text) = await appliance.CommandAsync("ctl", "reload");
        Assert.Equal(0, code);
        Assert.Contains("~ routes \"all\".carriers: [\"alpha\"] -> [\"beta\"]", text, StringComparison.Ordinal);
        Assert.Equal("beta", await CarrierAsync(line));

        await WriteRoutesAsync(appliance, """[{"name": "all", "carriers": ["nobody"]}]""");
        (code, text) = await appliance.CommandAsync("ctl", "tables", "list");
        Assert.NotEqual(0, code);
        using (var refused = await appliance.AdminPostAsync("/admin/v1/tables/reload"))
        {
            Assert.Equal(400, (int)refused.StatusCode);
            Assert.Contains("routes[0].carriers", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        Assert.Equal("beta", await CarrierAsync(line));
        await WriteRoutesAsync(appliance, """[{"name": "all", "carriers": ["beta"]}]""");
        (code, text) = await appliance.CommandAsync("ctl", "tables", "rollback", "1");
        Assert.Contains("done: version 3 is in force", text, StringComparison.Ordinal);
        Assert.Equal("alpha", await CarrierAsync(line));

        // The file says what it said when it was read last, so the roll-back stays.
        await appliance.StopAsync();
        await appliance.StartAgainAsync();
        await line.BoundAsync();
        Assert.Equal("alpha", await CarrierAsync(line));
    }

    [Fact]
    public async Task Stored_messages_are_tried_with_other_routes()
    {
        await using var line = await RoutedLine.StartAsync("""
            {"routes": [{"name": "all", "carriers": [{"name": "alpha", "cost": 0.02}]}]}
            """, "alpha", "beta");
        await CarrierAsync(line, """{"from": "Shop", "to": "491711234567", "body": "a"}""");
        await CarrierAsync(line, """{"from": "Shop", "to": "447400123456", "body": "b"}""");
        await CarrierAsync(line, """{"from": "Shop", "to": "447400123457", "body": "c"}""");
        var file = line.Appliance.ConfigurationFile + ".tables";
        await File.WriteAllTextAsync(file, """
            {"routes": [{"name": "all", "carriers": [{"name": "alpha", "cost": 0.02}]},
                        {"name": "britain", "countries": ["GB"], "carriers": [{"name": "beta", "cost": 0.01}]}]}
            """);
        var (code, text) = await line.Appliance.CommandAsync("ctl", "route", "replay", file);
        Assert.True(code == 0, text);
        Assert.Contains("2 of 3 messages would take another carrier", text, StringComparison.Ordinal);
        Assert.Contains("0.06 EUR, then 0.04", text, StringComparison.Ordinal);
        Assert.Contains("all: alpha", text, StringComparison.Ordinal);
        Assert.Contains("britain: beta", text, StringComparison.Ordinal);
        Assert.Equal("alpha", await CarrierAsync(line));
    }

    [Fact]
    public async Task A_long_replay_tells_how_far_it_is_and_ends_with_who_asked_for_it()
    {
        await using var line = await RoutedLine.StartAsync(
            """{"routes": [{"name": "all", "carriers": ["alpha"]}]}""", "alpha", "beta");
        var sent = line.Send(rate: 1000, count: 300);
        await sent.ExitedAsync();
        var file = line.Appliance.ConfigurationFile + ".tables";
        await File.WriteAllTextAsync(file, """{"routes": [{"name": "all", "carriers": ["beta"]}]}""");
        string[] words = ["ctl", "route", "replay", file, "--config", line.Appliance.ConfigurationFile];
        // At this pace it takes a minute and a half.
        using (var slow = ChildProcess.Start("replay", Repository.Binary, [.. words, "--rate", "3"]))
        {
            await Until.True("it tells", () => slow.Output().Contains(" %, ", StringComparison.Ordinal)
                && System.Text.RegularExpressions.Regex.IsMatch(slow.Output(), "[1-9][0-9]* messages, [1-9]"));
            var (code, text) = await ChildProcess.RunAsync(Repository.Binary, words);
            Assert.Equal(1, code);
            Assert.Contains("Another replay is under way", text, StringComparison.Ordinal);
            slow.Interrupt();
            await slow.ExitedAsync(TimeSpan.FromSeconds(10));
            Assert.Equal(130, slow.ExitCode);
        }

        var done = (ExitCode: 1, Output: "");
        await Until.True("the appliance has ended it too", async () =>
            (done = await ChildProcess.RunAsync(Repository.Binary, words)).ExitCode == 0);
        Assert.Contains("300 of 300 messages would take another carrier", done.Output, StringComparison.Ordinal);
        Assert.Contains("100.0 %, 300 messages, 300 changed", done.Output, StringComparison.Ordinal);
    }

    private static async Task WriteRoutesAsync(ApplianceProcess appliance, string routes)
    {
        var configuration = JsonNode.Parse(await File.ReadAllTextAsync(appliance.ConfigurationFile))!;
        configuration["routes"] = JsonNode.Parse(routes);
        await File.WriteAllTextAsync(appliance.ConfigurationFile, configuration.ToJsonString());
    }

    private static Task<string> CarrierAsync(RoutedLine line) =>
        CarrierAsync(line, """{"from": "Shop", "to": "447400123456", "body": "which way"}""");

    private static async Task<string> CarrierAsync(RoutedLine line, string message) =>
        (string)(await line.Appliance.MessageInStatusAsync(await PostAsync(line, message), "delivered"))["carrier"]!;

    private static async Task<string> PostAsync(RoutedLine line, string message)
    {
        using var content = new StringContent(message, System.Text.Encoding.UTF8, "application/json");
        using var answer = await line.Appliance.Http.PostAsync("/api/v1/messages", content);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return (string)JsonNode.Parse(text)!["message_id"]!;
    }
}
