using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Operate.Tests.Http;

/// <summary>The header Idempotency-Key, and what counts as the same message.</summary>
public class IdempotencyTests(ApiHost host) : IClassFixture<ApiHost>
{
    private const string Hello = """{"from": "Example", "to": "+447700900123", "body": "Hello"}""";
    private const string Bye = """{"from": "Example", "to": "+447700900123", "body": "Bye"}""";

    [Theory]
    [InlineData("8e03978e-40d5-43e1-bc93-6894a57f9324", "8e03978e-40d5-43e1-bc93-6894a57f9324")]
    [InlineData("\"8e03978e-40d5\"", "8e03978e-40d5")]
    [InlineData("\"", "\"")]
    [InlineData("a b", null)]
    [InlineData("\"\"", "\"\"")]
    public async Task The_key_is_visible_ascii(string header, string? key)
    {
        host.Admission.Messages.Clear();
        var reply = await PostAsync(Hello, header);
        if (key is null)
        {
            reply.IsProblem(400, "invalid-request");
            Assert.Equal(["Idempotency-Key"], reply.Fields);
            Assert.Empty(host.Admission.Messages);
            return;
        }

        Assert.Equal(202, reply.Status);
        Assert.Equal((key, 0), Assert.Single(host.Admission.Messages).Name);
    }

    [Theory]
    [InlineData(255, 202)]
    [InlineData(256, 400)]
    public async Task The_key_has_255_characters_at_most(int length, int status) =>
        Assert.Equal(status, (await PostAsync(Hello, new string('k', length))).Status);

    [Fact]
    public async Task Two_keys_are_one_too_many()
    {
        var reply = await PostAsync(Hello, "one", "two");
        reply.IsProblem(400, "invalid-request");
        Assert.Equal(["Idempotency-Key"], reply.Fields);
    }

    [Fact]
    public async Task Without_a_key_a_reused_request_has_none()
    {
        host.Admission.Messages.Clear();
        await PostAsync(Hello, "key");
        await host.PostAsync(Hello);
        Assert.Equal(["key", null], host.Admission.Messages.Select(message => message.Name.Key));
    }

    [Fact]
    public async Task In_a_batch_the_key_goes_with_the_place()
    {
        host.Admission.Messages.Clear();
        await PostAsync($$"""{"messages": [{{Hello}}, {{Hello}}]}""", "batch");
        Assert.Equal([("batch", 0), ("batch", 1)], host.Admission.Messages.Select(message => message.Name));
    }

    [Fact]
    public async Task A_batch_is_one_content()
    {
        string[] others =
        [
            $"{Hello}, {Hello}", Hello, $"{Hello}, {Hello}, {Hello}", $"{Hello}, {Bye}", $"{Bye}, {Hello}",
            $"{Hello}, 5", $"{Hello}, {{}}",
        ];
        var hashes = new List<ulong>();
        foreach (var items in others)
        {
            var first = await BatchAsync(items);
            Assert.Equal(first, await BatchAsync(items));
            hashes.Add(first);
        }

        Assert.DoesNotContain(0ul, hashes);
        Assert.Equal(others.Length, hashes.Distinct().Count());
    }

    [Fact]
    public async Task That_its_time_has_passed_makes_no_other_message()
    {
        // A little late is taken, and goes out at once; the time is a part of the message none the less.
        var late = DateTimeOffset.UtcNow.AddSeconds(-20);
        var hashes = new List<ulong>();
        foreach (var time in new[] { late, late.AddSeconds(1) })
        {
            hashes.Add(await ContentAsync(
                Message("Example", "+447700900123", "x", $", \"send_at\": \"{time:O}\"")));
            Assert.Equal(0u, Assert.Single(host.Admission.Messages).DueSeconds);
        }

        Assert.NotEqual(hashes[0], hashes[1]);
    }

    [Fact]
    public async Task The_same_request_has_the_same_content_and_another_one_does_not()
    {
        var text = string.Concat(Enumerable.Range(0, 50).Select(i => $"{i:D4} words "));
        string[] others =
        [
            Message("Example", "+447700900123", text),
            Message("Other", "+447700900123", text),
            Message("Example", "+447700900124", text),
            Message("Example", "+447700900123", text + "!"),
            Message("Example", "+447700900123", text, ", \"priority\": 1"),
            Message("Example", "+447700900123", text, ", \"validity_period\": 60"),
            Message("Example", "+447700900123", text, ", \"encoding\": \"ucs2\""),
            Message("Example", "+447700900123", text, $", \"send_at\": \"{DateTimeOffset.UtcNow.AddHours(1):O}\""),
        ];
        var hashes = new List<ulong>();
        foreach (var json in others)
        {
            // The reference that joins the segments is another one each time.
            var first = await ContentAsync(json);
            Assert.Equal(first, await ContentAsync(json));
            hashes.Add(first);
        }

        Assert.Equal(others.Length, hashes.Distinct().Count());
    }

    [Fact]
    public void Names_of_another_account_key_or_place_are_others() =>
        Prop.ForAll<ushort, NonNull<string>, byte>((account, text, index) =>
        {
            var key = string.Concat(text.Get.Where(c => c is > ' ' and < '\x7f').Take(255)) + "k";
            if (key.Length > 255) key = key[..255];
            var name = Appliance.RepeatHash.Name(account, key, index);
            return name != 0 && name == Appliance.RepeatHash.Name(account, key, index)
                && name != Appliance.RepeatHash.Name((ushort)(account + 1), key, index)
                && name != Appliance.RepeatHash.Name(account, key + "x", index)
                && name != Appliance.RepeatHash.Name(account, key, index + 1)
                && name != Appliance.RepeatHash.Name(account, 1, 0, Encoding.ASCII.GetBytes("447700900123"));
        }).QuickCheckThrowOnFailure();

    private static string Message(string from, string to, string body, string more = "") =>
        $$"""{"from": "{{from}}", "to": "{{to}}", "body": "{{body}}"{{more}}}""";

    private async Task<ulong> BatchAsync(string items)
    {
        host.Admission.Messages.Clear();
        Assert.Equal(202, (await PostAsync($$"""{"messages": [{{items}}]}""", "batch")).Status);
        return host.Admission.Messages.Select(message => message.BatchHash).Distinct().Single();
    }

    private async Task<ulong> ContentAsync(string json)
    {
        host.Admission.Messages.Clear();
        Assert.Equal(202, (await PostAsync(json, "content")).Status);
        return Assert.Single(host.Admission.Messages).ContentHash;
    }

    private async Task<Reply> PostAsync(string json, params string[] keys)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/messages")
        {
            Content = new StringContent(json, Encoding.UTF8, "application/json"),
        };
        foreach (var key in keys) request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        return await Reply.OfAsync(await host.Client.SendAsync(request));
    }
}
