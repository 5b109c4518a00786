using System.Text;
using Appliance.Load.Http;
using Xunit;

namespace Appliance.Tests.Load;

public sealed class HttpResponseTests
{
    [Theory]
    [InlineData("HTTP/1.1 202 Accepted\r\nContent-Length: 5\r\n\r\nhello", 202, "hello", true)]
    [InlineData("HTTP/1.1 202 Accepted\r\ncontent-length:5\r\nConnection: close\r\n\r\nhello", 202, "hello", false)]
    [InlineData("HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", 200, "ok", false)]
    [InlineData("HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 2\r\n\r\nok", 200, "ok", true)]
    [InlineData("HTTP/1.1 204 No Content\r\n\r\n", 204, "", true)]
    [InlineData(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nA\r\n, world...\r\n0\r\n\r\n", 200,
        "5\r\nhello\r\nA\r\n, world...\r\n0\r\n\r\n", true)]
    public void A_response_is_whole_with_its_last_byte_and_not_before(
        string text, uint status, string body, bool keepsAlive)
    {
        var bytes = Encoding.ASCII.GetBytes(text);
        for (int length = 0; length < bytes.Length; length++)
        {
            Assert.Equal(ResponseState.NeedMore, HttpResponse.TryRead(bytes.AsSpan(0, length), out _));
        }
        var followed = (byte[])[.. bytes, .. "HTTP/1.1"u8];
        Assert.Equal(ResponseState.Whole, HttpResponse.TryRead(followed, out var response));
        Assert.Equal(status, response.Status);
        Assert.Equal(body, Encoding.ASCII.GetString(response.Body));
        Assert.Equal(bytes.Length, response.Length);
        Assert.Equal(keepsAlive, response.KeepsAlive);
    }

    [Fact]
    public void A_body_without_a_length_goes_to_the_end_of_the_connection()
    {
        var state = HttpResponse.TryRead("HTTP/1.1 200 OK\r\n\r\nall of"u8, out var response);
        Assert.Equal(ResponseState.Whole, state);
        Assert.False(response.KeepsAlive);
    }

    [Theory]
    [InlineData("SSH-2.0-OpenSSH\r\n\r\n")]
    [InlineData("HTTP/1.1 2x2 Odd\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")]
    public void What_is_not_http_is_bad(string text) =>
        Assert.Equal(ResponseState.Bad, HttpResponse.TryRead(Encoding.ASCII.GetBytes(text), out _));
}
