using System.Globalization;

namespace Operate.Tests.Http;

/// <summary>`priority`, `send_at`, and what they are called in the answer.</summary>
public class ScheduleTests(ApiHost host) : IClassFixture<ApiHost>
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("3", 3)]
    [InlineData("4", null)]
    [InlineData("-1", null)]
    [InlineData("1.0", null)]
    [InlineData("256", null)]
    [InlineData("\"high\"", null)]
    [InlineData("\"1\"", null)]
    [InlineData("null", null)]
    public async Task Priority_is_0_to_3(string json, int? priority)
    {
        host.Admission.Messages.Clear();
        var reply = await host.PostAsync($$"""{"priority": {{json}}, "from": "x", "to": "12345", "body": "x"}""");
        if (priority is null)
        {
            reply.IsProblem(400, "invalid-request");
            Assert.Equal(["priority"], reply.Fields);
            return;
        }

        Assert.Equal(202, reply.Status);
        Assert.Equal(priority, Assert.Single(host.Admission.Messages).Priority);
    }

    [Theory]
    [InlineData(3600, "scheduled")]
    [InlineData(30 * 24 * 3600 - 60, "scheduled")]
    [InlineData(-30, "queued")]
    [InlineData(-90, null)]
    [InlineData(30 * 24 * 3600 + 60, null)]
    public async Task Send_at_is_from_now_to_30_days_ahead(int ahead, string? status)
    {
        host.Admission.Messages.Clear();
        var time = DateTimeOffset.UtcNow.AddSeconds(ahead);
        var reply = await host.PostAsync($$"""
            {"send_at": "{{time:yyyy-MM-ddTHH:mm:ss.fff}}Z", "from": "x", "to": "12345", "body": "x"}
            """);
        if (status is null)
        {
            reply.IsProblem(400, "invalid-request");
            Assert.Equal(["send_at"], reply.Fields);
            return;
        }

        Assert.Equal(202, reply.Status);
        Assert.Equal(status, reply.Json.GetProperty("status").GetString());
        var due = Assert.Single(host.Admission.Messages).DueSeconds;
        // Never early: a part of a second counts as a whole one.
        Assert.Equal(ahead < 0 ? 0 : (uint)Math.Ceiling(time.ToUnixTimeMilliseconds() / 1000.0), due);
    }

    [Theory]
    [InlineData("1")]
    [InlineData("\"tomorrow\"")]
    [InlineData("\"2026-11-21\"")]
    [InlineData("\"2999-11-21T09:30:00\"")]
    [InlineData("\"\"")]
    [InlineData("{}")]
    public async Task Send_at_is_a_time_with_its_offset(string json)
    {
        var reply = await host.PostAsync($$"""{"send_at": {{json}}, "from": "x", "to": "12345", "body": "x"}""");
        reply.IsProblem(400, "invalid-request");
        Assert.Equal(["send_at"], reply.Fields);
        Assert.Contains("RFC 3339", reply.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task In_a_batch_each_has_its_own()
    {
        host.Admission.Messages.Clear();
        var time = DateTimeOffset.UtcNow.AddHours(1).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        var reply = await host.PostAsync($$"""
            {"messages": [{"from": "x", "to": "11111", "body": "1", "send_at": "{{time}}", "priority": 1},
                          {"from": "x", "to": "22222", "body": "2"},
                          {"from": "x", "to": "33333", "body": "3", "priority": 9}]}
            """);
        var results = reply.Json.GetProperty("results").EnumerateArray().ToArray();
        Assert.Equal(["scheduled", "queued", "refused"], results.Select(one => one.GetProperty("status").GetString()));
        Assert.Equal([1, 0], host.Admission.Messages.Select(message => message.Priority));
        Assert.Equal([true, false], host.Admission.Messages.Select(message => message.DueSeconds != 0));
        Assert.Contains("messages[2].priority", reply.Body, StringComparison.Ordinal);
    }
}
