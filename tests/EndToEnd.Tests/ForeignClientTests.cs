using System.Text.RegularExpressions;
using EndToEnd.Tests.Harness;
using Xunit;

namespace EndToEnd.Tests;

/// <summary>A message and its receipt with clients written by others.</summary>
public sealed partial class ForeignClientTests(SimpleLine fixture) : IClassFixture<SimpleLine>
{
    private readonly Line _line = fixture.Line;

    [Fact]
    public async Task A_message_from_npm_smpp_comes_back_as_a_receipt()
    {
        using var esme = JsonPeer.NpmEsme(_line.Appliance.SmppPort);
        var bound = await esme.EventAsync("bound");
        Assert.Equal(0, (int)bound["status"]!);
        Assert.Equal("appliance", (string)bound["system_id"]!);

        await esme.SendAsync(Submit("npm sends this", "447700900101"));
        var submitted = await esme.EventAsync("submitted");
        Assert.Equal(0, (int)submitted["status"]!);
        var id = (string)submitted["message_id"]!;

        var carried = await _line.SubmittedAsync("npm sends this");
        Assert.Equal("447700900101", (string)carried["to"]!);
        Assert.Equal("Shop", (string)carried["from"]!);
        Assert.NotEqual(0, (int)carried["registered_delivery"]!);

        var receipt = await esme.EventAsync("deliver");
        Assert.Equal(4, (int)receipt["esm_class"]! & 0x3C);
        Assert.Equal("447700900101", (string)receipt["from"]!);
        Assert.Equal("Shop", (string)receipt["to"]!);
        Assert.StartsWith($"id:{id} ", (string)receipt["text"]!, StringComparison.Ordinal);
        Assert.Matches(AppendixB(), (string)receipt["text"]!);
        Assert.Equal(id, (string)receipt["receipted_message_id"]!);
        Assert.Equal(2, (int)receipt["message_state"]!);
        Assert.Equal(6, ((string)receipt["network_error_code"]!).Length);

        await _line.Appliance.MessageInStatusAsync(id, "delivered");
        await esme.SendAsync(new { @do = "unbind" });
        Assert.Equal(0, (int)(await esme.EventAsync("unbound"))["status"]!);
    }

    [Fact]
    public async Task A_receipt_that_was_not_asked_for_is_not_sent()
    {
        using var esme = JsonPeer.NpmEsme(_line.Appliance.SmppPort);
        await esme.EventAsync("bound");
        await esme.SendAsync(Submit("nobody asked", "447700900102", registered: 0));
        await esme.EventAsync("submitted");
        await esme.SendAsync(Submit("somebody asked", "447700900102", registered: 1));
        await Until.True("both are taken", () => esme.Events("submitted").Count == 2);
        var receipt = await esme.EventAsync("deliver");
        Assert.Equal((string)esme.Events("submitted")[1]["message_id"]!, (string)receipt["receipted_message_id"]!);
        Assert.Single(esme.Events("deliver"));
    }

    [Fact]
    public async Task A_receiver_gets_the_receipts_of_a_transmitter()
    {
        using var transmitter = JsonPeer.NpmEsme(_line.Appliance.SmppPort, "transmitter");
        using var receiver = JsonPeer.NpmEsme(_line.Appliance.SmppPort, "receiver");
        await transmitter.EventAsync("bound");
        await receiver.EventAsync("bound");
        await transmitter.SendAsync(Submit("from the transmitter", "447700900103"));
        var id = (string)(await transmitter.EventAsync("submitted"))["message_id"]!;
        var receipt = await receiver.EventAsync("deliver", e => (string?)e["receipted_message_id"] == id);
        Assert.Matches(AppendixB(), (string)receipt["text"]!);
        Assert.Empty(transmitter.Events("deliver"));
    }

    [Fact]
    public async Task A_message_from_perl_comes_back_as_a_receipt()
    {
        using var esme = JsonPeer.PerlEsme(_line.Appliance.SmppPort, "Shop", "447700900104", "perl sends this");
        Assert.Equal(0, (int)(await esme.EventAsync("bound"))["status"]!);
        var submitted = await esme.EventAsync("submitted");
        Assert.Equal(0, (int)submitted["status"]!);
        var id = (string)submitted["message_id"]!;
        await _line.SubmittedAsync("perl sends this");
        var receipt = await esme.EventAsync("deliver");
        Assert.StartsWith($"id:{id} ", (string)receipt["text"]!, StringComparison.Ordinal);
        Assert.Matches(AppendixB(), (string)receipt["text"]!);
        // Net::SMPP gives an optional parameter as its octets, the ending NUL among them.
        Assert.Equal(Convert.ToHexString([.. System.Text.Encoding.ASCII.GetBytes(id), 0]),
            (string)receipt["receipted_message_id"]!, ignoreCase: true);
        Assert.Equal("02", (string)receipt["message_state"]!);
        Assert.Equal(0, (int)(await esme.EventAsync("unbound"))["status"]!);
    }

    [Fact]
    public async Task A_message_from_kannel_comes_back_as_a_receipt()
    {
        using var receipts = new ReceiptListener();
        await using var kannel = await Kannel.StartAsync(_line.Appliance.SmppPort);
        var answer = await kannel.SendAsync("Shop", "447700900105", "kannel sends this", receipts.Url);
        Assert.Contains("Accepted", answer, StringComparison.Ordinal);
        var carried = await _line.SubmittedAsync("kannel sends this");
        Assert.Equal("447700900105", (string)carried["to"]!);
        var query = await receipts.NextAsync();
        Assert.Equal("1", query["status"]);
        Assert.Equal("447700900105", query["to"]);
        Assert.Contains("stat:DELIVRD", query["answer"], StringComparison.Ordinal);
    }

    private static object Submit(string text, string to, int registered = 1) => new
    {
        @do = "submit",
        fields = new
        {
            source_addr_ton = 5,
            source_addr = "Shop",
            dest_addr_ton = 1,
            dest_addr_npi = 1,
            destination_addr = to,
            registered_delivery = registered,
            short_message = text,
        },
    };

    // SMPP 3.4 Appendix B, as peers parse it.
    [GeneratedRegex(@"^id:\S+ sub:\d{3} dlvrd:\d{3} submit date:\d{10} done date:\d{10} stat:DELIVRD err:\w{3} text:.*$",
        RegexOptions.IgnoreCase | RegexOptions.Singleline)]
    private static partial Regex AppendixB();
}
