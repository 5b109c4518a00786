using System.Net.Http.Json;
using EndToEnd.Tests.Harness;
using EndToEnd.Tests.Wire;
using Xunit;

namespace EndToEnd.Tests;

/// <summary>Everything we emit, to clients and to carriers, read by tshark without complaint.</summary>
public sealed class CaptureTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Fact]
    public async Task What_we_emit_decodes_clean_in_tshark()
    {
        using var capture = new PcapFile(_folder.File("line.pcap"));
        using var smscTap = new TapToComeLater(capture);
        await using var line = await Line.StartAsync(port => Settings(smscTap.Open(port)), new { alpha = new { resp_id = "hex", receipt_id = "dec" } });
        using var tap = Tap.Start(line.Appliance.SmppPort, capture);

        await TalkAsync(line, tap.Port);

        var ours = $"(tcp.srcport == {tap.Port} || tcp.dstport == {smscTap.Port})";
        var complaints = await TsharkAsync(capture, [tap.Port, smscTap.Port],
            $"{ours} && (_ws.malformed || _ws.unreassembled || _ws.expert.severity >= 0x00600000)", "-V");
        Assert.True(complaints.Length == 0, complaints);

        var commands = (await TsharkAsync(capture, [tap.Port, smscTap.Port], $"{ours} && smpp",
            "-T", "fields", "-e", "smpp.command_id")).Split(['\n', ','], StringSplitOptions.RemoveEmptyEntries).ToHashSet();
        foreach (var command in new[]
        {
            "0x80000009", "0x80000001", "0x80000002", "0x80000004", "0x00000005", "0x80000015", "0x80000006",
            "0x80000000", "0x00000009", "0x00000004", "0x80000005", "0x00000015",
        })
            Assert.Contains(command, commands);
    }

    public void Dispose() => _folder.Dispose();

    private static Settings Settings(int carrierPort) => new()
    {
        Smpp = new() { EnquireLinkTimer = 0.5 },
        Carriers = [new("alpha", carrierPort) { EnquireLinkTimer = 0.5 }],
        Routes = [new("", "alpha")],
    };

    /// <summary>
    /// One of each: binds, a refusal, messages short and long, receipts, enquiries, a nack, an unbind.
    /// </summary>
    private static async Task TalkAsync(Line line, int port)
    {
        using var refused = await RawClient.ConnectAsync(port);
        await refused.RequestAsync(Command.BindTransceiver, Bodies.Bind("demo", "wrong"));
        using var receiver = await RawClient.BoundAsync(port, Command.BindReceiver);
        using var transmitter = await RawClient.BoundAsync(port, Command.BindTransmitter);
        using var client = await RawClient.BoundAsync(port);
        for (var i = 0; i < 10; i++)
            await client.SubmitAsync("Shop", "44770090060" + i, "captured " + i);
        await transmitter.SubmitAsync("Shop", "447700900610", "captured from a transmitter");
        await client.RequestAsync(Command.SubmitSm, Bodies.Submit("Shop", "447700900611", [],
            tlvs: Bodies.Tlv(0x0424, new byte[300])));
        using var posted = await line.Appliance.Http.PostAsJsonAsync("/api/v1/messages",
            new { from = "Shop", to = "447700900612", body = new string('x', 400) });
        posted.EnsureSuccessStatusCode();
        await Until.True("receipts for client and receiver", () => client.Received.Concat(receiver.Received)
            .Count(pdu => pdu.Command == Command.DeliverSm) >= 11);
        await client.PduAsync("an enquire_link of ours", pdu => pdu.Command == Command.EnquireLink);
        await line.Smsc.EventAsync("enquire_link");
        await client.RequestAsync(Command.EnquireLink, []);
        await client.RequestAsync(0x00000ABC, []);
        await client.RequestAsync(Command.Unbind, []);
    }

    private static async Task<string> TsharkAsync(PcapFile capture, int[] ports, string filter, params string[] more)
    {
        var decode = ports.SelectMany(port => new[] { "-d", $"tcp.port=={port},smpp" });
        var (code, output) = await ChildProcess.RunAsync("tshark",
            ["-r", capture.Path, .. decode, "-o", "tcp.check_checksum:false", "-Y", filter, .. more]);
        Assert.True(code == 0, output);
        return string.Join('\n', output.Split('\n').Where(line => !line.StartsWith("Running as user", StringComparison.Ordinal)));
    }

    /// <summary>The carrier's port is known only when the line starts.</summary>
    private sealed class TapToComeLater(PcapFile capture) : IDisposable
    {
        private Tap? _tap;

        public int Port => _tap!.Port;

        public int Open(int target)
        {
            _tap = Tap.Start(target, capture);
            return _tap.Port;
        }

        public void Dispose() => _tap?.Dispose();
    }
}
