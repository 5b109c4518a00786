using System.Diagnostics;
using System.Text;
using EndToEnd.Tests.Harness;
using EndToEnd.Tests.Wire;
using Xunit;

namespace EndToEnd.Tests;

/// <summary>
/// What nobody should send. Each gets the answer the specification names, is counted, and costs no one else anything: a
/// bystander's message goes through after each of them.
/// </summary>
public sealed class BadInputTests(BadInputTests.StrictLine fixture)
    : IClassFixture<BadInputTests.StrictLine>, IAsyncLifetime
{
    private readonly Line _line = fixture.Line;
    private RawClient _bystander = null!;
    private double _countedBefore;

    private int Port => _line.Appliance.SmppPort;

    public async Task InitializeAsync()
    {
        _bystander = await RawClient.BoundAsync(Port);
        _countedBefore = await CountedAsync();
    }

    /// <summary>The bystander, bound all the while, still gets its answer and its receipt.</summary>
    public async Task DisposeAsync()
    {
        using (_bystander)
        {
            var id = await _bystander.SubmitAsync("Bystander", "447700900701", "undisturbed");
            await _bystander.PduAsync("the bystander's receipt",
                pdu => pdu.Command == Command.DeliverSm && Receipt.Of(pdu).TlvId == id);
        }
    }

    [Theory]
    [InlineData(0x00000ABCu)]
    [InlineData(0x0000FFFFu)]
    [InlineData(0x7FFFFFFFu)]
    public async Task An_unknown_command_is_nacked_and_the_session_lives(uint command)
    {
        using var client = await RawClient.BoundAsync(Port);
        var nack = await client.RequestAsync(command, [1, 2, 3]);
        Assert.Equal((Command.GenericNack, Status.InvalidCommandId), (nack.Command, nack.Status));
        await LivesAsync(client);
        await WasCountedAsync();
    }

    [Theory]
    [InlineData(0, Status.Ok)]
    [InlineData(1, Status.InvalidReplaceFlag)]
    [InlineData(2, Status.InvalidReplaceFlag)]
    public async Task A_replacement_by_submit_sm_is_refused_and_not_taken_as_a_new_message(byte flag, uint status)
    {
        using var client = await RawClient.BoundAsync(Port);
        var body = Bodies.Submit("Shop", "447700900702", "replace if present");
        // replace_if_present_flag, data_coding, sm_default_msg_id, sm_length and the text end the body.
        body[^("replace if present".Length + 4)] = flag;
        var answer = await client.RequestAsync(Command.SubmitSm, body);
        Assert.Equal((Command.SubmitSm | 0x80000000u, status), (answer.Command, answer.Status));
        if (status == Status.Ok) return;
        await LivesAsync(client);
        await WasCountedAsync();
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(4u)]
    [InlineData(15u)]
    [InlineData(16_385u)]
    [InlineData(0x7FFFFFFFu)]
    [InlineData(0xFFFFFFFFu)]
    public async Task A_bad_command_length_is_nacked_and_ends_the_session(uint length)
    {
        using var client = await RawClient.BoundAsync(Port);
        await client.WriteAsync(new Pdu(Command.EnquireLink, 0, 77, []).ToBytes(length));
        var nack = await client.PduAsync("generic_nack", pdu => pdu.Command == Command.GenericNack);
        Assert.Equal(Status.InvalidCommandLength, nack.Status);
        await client.ClosedAsync();
        await WasCountedAsync();
    }

    [Fact]
    public async Task A_web_browser_is_turned_away()
    {
        using var client = await RawClient.ConnectAsync(Port);
        await client.WriteAsync(Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"));
        await client.ClosedAsync();
        await WasCountedAsync();
    }

    public static TheoryData<string, byte[]> BadTlvs => new()
    {
        { "length beyond the PDU", Bodies.Tlv(0x0204, [0, 1], length: 200) },
        { "sar_total_segments of two octets", [.. Bodies.Tlv(0x020C, [0, 1]), .. Bodies.Tlv(0x020E, [0, 2]), .. Bodies.Tlv(0x020F, [1])] },
    };

    [Theory]
    [MemberData(nameof(BadTlvs))]
    public async Task A_bad_tlv_is_refused_and_the_session_lives(string what, byte[] tlvs)
    {
        using var client = await RawClient.BoundAsync(Port);
        var resp = await client.RequestAsync(Command.SubmitSm,
            Bodies.Submit("Shop", "447700900702", "bad tlv"u8.ToArray(), tlvs: tlvs));
        Assert.Equal(Command.SubmitSm | Command.Resp, resp.Command);
        Assert.True(resp.Status is Status.InvalidTlvStream or Status.InvalidParameterLength or Status.InvalidTlvValue,
            $"{what}: {resp}");
        await LivesAsync(client);
        await WasCountedAsync();
    }

    [Theory]
    [InlineData(Command.QuerySm)]
    [InlineData(Command.CancelSm)]
    [InlineData(Command.ReplaceSm)]
    public async Task A_broken_request_about_a_message_is_refused_and_the_session_lives(uint command)
    {
        using var client = await RawClient.BoundAsync(Port);
        var random = new Random(20261121);
        byte[][] bodies =
        [
            [], [0], [.. Enumerable.Repeat((byte)'9', 300)], Bodies.Query("no id", "Shop"),
            .. Enumerable.Range(0, 40).Select(_ =>
            {
                var noise = new byte[random.Next(1, 120)];
                random.NextBytes(noise);
                return noise;
            }),
        ];
        foreach (var body in bodies)
        {
            var resp = await client.RequestAsync(command, body);
            Assert.Equal(command | Command.Resp, resp.Command);
            Assert.NotEqual(Status.Ok, resp.Status);
        }

        await LivesAsync(client);
        await WasCountedAsync();
    }

    [Fact]
    public async Task An_unknown_tlv_is_no_fault()
    {
        using var client = await RawClient.BoundAsync(Port);
        var resp = await client.RequestAsync(Command.SubmitSm, Bodies.Submit("Shop", "447700900703",
            "a vendor's tlv"u8.ToArray(), tlvs: Bodies.Tlv(0x1501, [1, 2, 3])));
        Assert.Equal(Status.Ok, resp.Status);
        await _line.SubmittedAsync("a vendor's tlv");
    }

    /// <summary>Peers are known to send such; nothing of it can be meant.</summary>
    [Fact]
    public async Task Octets_too_few_for_a_tlv_are_left_out()
    {
        using var client = await RawClient.BoundAsync(Port);
        var resp = await client.RequestAsync(Command.SubmitSm, Bodies.Submit("Shop", "447700900703",
            "trailing octets"u8.ToArray(), tlvs: [0x02, 0x04, 0x00]));
        Assert.Equal(Status.Ok, resp.Status);
        await _line.SubmittedAsync("trailing octets");
    }

    [Fact]
    public async Task An_unterminated_address_is_refused_and_the_session_lives()
    {
        using var client = await RawClient.BoundAsync(Port);
        var body = Bodies.Submit(new string('9', 60), "447700900704", "too long a source");
        var resp = await client.RequestAsync(Command.SubmitSm, body);
        Assert.Equal((Command.SubmitSm | Command.Resp, 0x0Au), (resp.Command, resp.Status));
        await LivesAsync(client);
        // Not a single NUL up to the end.
        resp = await client.RequestAsync(Command.SubmitSm, [0, 1, 1, .. Enumerable.Repeat((byte)'9', 40)]);
        Assert.NotEqual(Status.Ok, resp.Status);
        await LivesAsync(client);
        // A body that ends within its mandatory fields.
        resp = await client.RequestAsync(Command.SubmitSm, Bodies.Submit("Shop", "447700900704", "x")[..20]);
        Assert.NotEqual(Status.Ok, resp.Status);
        await LivesAsync(client);
        await WasCountedAsync();
    }

    [Fact]
    public async Task An_unterminated_bind_is_refused()
    {
        using var client = await RawClient.ConnectAsync(Port);
        var resp = await client.RequestAsync(Command.BindTransceiver, [.. Enumerable.Repeat((byte)'a', 40)]);
        Assert.NotEqual(Status.Ok, resp.Status);
        await WasCountedAsync();
    }

    [Fact]
    public async Task Sm_length_beyond_the_body_is_refused()
    {
        using var client = await RawClient.BoundAsync(Port);
        var body = Bodies.Submit("Shop", "447700900705", "short");
        body[^6] = 200;
        var resp = await client.RequestAsync(Command.SubmitSm, body);
        Assert.Equal(Command.SubmitSm | Command.Resp, resp.Command);
        Assert.True(resp.Status is 0x01 or Status.InvalidCommandLength, resp.ToString());
        await LivesAsync(client);
        await WasCountedAsync();
    }

    [Fact]
    public async Task A_submit_before_the_bind_has_the_wrong_status()
    {
        using var client = await RawClient.ConnectAsync(Port);
        var resp = await client.RequestAsync(Command.SubmitSm, Bodies.Submit("Shop", "447700900706", "too early"));
        Assert.Equal((Command.SubmitSm | Command.Resp, Status.InvalidBindStatus), (resp.Command, resp.Status));
        await WasCountedAsync();
    }

    [Fact]
    public async Task A_submit_on_a_receiver_has_the_wrong_status()
    {
        using var client = await RawClient.BoundAsync(Port, Command.BindReceiver);
        var resp = await client.RequestAsync(Command.SubmitSm, Bodies.Submit("Shop", "447700900707", "wrong way"));
        Assert.Equal((Command.SubmitSm | Command.Resp, Status.InvalidBindStatus), (resp.Command, resp.Status));
        await WasCountedAsync();
    }

    [Fact]
    public async Task A_wrong_password_is_refused()
    {
        using var client = await RawClient.ConnectAsync(Port);
        var resp = await client.RequestAsync(Command.BindTransceiver, Bodies.Bind("demo", "wrong"));
        Assert.True(resp.Status is Status.InvalidPassword or Status.BindFailed, resp.ToString());
        using var other = await RawClient.ConnectAsync(Port);
        resp = await other.RequestAsync(Command.BindTransceiver, Bodies.Bind("nobody", "demo"));
        Assert.True(resp.Status is Status.InvalidSystemId or Status.InvalidPassword or Status.BindFailed, resp.ToString());
        await WasCountedAsync();
    }

    [Fact]
    public async Task A_second_bind_over_the_limit_is_refused()
    {
        using var first = await RawClient.ConnectAsync(Port);
        Assert.Equal(Status.Ok, (await first.RequestAsync(Command.BindTransceiver, Bodies.Bind("single", "single"))).Status);
        using (var second = await RawClient.ConnectAsync(Port))
        {
            var resp = await second.RequestAsync(Command.BindTransceiver, Bodies.Bind("single", "single"));
            Assert.True(resp.Status is Status.AlreadyBound or Status.BindFailed, resp.ToString());
        }
        await WasCountedAsync();
        await LivesAsync(first);
        await first.RequestAsync(Command.Unbind, []);
        await Until.True("the place is free again", async () =>
        {
            using var third = await RawClient.ConnectAsync(Port);
            return (await third.RequestAsync(Command.BindTransceiver, Bodies.Bind("single", "single"))).Status == Status.Ok;
        });
    }

    [Fact]
    public async Task A_second_bind_on_a_bound_session_is_refused()
    {
        using var client = await RawClient.BoundAsync(Port);
        var resp = await client.RequestAsync(Command.BindTransceiver, Bodies.Bind("demo", "demo"));
        Assert.Equal(Status.AlreadyBound, resp.Status);
        await LivesAsync(client);
    }

    [Fact]
    public async Task Half_a_pdu_and_silence_is_dropped_after_the_timer()
    {
        var half = new Pdu(Command.BindTransceiver, 0, 1, Bodies.Bind("demo", "demo")).ToBytes()[..20];
        using var unbound = await RawClient.ConnectAsync(Port);
        using var bound = await RawClient.BoundAsync(Port);
        bound.AnswerEnquiries = false;
        var clock = Stopwatch.StartNew();
        await unbound.WriteAsync(half);
        await bound.WriteAsync(half);
        await unbound.ClosedAsync(TimeSpan.FromSeconds(10));
        Assert.True(clock.Elapsed > TimeSpan.FromSeconds(0.5), "closed before session_init_timer");
        await bound.ClosedAsync(TimeSpan.FromSeconds(15));
        await WasCountedAsync();
    }

    [Fact]
    public async Task A_response_nobody_waits_for_is_ignored()
    {
        using var client = await RawClient.BoundAsync(Port);
        await client.WriteAsync(new Pdu(Command.DeliverSm | Command.Resp, 0, 123_456, [0]).ToBytes());
        await client.WriteAsync(new Pdu(Command.SubmitSm | Command.Resp, 0, 7, [0]).ToBytes());
        await client.WriteAsync(new Pdu(Command.GenericNack, 3, 8, []).ToBytes());
        await LivesAsync(client);
    }

    [Fact]
    public async Task A_client_that_never_reads_is_cut_and_memory_stays_bounded()
    {
        var before = ResidentMegabytes();
        using var deaf = await RawClient.ConnectAsync(Port, reading: false);
        await deaf.WriteAsync(new Pdu(Command.BindTransceiver, 0, 1, Bodies.Bind("demo", "demo")).ToBytes());
        var most = await FloodUntilCutAsync(deaf, TimeSpan.FromSeconds(60));
        Assert.True(most - before < 300, $"resident memory rose from {before} to {most} MB");
        await WasCountedAsync();
    }

    /// <summary>Writes submit_sm after submit_sm until the other side gives up; the most memory seen, in MB.</summary>
    private async Task<long> FloodUntilCutAsync(RawClient deaf, TimeSpan limit)
    {
        // The flood's messages go nowhere: no route begins with 1.
        var flood = Enumerable.Range(0, 200).SelectMany(i =>
            new Pdu(Command.SubmitSm, 0, (uint)i + 2, Bodies.Submit("Shop", "1555", "flood")).ToBytes()).ToArray();
        var most = 0L;
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < limit)
        {
            try
            {
                var write = deaf.WriteAsync(flood);
                while (await Task.WhenAny(write, Task.Delay(200)) != write && clock.Elapsed < limit)
                    most = Math.Max(most, ResidentMegabytes());
                if (!write.IsCompleted)
                    break;
                await write;
            }
            catch (System.Net.Sockets.SocketException)
            {
                return Math.Max(most, ResidentMegabytes());
            }
        }
        Assert.Fail($"not cut within {limit.TotalSeconds} s");
        return most;
    }

    private long ResidentMegabytes()
    {
        using var process = Process.GetProcessById(_line.Appliance.ProcessId);
        return process.WorkingSet64 >> 20;
    }

    private static async Task LivesAsync(RawClient client) =>
        Assert.Equal(Status.Ok, (await client.RequestAsync(Command.EnquireLink, [])).Status);

    private async Task<double> CountedAsync() =>
        (await _line.Appliance.MetricsAsync()).Sum("sms_bad_input_total", "protocol=\"smpp\"");

    private Task WasCountedAsync() =>
        Until.True("it is counted in sms_bad_input_total", async () => await CountedAsync() > _countedBefore);

    /// <summary>Short timers, an account with a single bind, and no route for numbers that begin with 1.</summary>
    public sealed class StrictLine : LineFixture
    {
        private protected override Task<Line> StartAsync() => Line.StartAsync(port => new Settings
        {
            Smpp = new() { SessionInitTimer = 1, EnquireLinkTimer = 2, ResponseTimer = 2, InactivityTimer = 8 },
            Accounts =
            [
                new("demo", new("demo", "demo", MaxBinds: 50), new("demo-key")),
                new("single", new("single", "single", MaxBinds: 1), new("single-key")),
            ],
            Carriers = [new("alpha", port)],
            Routes = [new("44", "alpha")],
        }, new { alpha = new { } });
    }
}
