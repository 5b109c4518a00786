using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using EndToEnd.Tests.Harness;
using EndToEnd.Tests.Wire;
using Xunit;

namespace EndToEnd.Tests;

/// <summary>`appliance demo` as the contract says: fixed ports, an account, two simulated carriers.</summary>
public sealed class DemoTests
{
    private const int HttpPort = 8080;
    private const int SmppPort = 2775;
    private const int AdminPort = 9464;

    [Fact]
    public async Task The_demo_delivers_what_it_is_given()
    {
        foreach (var port in new[] { HttpPort, SmppPort, AdminPort })
            Assert.True(Ports.IsFree(port), $"port {port} is taken; the demo's ports are part of the contract");
        using var folder = new TempFolder();
        using var demo = ChildProcess.Start("demo", Repository.Binary, ["demo"], folder.Path);
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{HttpPort}") };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "demo-key");
        await Until.True($"the demo is ready; it said:\n{demo.Output()}", () => AnswersAsync(http));
        await Until.True("it says what to try", () => demo.Output().Contains("curl", StringComparison.Ordinal));

        using var answer = await http.PostAsJsonAsync("/api/v1/messages", new { from = "Demo", to = "447700901101", body = "hello" });
        var id = (string)(await answer.Content.ReadFromJsonAsync<JsonObject>())!["message_id"]!;
        await Until.True($"{id} delivered", async () =>
            (string?)(await http.GetFromJsonAsync<JsonObject>($"/api/v1/messages/{id}"))!["status"] == "delivered");

        using var client = await RawClient.BoundAsync(SmppPort);
        var submitted = await client.SubmitAsync("Demo", "447700901102", "hello again");
        await client.PduAsync("its receipt", pdu => pdu.Command == Command.DeliverSm && Receipt.Of(pdu).TlvId == submitted);
        Assert.True(Directory.Exists(Path.Combine(folder.Path, "data", "demo")));
    }

    private static async Task<bool> AnswersAsync(HttpClient http)
    {
        try
        {
            using var ready = await http.GetAsync($"http://127.0.0.1:{AdminPort}/readyz");
            return ready.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
