using EndToEnd.Tests.Harness;
using EndToEnd.Tests.Wire;
using Xunit;

namespace EndToEnd.Tests;

/// <summary>A receipt waits for its client: over the client's disconnects and over our own death.</summary>
public sealed class ReceiptKeepingTests
{
    [Fact]
    public async Task A_receipt_waits_while_its_client_is_away()
    {
        await using var line = await Line.StartAsync(new { receipt_delay = 500 });
        var id = await SubmitAndLeaveAsync(line, "gone before the receipt");
        await line.Appliance.MessageInStatusAsync(id, "delivered");
        using var back = await RawClient.BoundAsync(line.Appliance.SmppPort);
        await ReceiptAsync(back, id);
    }

    [Fact]
    public async Task A_receipt_outlives_kill_9()
    {
        await using var line = await Line.StartAsync(new { receipt_delay = 300 });
        var ids = new List<string>();
        for (var i = 0; i < 20; i++)
            ids.Add(await SubmitAndLeaveAsync(line, $"kept over a restart {i}"));
        foreach (var id in ids)
            await line.Appliance.MessageInStatusAsync(id, "delivered");

        line.Appliance.Kill();
        await line.Appliance.StartAgainAsync();

        using var back = await RawClient.BoundAsync(line.Appliance.SmppPort);
        foreach (var id in ids)
            await ReceiptAsync(back, id);
    }

    [Fact]
    public async Task A_receipt_that_was_not_answered_comes_again()
    {
        await using var line = await Line.StartAsync();
        using (var mute = await RawClient.BoundAsync(line.Appliance.SmppPort, answering: false))
        {
            var id = await mute.SubmitAsync("Shop", "447700900402", "taken but not answered");
            await ReceiptAsync(mute, id);
            mute.Abort();
            using var back = await RawClient.BoundAsync(line.Appliance.SmppPort);
            await ReceiptAsync(back, id);
        }
    }

    [Fact]
    public async Task An_answered_receipt_does_not_come_again()
    {
        await using var line = await Line.StartAsync();
        using var client = await RawClient.BoundAsync(line.Appliance.SmppPort);
        var first = await client.SubmitAsync("Shop", "447700900403", "answered");
        await ReceiptAsync(client, first);
        // The answer is journaled before anything that comes after it on the same session.
        var second = await client.SubmitAsync("Shop", "447700900403", "a later one");
        await ReceiptAsync(client, second);
        line.Appliance.Kill();
        await line.Appliance.StartAgainAsync();
        using var back = await RawClient.BoundAsync(line.Appliance.SmppPort);
        var third = await back.SubmitAsync("Shop", "447700900403", "after the restart");
        await ReceiptAsync(back, third);
        Assert.DoesNotContain(back.Received, pdu =>
            pdu.Command == Command.DeliverSm && Receipt.Of(pdu).TlvId == first);
    }

    private static async Task<string> SubmitAndLeaveAsync(Line line, string text)
    {
        // What it does not answer, among it earlier messages' receipts, stays ours to deliver.
        using var client = await RawClient.BoundAsync(line.Appliance.SmppPort, answering: false);
        var id = await client.SubmitAsync("Shop", "447700900401", text);
        client.Abort();
        return id;
    }

    private static async Task ReceiptAsync(RawClient client, string id)
    {
        var deliver = await client.PduAsync($"receipt of {id}",
            pdu => pdu.Command == Command.DeliverSm && Receipt.Of(pdu).TlvId == id);
        var receipt = Receipt.Of(deliver);
        Assert.Equal(id, receipt.Id);
        Assert.Equal("DELIVRD", receipt.Stat);
        Assert.Equal((byte)2, receipt.TlvState);
        Assert.Equal(3, receipt.NetworkErrorCode?.Length);
    }
}
