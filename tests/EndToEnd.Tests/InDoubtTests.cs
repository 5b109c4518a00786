using EndToEnd.Tests.Harness;
using Xunit;

namespace EndToEnd.Tests;

/// <summary>
/// Written to the carrier and never answered: resent and flagged, or given up, as the carrier's policy says.
/// </summary>
public sealed class InDoubtTests
{
    [Fact]
    public async Task An_unanswered_message_is_resent_and_flagged()
    {
        await using var line = await Line.StartAsync(port => Settings(port, "resend"), new { alpha = new { silent = true } });
        var id = await line.Appliance.PostAsync("Shop", "447700900901", "answer me");
        await line.SubmittedAsync("answer me");
        await line.Smsc.SendAsync(new { @do = "set", system_id = "alpha", behaviour = new { } });
        var record = await line.Appliance.MessageInStatusAsync(id, "delivered", TimeSpan.FromSeconds(40));
        Assert.True(Story.SaysDuplicate(record), record.ToJsonString());
        Assert.True(line.Smsc.Events("submit").Count >= 2);
    }

    [Fact]
    public async Task An_unanswered_message_is_not_sent_again_where_the_carrier_says_so()
    {
        await using var line = await Line.StartAsync(port => Settings(port, "fail"), new { alpha = new { silent = true } });
        var id = await line.Appliance.PostAsync("Shop", "447700900902", "answer me");
        // Nobody knows whether the carrier has it: the state says so, and it is final.
        await line.Appliance.MessageInStatusAsync(id, "unknown", TimeSpan.FromSeconds(40));
        Assert.Single(line.Smsc.Events("submit"));
    }

    private static Settings Settings(int port, string inDoubt) => new()
    {
        Carriers = [new("alpha", port) { ResponseTimer = 1, InDoubt = inDoubt, Sessions = 1 }],
        Routes = [new("", "alpha")],
    };
}
