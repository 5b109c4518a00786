using System.Net.Sockets;
using System.Text;

namespace Operate.Tests.Http;

public class SlowClientTests(ApiHost host) : IClassFixture<ApiHost>
{
    [Fact]
    public async Task Half_a_header_and_half_a_body_are_dropped_after_their_timers()
    {
        var answers = await Task.WhenAll(
            AnswerToAsync("POST /api/v1/messages HTTP/1.1\r\nHost: h\r\nAuthoriz"),
            AnswerToAsync("POST /api/v1/messages HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer demo-key\r\n"
                + "Content-Type: application/json\r\nContent-Length: 5000\r\n\r\n{"));
        Assert.StartsWith("HTTP/1.1 408 ", answers[0], StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 408 ", answers[1], StringComparison.Ordinal);
        Assert.Contains("/problems/request-timeout", answers[1], StringComparison.Ordinal);
    }

    /// <summary>Sends, then reads until the peer closes; fails where it never does.</summary>
    private async Task<string> AnswerToAsync(string request)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var client = new TcpClient();
        await client.ConnectAsync(host.ApiEndPoint, deadline.Token);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request), deadline.Token);
        using var reader = new StreamReader(client.GetStream());
        return await reader.ReadToEndAsync(deadline.Token);
    }
}
