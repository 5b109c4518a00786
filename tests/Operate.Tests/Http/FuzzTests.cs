using System.Net.Http.Headers;
using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Operate.Tests.Http;

/// <summary>Whatever a client sends, it gets an answer of 2xx or 4xx, or 501 by name; never a fault.</summary>
public class FuzzTests(ApiHost host) : IClassFixture<ApiHost>
{
    private static readonly string[] Pieces =
    [
        "null", "[]", "{}", "\"\"", "-1", "1e400", "\"\\ud800\"", "\\u0000", "true", ",", ":", "{", "}", "[", "]", "\"",
        "\"messages\":", "\"to\":", "\"body\":", "\"validity_period\":\"9h\"", "\"encoding\":\"gsm7\"", "\\", "€", "😀",
        "\"priority\":", "\"send_at\":\"2999-01-01T00:00:00Z\"", "+23:59",
    ];

    private static readonly string[] Seeds =
    [
        """{"from": "Example", "to": "+447700900123", "body": "Hello", "encoding": "auto", "validity_period": 60}""",
        $$"""{"from": "a", "priority": 3, "send_at": "{{DateTime.UtcNow.AddDays(1):s}}Z", "to": "12345", "body": "x"}""",
        """{"messages": [{"from": "Ex\u0061mple", "to": "12345", "body": "x"}, {"from": 1, "to": [{}]}]}""",
        """{"from": "a", "webhook_url": {"deep": [[[[1]]]]}, "to": "12345", "body": "\ud83d\ude00 grüße"}""",
    ];

    [Fact]
    public async Task Mutated_requests_are_answered()
    {
        var random = new Random(20261120);
        var statuses = new Dictionary<int, int>();
        for (var round = 0; round < 4000; round++)
        {
            var bytes = Encoding.UTF8.GetBytes(Seeds[random.Next(Seeds.Length)]).ToList();
            for (var change = random.Next(0, 6); change > 0; change--)
                Mutate(bytes, random);
            var status = await StatusOfAsync(bytes.ToArray());
            statuses[status] = statuses.GetValueOrDefault(status) + 1;
        }

        Assert.All(statuses.Keys, status => Assert.Contains(status, (int[])[202, 400, 501]));
        Assert.Equal(3, statuses.Count);
    }

    [Fact]
    public void Any_text_is_carried_or_refused_by_name() =>
        Prop.ForAll<string?, string?, string?>((from, to, body) =>
        {
            var json = System.Text.Json.JsonSerializer.Serialize(new { from, to, body });
            var status = StatusOfAsync(Encoding.UTF8.GetBytes(json)).GetAwaiter().GetResult();
            return status is 202 or 400;
        }).QuickCheckThrowOnFailure();

    private async Task<int> StatusOfAsync(byte[] body)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        var reply = await Reply.OfAsync(await host.Client.PostAsync("/api/v1/messages", content));
        // What is answered is JSON itself, whatever was in the request.
        Assert.Equal(System.Text.Json.JsonValueKind.Object, reply.Json.ValueKind);
        return reply.Status;
    }

    private static void Mutate(List<byte> bytes, Random random)
    {
        var at = random.Next(bytes.Count + 1);
        switch (random.Next(4))
        {
            case 0 when at < bytes.Count:
                bytes[at] = (byte)random.Next(256);
                break;
            case 1 when at < bytes.Count:
                bytes.RemoveRange(at, Math.Min(random.Next(1, 8), bytes.Count - at));
                break;
            case 2:
                bytes.InsertRange(at, bytes.GetRange(0, bytes.Count / 3));
                break;
            default:
                bytes.InsertRange(at, Encoding.UTF8.GetBytes(Pieces[random.Next(Pieces.Length)]));
                break;
        }
    }
}
