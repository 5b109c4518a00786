using System.Diagnostics;
using EndToEnd.Tests.Harness;
using EndToEnd.Tests.Wire;
using Xunit;

namespace EndToEnd.Tests;

/// <summary>How a session lives and dies: timers, enquire_link both ways, unbind, and bytes in any portions.</summary>
public sealed class SessionTests(SessionTests.QuickLine fixture) : IClassFixture<SessionTests.QuickLine>
{
    private readonly Line _line = fixture.Line;

    private int Port => _line.Appliance.SmppPort;

    [Fact]
    public async Task A_connection_that_does_not_bind_is_closed_after_its_timer()
    {
        var clock = Stopwatch.StartNew();
        using var client = await RawClient.ConnectAsync(Port);
        await client.ClosedAsync(TimeSpan.FromSeconds(10));
        Assert.InRange(clock.Elapsed.TotalSeconds, 0.9, 5);
    }

    [Fact]
    public async Task Silence_is_asked_after_and_an_answer_keeps_the_session()
    {
        using var client = await RawClient.BoundAsync(Port);
        await Until.True("three enquire_link of ours",
            () => client.Received.Count(pdu => pdu.Command == Command.EnquireLink) >= 3);
        Assert.False(client.IsClosed);
    }

    [Fact]
    public async Task An_enquiry_without_an_answer_ends_the_session()
    {
        using var client = await RawClient.BoundAsync(Port);
        client.AnswerEnquiries = false;
        var clock = Stopwatch.StartNew();
        await client.ClosedAsync(TimeSpan.FromSeconds(15));
        Assert.Contains(client.Received, pdu => pdu.Command == Command.EnquireLink);
        Assert.True(clock.Elapsed.TotalSeconds > 1.5, "closed before enquire_link_timer and response_timer");
    }

    [Fact]
    public async Task Our_carrier_is_enquired_and_its_enquiry_answered()
    {
        await _line.Smsc.EventAsync("enquire_link", e => (string?)e["system_id"] == "alpha");
        await _line.Smsc.SendAsync(new { @do = "enquire", system_id = "alpha" });
        var answer = await _line.Smsc.EventAsync("enquire_link_answered");
        Assert.Equal(0, (int)answer["status"]!);
    }

    [Fact]
    public async Task An_unbind_is_answered_and_the_connection_closed()
    {
        using var client = await RawClient.BoundAsync(Port);
        var resp = await client.RequestAsync(Command.Unbind, []);
        Assert.Equal((Command.Unbind | Command.Resp, Status.Ok), (resp.Command, resp.Status));
        await client.ClosedAsync();
    }

    [Fact]
    public async Task A_pdu_may_come_octet_by_octet()
    {
        using var client = await RawClient.BoundAsync(Port);
        var sequence = client.NextSequence();
        foreach (var octet in new Pdu(Command.SubmitSm, 0, sequence,
            Bodies.Submit("Shop", "447700900801", "octet by octet")).ToBytes())
            await client.WriteAsync(new[] { octet });
        Assert.Equal(Status.Ok, (await client.AnswerAsync(sequence)).Status);
        await _line.SubmittedAsync("octet by octet");
    }

    [Fact]
    public async Task Many_pdus_may_come_at_once()
    {
        using var client = await RawClient.BoundAsync(Port);
        var sequences = Enumerable.Range(0, 50).Select(_ => client.NextSequence()).ToList();
        await client.WriteAsync(sequences.SelectMany(sequence => new Pdu(Command.SubmitSm, 0, sequence,
            Bodies.Submit("Shop", "447700900802", "all at once")).ToBytes()).ToArray());
        foreach (var sequence in sequences)
            Assert.Equal(Status.Ok, (await client.AnswerAsync(sequence)).Status);
        Assert.Equal(50, client.Received.Where(pdu => pdu.Command == (Command.SubmitSm | Command.Resp))
            .Select(pdu => pdu.FirstString()).Distinct().Count());
    }

    /// <summary>Every timer as short as a test wants it.</summary>
    public sealed class QuickLine : LineFixture
    {
        private protected override Task<Line> StartAsync() => Line.StartAsync(port => new Settings
        {
            Smpp = new() { SessionInitTimer = 1, EnquireLinkTimer = 1, ResponseTimer = 1, InactivityTimer = 10 },
            Carriers = [new("alpha", port) { EnquireLinkTimer = 1 }],
            Routes = [new("", "alpha")],
        }, new { alpha = new { receipt = "none" } });
    }
}
