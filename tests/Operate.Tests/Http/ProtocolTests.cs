using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;

namespace Operate.Tests.Http;

/// <summary>What HTTP itself asks of an API, and what bad clients do.</summary>
public class ProtocolTests(ApiHost host) : IClassFixture<ApiHost>
{
    private const string Hello = """{"from": "Example", "to": "+447700900123", "body": "Hello"}""";

    [Theory]
    [InlineData(null)]
    [InlineData("Bearer")]
    [InlineData("Bearer ")]
    [InlineData("Bearer wrong-key")]
    [InlineData("Bearer demo-key2")]
    [InlineData("Bearer dem\u00f6-key")]
    [InlineData("Basic ZGVtbzpkZW1v")]
    [InlineData("demo-key")]
    public async Task Without_a_valid_key_it_is_401(string? authorization)
    {
        foreach (var (method, path) in ((HttpMethod, string)[])
            [(HttpMethod.Post, "/api/v1/messages"), (HttpMethod.Get, "/api/v1/messages/" + Guid.NewGuid())])
        {
            using var request = new HttpRequestMessage(method, path);
            if (method == HttpMethod.Post)
                request.Content = new StringContent(Hello, Encoding.UTF8, "application/json");
            if (authorization is not null)
                request.Headers.TryAddWithoutValidation("Authorization", authorization);
            using var handler = new SocketsHttpHandler { RequestHeaderEncodingSelector = (_, _) => Encoding.Latin1 };
            using var client = new HttpClient(handler) { BaseAddress = host.Stranger.BaseAddress };
            var reply = await Reply.OfAsync(await client.SendAsync(request));
            // Kestrel reads headers as UTF-8 and refuses other bytes itself.
            if (authorization?.Contains('\u00f6', StringComparison.Ordinal) == true)
            {
                Assert.Equal(400, reply.Status);
                continue;
            }

            reply.IsProblem(401, "unauthorized");
            Assert.Equal("Bearer", reply.Message.Headers.WwwAuthenticate.ToString());
        }
    }

    [Theory]
    [InlineData("PUT", "/api/v1/messages", "GET, POST")]
    [InlineData("POST", "/api/v1/messages/1", "GET, DELETE")]
    [InlineData("POST", "/openapi/v1.json", "GET")]
    [InlineData("POST", "/api/v1/balance", "GET")]
    [InlineData("GET", "/api/v1/lookups/447700900123", "POST")]
    [InlineData("DELETE", "/problems/no-route", "GET")]
    public async Task A_method_that_is_not_there_is_405_with_those_that_are(string method, string path, string allow)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        var reply = await Reply.OfAsync(await host.Client.SendAsync(request));
        reply.IsProblem(405, "method-not-allowed");
        Assert.Equal(allow, string.Join(", ", reply.Message.Content.Headers.Allow));
    }

    [Theory]
    [InlineData("GET", "/cgi-bin/sendsms?username=a")]
    [InlineData("GET", "/send?username=a")]
    public async Task What_is_not_there_yet_is_501_by_name(string method, string path)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        var reply = await Reply.OfAsync(await host.Client.SendAsync(request));
        reply.IsProblem(501, "not-implemented");
        Assert.EndsWith(
            "is not in this version.", reply.Json.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/api/v1")]
    [InlineData("/api/v1/messagesx")]
    [InlineData("/api/v1/balances")]
    [InlineData("/problems/none")]
    [InlineData("/metrics")]
    public async Task Elsewhere_is_nothing(string path) => (await host.GetAsync(path)).IsProblem(404, "not-found");

    [Theory]
    [InlineData(null, 415)]
    [InlineData("application/x-www-form-urlencoded", 415)]
    [InlineData("application/jsonx", 415)]
    [InlineData("application/json; charset=iso-8859-1", 415)]
    [InlineData("application/json; charset=\"UTF-8\"", 202)]
    [InlineData("Application/JSON", 202)]
    public async Task The_body_is_json_in_utf_8(string? type, int status)
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(Hello));
        if (type is not null)
            content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        var reply = await Reply.OfAsync(await host.Client.PostAsync("/api/v1/messages", content));
        Assert.Equal(status, reply.Status);
        if (status == 415)
            reply.IsProblem(415, "unsupported-media-type");
    }

    [Fact]
    public async Task A_compressed_body_is_refused()
    {
        using var content = new StringContent(Hello, Encoding.UTF8, "application/json");
        content.Headers.ContentEncoding.Add("gzip");
        (await Reply.OfAsync(await host.Client.PostAsync("/api/v1/messages", content)))
            .IsProblem(415, "unsupported-media-type");
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{} x")]
    [InlineData("{\"from\": \"x\",}")]
    [InlineData("{\"from\" // no\n: 1}")]
    [InlineData("nul")]
    [InlineData("{\"from\": \"\n\"}")]
    public async Task What_is_no_json_is_told_where(string json) =>
        (await host.PostAsync(json)).IsProblem(400, "malformed-json");

    [Fact]
    public async Task Bytes_that_are_no_utf_8_are_refused()
    {
        using var content = new ByteArrayContent([.. "{\"from\": \""u8, 0xC3, 0x28, .. "\"}"u8]);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        var reply = await Reply.OfAsync(await host.Client.PostAsync("/api/v1/messages", content));
        reply.IsProblem(400, "malformed-json");
        Assert.Contains("UTF-8", reply.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_body_above_1_MiB_is_413(bool chunked)
    {
        var json = $$"""{"from": "x", "to": "12345", "body": "{{new string('x', 1024 * 1024)}}"}""";
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/messages")
        {
            Content = new StringContent(json, Encoding.UTF8, "application/json"),
        };
        request.Headers.TransferEncodingChunked = chunked;
        request.Headers.ExpectContinue = !chunked;
        (await Reply.OfAsync(await host.Client.SendAsync(request))).IsProblem(413, "payload-too-large");
    }

    [Fact]
    public async Task A_body_of_almost_1_MiB_is_read_whole()
    {
        var filler = new string(' ', (1024 * 1024) - Hello.Length);
        Assert.Equal(202, (await host.PostAsync(Hello + filler)).Status);
    }

    [Fact]
    public async Task A_body_may_come_byte_by_byte_and_requests_back_to_back()
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(host.ApiEndPoint);
        var request = "POST /api/v1/messages HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer demo-key\r\n"
            + $"Content-Type: application/json\r\nContent-Length: {Hello.Length}\r\n\r\n{Hello}";
        foreach (var octet in Encoding.ASCII.GetBytes(request))
            await socket.SendAsync(new[] { octet });
        await socket.SendAsync(Encoding.ASCII.GetBytes(request + request));
        var text = await ReceiveUntilAsync(socket, received => received.Split("HTTP/1.1 202").Length == 4
            && received.Split("\"queued\"}").Length == 4);
        Assert.DoesNotContain("HTTP/1.1 4", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("POST /api/v1/messages HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer demo-key\r\n"
        + "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n", "bad-request")]
    [InlineData("POST /api/v1/messages HTTP/1.1\r\nHost: h\r\nContent-Length: x\r\n\r\n", "400 Bad Request")]
    [InlineData("GET / HTTP/9.9\r\n\r\n", "505")]
    [InlineData("\u0016\u0003\u0001\r\n\r\n", "400 Bad Request")]
    public async Task Broken_http_is_answered_and_the_connection_closed(string request, string answer)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(host.ApiEndPoint);
        await socket.SendAsync(Encoding.Latin1.GetBytes(request));
        Assert.Contains(answer, await ReceiveUntilAsync(socket, _ => false), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_leaves_in_the_middle_costs_nothing()
    {
        using (var socket = new Socket(SocketType.Stream, ProtocolType.Tcp))
        {
            await socket.ConnectAsync(host.ApiEndPoint);
            await socket.SendAsync(Encoding.ASCII.GetBytes("POST /api/v1/messages HTTP/1.1\r\nHost: h\r\n"
                + "Authorization: Bearer demo-key\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{"));
            socket.LingerState = new LingerOption(true, 0);
        }

        Assert.Equal(202, (await host.PostAsync(Hello)).Status);
    }

    [Fact]
    public async Task What_was_refused_is_counted()
    {
        await host.PostAsync("{");
        await host.PostAsync("{}");
        await host.PostAsync(Hello, host.Stranger);
        var metrics = (await host.GetAsync("/metrics", host.AdminClient)).Body;
        foreach (var reason in (string[])["malformed_json", "invalid_request", "unauthorized"])
            Assert.Matches($$"""(?m)^sms_bad_input_total\{protocol="http",reason="{{reason}}"\} [1-9]""", metrics);
    }

    /// <summary>Reads until the text is complete or the peer closes; fails after a deadline.</summary>
    private static async Task<string> ReceiveUntilAsync(Socket socket, Func<string, bool> complete)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var text = new StringBuilder();
        var buffer = new byte[4096];
        while (!complete(text.ToString()))
        {
            var count = await socket.ReceiveAsync(buffer, deadline.Token);
            if (count == 0)
                break;
            text.Append(Encoding.UTF8.GetString(buffer, 0, count));
        }

        return text.ToString();
    }
}
