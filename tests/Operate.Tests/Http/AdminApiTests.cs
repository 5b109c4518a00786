using System.Security.Cryptography;
using System.Text;
using Appliance.Operate.Http;
using Microsoft.AspNetCore.Http;

namespace Operate.Tests.Http;

public class AdminApiTests
{
    private static readonly byte[] Key = SHA256.HashData("secret"u8);

    [Theory]
    [InlineData(null, 401)]
    [InlineData("Bearer wrong", 401)]
    [InlineData("Basic secret", 401)]
    [InlineData("Bearer ", 401)]
    [InlineData("Bearer secret", 200)]
    [InlineData("bearer  secret ", 200)]
    public async Task With_a_key_every_call_asks_for_it(string? authorization, int status)
    {
        Assert.Equal(status, await AskAsync(Key, "GET", "thing", authorization: authorization));
        Assert.Equal(status == 200 ? 404 : status, await AskAsync(Key, "GET", "none", authorization: authorization));
    }

    [Fact]
    public async Task Without_one_none_is_asked_for() => Assert.Equal(200, await AskAsync(default, "GET", "thing"));

    [Theory]
    [InlineData("application/json", null, 200)]
    [InlineData("application/json; charset=utf-8", "http://somewhere.example", 200)]
    [InlineData(null, null, 200)]
    [InlineData("text/plain", null, 415)]
    [InlineData("application/x-www-form-urlencoded", null, 415)]
    [InlineData(null, "http://somewhere.example", 415)]
    public async Task A_change_that_a_strange_page_could_send_is_refused(string? type, string? origin, int status) =>
        Assert.Equal(status, await AskAsync(default, "POST", "thing", type, origin));

    [Theory]
    [InlineData("GET", "thing", "thing:")]
    [InlineData("POST", "thing", "made:")]
    [InlineData("GET", "things/7/8", "things:7/8")]
    public async Task Calls_are_found_by_method_and_path(string method, string path, string answer)
    {
        var (status, body) = await AnswerAsync(default, method, path);
        Assert.Equal((200, answer), (status, body));
    }

    [Theory]
    [InlineData("GET", "things/", 404)]
    [InlineData("GET", "things", 404)]
    [InlineData("GET", "thing/", 404)]
    [InlineData("DELETE", "thing", 405)]
    [InlineData("POST", "things/7", 405)]
    public async Task Others_are_problems(string method, string path, int status) =>
        Assert.Equal(status, await AskAsync(default, method, path));

    private static async Task<int> AskAsync(ReadOnlyMemory<byte> key, string method, string path, string? type = null,
        string? origin = null, string? authorization = null) =>
        (await AnswerAsync(key, method, path, type, origin, authorization)).Status;

    private static async Task<(int Status, string Body)> AnswerAsync(ReadOnlyMemory<byte> key, string method, string path,
        string? type = null, string? origin = null, string? authorization = null)
    {
        var api = new AdminApi(key)
            .Add("GET", "thing", (context, rest) => context.Response.WriteAsync("thing:" + rest))
            .Add("POST", "thing", (context, rest) => context.Response.WriteAsync("made:" + rest))
            .Add("GET", "things/", (context, rest) => context.Response.WriteAsync("things:" + rest));
        var context = new DefaultHttpContext();
        context.Request.Method = method;
        context.Request.Path = AdminApi.Base + path;
        context.Request.ContentType = type;
        if (origin is not null) context.Request.Headers.Origin = origin;
        if (authorization is not null) context.Request.Headers.Authorization = authorization;
        using var body = new MemoryStream();
        context.Response.Body = body;
        await api.HandleAsync(context);
        return (context.Response.StatusCode, Encoding.UTF8.GetString(body.ToArray()));
    }
}
