using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using EndToEnd.Tests.Wire;
using Xunit;

namespace EndToEnd.Tests.Harness;

/// <summary>What is put in force while the appliance runs, and how it is seen that it is.</summary>
internal static class Changes
{
    internal const string ToAlpha = """{"routes": [{"name": "all", "carriers": ["alpha"]}]}""";

    internal static async Task<string> ApplyAsync(RoutedLine line, string document)
    {
        var (code, text) = await TryApplyAsync(line, document);
        Assert.True(code == 0, text);
        return text;
    }

    internal static async Task<(int ExitCode, string Output)> TryApplyAsync(RoutedLine line, string document)
    {
        var file = line.Appliance.ConfigurationFile + ".tables";
        await File.WriteAllTextAsync(file, document);
        return await line.Appliance.CommandAsync("ctl", "tables", "apply", file);
    }

    /// <summary>The accounts of the configuration's file and more.</summary>
    internal static string Accounts(RoutedLine line, params JsonObject[] more)
    {
        var file = JsonNode.Parse(File.ReadAllText(line.Appliance.ConfigurationFile))!;
        return new JsonObject
        {
            ["accounts"] = new JsonArray([.. file["accounts"]!.AsArray().Select(one => one!.DeepClone()), .. more]),
        }.ToJsonString();
    }

    internal static JsonObject Late(string password, int throughput = 0) => new()
    {
        ["name"] = "late",
        ["smpp"] = new JsonObject { ["system_id"] = "late", ["password"] = password },
        ["http"] = new JsonObject { ["key"] = "late-key" },
        ["throughput"] = throughput,
    };

    /// <summary>Carriers, and one route to all of them that begins with one, whose options may be others.</summary>
    internal static string Carriers(
        IReadOnlyList<SimulatedCarrier> carriers, string first, Action<JsonObject>? change = null)
    {
        var list = carriers.Select(carrier => new JsonObject
        {
            ["name"] = carrier.Name,
            ["host"] = "127.0.0.1",
            ["port"] = carrier.Port,
            ["system_id"] = carrier.Name,
            ["password"] = "secret",
            ["sessions"] = 2,
            ["window"] = 100,
        }).ToList();
        change?.Invoke(list.First(one => (string)one["name"]! == first));
        var names = carriers.Select(carrier => carrier.Name).OrderBy(name => name != first);
        return new JsonObject
        {
            ["carriers"] = new JsonArray([.. list]),
            ["routes"] = new JsonArray(new JsonObject
            {
                ["name"] = "all",
                ["carriers"] = new JsonArray([.. names.Select(name => JsonValue.Create(name))]),
                ["keep"] = 0,
            }),
        }.ToJsonString();
    }

    internal static Task<string> CarrierAsync(RoutedLine line) => CarrierAsync(line.Appliance);

    internal static async Task<string> CarrierAsync(ApplianceProcess appliance) =>
        (string)(await appliance.MessageInStatusAsync(
            await appliance.PostAsync("Shop", "447400123456", "which way"), "delivered"))["carrier"]!;

    internal static async Task<double> SessionsAsync(RoutedLine line, string carrier) =>
        (await line.Appliance.MetricsAsync()).Sum("sms_sessions", "side=\"carrier\"", $"name=\"{carrier}\"");

    internal static async Task<string> BoundAtAsync(RoutedLine line, string carrier) => string.Join(' ',
        from session in (await line.Appliance.AdminAsync("/admin/v1/sessions")).AsArray()
        where (string)session!["name"]! == carrier
        select (string)session["bound_at"]!);

    internal static async Task<RawClient> BindAsync(
        RoutedLine line, string password, uint command = Command.BindTransceiver)
    {
        var client = await RawClient.ConnectAsync(line.Appliance.SmppPort);
        var answer = await client.RequestAsync(command, Bodies.Bind("late", password));
        Assert.Equal(Status.Ok, answer.Status);
        return client;
    }

    internal static async Task<uint> TryBindAsync(RoutedLine line, string password)
    {
        using var client = await RawClient.ConnectAsync(line.Appliance.SmppPort);
        return (await client.RequestAsync(Command.BindTransceiver, Bodies.Bind("late", password))).Status;
    }

    internal static async Task<HttpStatusCode> PostAsync(RoutedLine line, string key)
    {
        using var answer = await SendAsync(line, key, "hello");
        return answer.StatusCode;
    }

    internal static async Task<HttpResponseMessage> SendAsync(RoutedLine line, string key, string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/messages")
        {
            Content = JsonContent.Create(new { from = "Late", to = "447400123456", body }),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return await line.Appliance.Http.SendAsync(request);
    }
}
