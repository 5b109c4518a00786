using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using EndToEnd.Tests.Harness;
using Xunit;

namespace EndToEnd.Tests;

/// <summary>Numbers looked up through the API of the native binary, and `appliance numbers`.</summary>
public sealed class LookupTests
{
    [Fact]
    public async Task A_number_is_looked_up_in_the_plan_and_what_is_imported_counts_before_it_at_once()
    {
        await using var appliance = await ApplianceProcess.StartAsync(Home());
        using var answer = await appliance.Http.PostAsync("/api/v1/lookups/+447400123456", null);
        Assert.Equal("""{"valid":true,"number":"+447400123456","carrier":"Three","mcc":"234","mnc":"20","number_type":"mobile","ported":false,"""
            + "\"country\":\"GB\",\"calling_code\":44,\"source\":\"prefix\",\"reason\":null}", await answer.Content.ReadAsStringAsync());
        // The account's country is Germany.
        Assert.Equal("+491711234567", (string?)(await LookUpAsync(appliance, "0171 1234567"))["number"]);
        var wrong = await LookUpAsync(appliance, "0171 1");
        Assert.Equal((false, "0171 1", true), ((bool)wrong["valid"]!, (string?)wrong["number"], wrong["reason"] is not null));

        using var folder = new TempFolder();
        var file = folder.File("ranges.csv");
        await File.WriteAllTextAsync(file, "range;mcc;mnc;brand\n447400;234;99;Ours\nx;1;2;bad\n");
        var (code, output) = await appliance.CommandAsync(
            "numbers", "import", file, "--columns", "prefix=range,mcc=mcc,mnc=mnc,name=brand", "--delimiter", ";");
        Assert.Equal(1, code);
        Assert.Contains("1 of 2 lines are bad", output, StringComparison.Ordinal);
        Assert.Equal("Three", (string?)(await LookUpAsync(appliance, "447400123456"))["carrier"]);
        (code, output) = await appliance.CommandAsync("numbers", "import", file, "--columns", "prefix=range,mcc=mcc,mnc=mnc,name=brand",
            "--delimiter", ";", "--max-bad-share", "0.5", "--bad-lines", folder.File("bad.tsv"));
        Assert.True(code == 0 && output.EndsWith("in effect", StringComparison.Ordinal), output);
        Assert.Contains("2 lines, 1 ranges, 1 bad", output, StringComparison.Ordinal);
        Assert.StartsWith("3\tprefix: \"x\"", await File.ReadAllTextAsync(folder.File("bad.tsv")), StringComparison.Ordinal);
        var ours = await LookUpAsync(appliance, "447400123456");
        Assert.Equal(("Ours", "99", "mobile"), ((string?)ours["carrier"], (string?)ours["mnc"], (string?)ours["number_type"]));
        Assert.Equal(1, (int)(await appliance.AdminAsync("/admin/v1/numbers"))["imported_ranges"]!);
        Assert.Equal("imported", (string?)(await appliance.AdminAsync("/admin/v1/numbers/447400123456"))["source"]);

        appliance.Kill();
        await appliance.StartAgainAsync();
        Assert.Equal("Ours", (string?)(await LookUpAsync(appliance, "447400123456"))["carrier"]);
    }

    [Fact]
    public async Task A_provider_is_asked_where_the_ported_numbers_do_not_know()
    {
        using var provider = new Provider();
        await using var appliance = await ApplianceProcess.StartAsync(Home(new JsonObject
        {
            ["hlr"] = new JsonObject { ["url"] = provider.Url, ["key"] = "hlr-key", ["timeout"] = 1 },
        }));
        using var folder = new TempFolder();
        var file = folder.File("lv.csv");
        await File.WriteAllTextAsync(file, "1;x;20000001;BC2;2020.01.02 03:04:05\n");
        var (code, output) = await appliance.CommandAsync("mnp", "import", file, "--format", "lv");
        Assert.True(code == 0, output);

        var ported = await LookUpAsync(appliance, "37120000001");
        Assert.Equal(("mnp", true, "Tele2"), ((string?)ported["source"], (bool)ported["ported"]!, (string?)ported["carrier"]));
        Assert.Empty(provider.Asked);
        provider.Answer = (200, """{"mcc":"262","mnc":"02"}""");
        var asked = await LookUpAsync(appliance, "491711234567");
        Assert.Equal(("hlr", true, "Vodafone"), ((string?)asked["source"], (bool)asked["ported"]!, (string?)asked["carrier"]));
        Assert.Equal([("/hlr/491711234567", "Bearer hlr-key")], provider.Asked);
        provider.Answer = (500, "");
        Assert.Equal("prefix", (string?)(await LookUpAsync(appliance, "491711234568"))["source"]);
        var metrics = await appliance.MetricsAsync();
        Assert.Equal((1, 1), (metrics.Sum("sms_hlr_requests_total", "outcome=\"found\""), metrics.Sum("sms_hlr_requests_total", "outcome=\"failed\"")));
    }

    [Fact]
    public async Task An_explanation_does_not_ask_a_provider_unless_it_is_told_to()
    {
        using var provider = new Provider { Answer = (200, """{"mcc":"262","mnc":"02"}""") };
        await using var appliance = await ApplianceProcess.StartAsync(Home(new JsonObject
        {
            ["hlr"] = new JsonObject { ["url"] = provider.Url, ["timeout"] = 30, ["messages"] = true },
        }));
        const string Query = "/admin/v1/routes/explain?number=491711234567&account=demo";
        var told = await appliance.AdminAsync(Query);
        Assert.Equal("prefix", (string?)told["number"]!["source"]);
        Assert.Equal("nothing kept of it: a message goes on without, and makes it be asked for the next (time-out 30 s)",
            (string?)told["hlr"]);
        Assert.Empty(provider.Asked);
        var (code, text) = await appliance.CommandAsync(
            "ctl", "route", "explain", "491711234567", "--account", "demo", "--hlr");
        Assert.Equal(0, code);
        Assert.Contains("network  26202 Vodafone, known from hlr, ported", text, StringComparison.Ordinal);
        Assert.Single(provider.Asked);
        // What it said is kept, and counts.
        told = await appliance.AdminAsync(Query);
        Assert.Equal(("hlr", null), ((string?)told["number"]!["source"], (string?)told["hlr"]));
        Assert.Single(provider.Asked);
    }

    [Fact]
    public async Task Numbers_get_prints_a_line_of_JSON_for_each()
    {
        using var folder = new TempFolder();
        var (code, output) = await ChildProcess.RunAsync(Repository.Binary,
            ["numbers", "get", "+390612345678", "0171 1234567", "24280", "--country", "DE", "--data", folder.File("data")]);
        Assert.Equal(0, code);
        var lines = output.Split('\n').Select(line => JsonNode.Parse(line)!).ToArray();
        Assert.Equal(["IT fixed +390612345678", "DE mobile +491711234567"],
            lines.Take(2).Select(line => $"{line["country"]} {line["number_type"]} {line["number"]}"));
        Assert.Equal((false, "24280"), ((bool)lines[2]["valid"]!, (string?)lines[2]["number"]));
        (code, output) = await ChildProcess.RunAsync(Repository.Binary, ["numbers", "get", "1", "--country", "Germany"]);
        Assert.Equal(1, code);
        Assert.Contains("--country: \"Germany\", expected two letters", output, StringComparison.Ordinal);
    }

    private static Settings Home(JsonObject? numbers = null) => new()
    {
        Numbers = numbers,
        Accounts = [new("demo", new("demo", "demo"), new("demo-key")) { Country = "DE" }],
    };

    private static async Task<JsonObject> LookUpAsync(ApplianceProcess appliance, string number)
    {
        using var answer = await appliance.Http.PostAsync("/api/v1/lookups/" + Uri.EscapeDataString(number), null);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync<JsonObject>())!;
    }

    /// <summary>An HLR provider on a port of its own.</summary>
    private sealed class Provider : IDisposable
    {
        private readonly HttpListener _listener = new();
        private readonly int _port = Ports.Free();

        public Provider()
        {
            _listener.Prefixes.Add($"http://127.0.0.1:{_port}/");
            _listener.Start();
            _ = ServeAsync();
        }

        public string Url => $"http://127.0.0.1:{_port}/hlr/{{number}}";

        public (int Status, string Body) Answer { get; set; } = (404, "");

        public ConcurrentQueue<(string Path, string? Key)> Asked { get; } = [];

        public void Dispose() => _listener.Close();

        private async Task ServeAsync()
        {
            try
            {
                while (true)
                {
                    var context = await _listener.GetContextAsync();
                    Asked.Enqueue((context.Request.Url!.AbsolutePath, context.Request.Headers["Authorization"]));
                    context.Response.StatusCode = Answer.Status;
                    context.Response.Close(Encoding.UTF8.GetBytes(Answer.Body), willBlock: false);
                }
            }
            catch (Exception error) when (error is HttpListenerException or ObjectDisposedException)
            {
                // The test is over.
            }
        }
    }
}
