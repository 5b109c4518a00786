using System.Collections.Concurrent;
using EndToEnd.Tests.Harness;
using EndToEnd.Tests.Wire;

namespace EndToEnd.Tests.Chaos;

/// <summary>
/// Customers who send as long as the appliance lives, and remember what was acknowledged and which receipts came.
/// </summary>
internal sealed class Traffic(Line line)
{
    /// <summary>Messages a session sends in a cycle: enough to be in the middle of it, few enough to be asked for
    /// one by one afterwards.</summary>
    private const int MostInACycle = 400;

    private int _number;

    /// <summary>Message id to the text that was sent under it.</summary>
    public ConcurrentDictionary<string, string> Acknowledged { get; } = new();

    /// <summary>Those that were sent over SMPP: their receipts must come.</summary>
    public ConcurrentDictionary<string, byte> Owed { get; } = new();

    /// <summary>Receipts by message id, and how often each came.</summary>
    public ConcurrentDictionary<string, int> Receipts { get; } = new();

    /// <summary>Refusals by what was said: chaos must be spoken of in the protocol.</summary>
    public ConcurrentDictionary<string, int> Refusals { get; } = new();

    /// <summary>Two SMPP sessions and an HTTP client, until told to stop or until the appliance is gone.</summary>
    public Task SendAsync(CancellationToken stop) =>
        Task.WhenAll(SubmitAsync(stop), SubmitAsync(stop), PostAsync(stop));

    /// <summary>A customer who only listens.</summary>
    public async Task<RawClient> ListenAsync()
    {
        var client = await RawClient.ConnectAsync(line.Appliance.SmppPort);
        client.OnPdu = Take;
        await client.RequestAsync(Command.BindReceiver, Bodies.Bind("demo", "demo"));
        return client;
    }

    private async Task SubmitAsync(CancellationToken stop)
    {
        using var window = new SemaphoreSlim(50);
        var sent = new ConcurrentDictionary<uint, string>();
        try
        {
            using var client = await RawClient.ConnectAsync(line.Appliance.SmppPort);
            client.OnPdu = pdu =>
            {
                if (pdu.Command != (Command.SubmitSm | Command.Resp)) Take(pdu);
                else if (sent.TryRemove(pdu.Sequence, out var text)) Answered(pdu, text, window);
            };
            await client.RequestAsync(Command.BindTransceiver, Bodies.Bind("demo", "demo"));
            for (var count = 0; !client.IsClosed && !stop.IsCancellationRequested;)
            {
                // Those that are through go on listening.
                if (!await window.WaitAsync(100, stop) || count == MostInACycle)
                    continue;
                count++;
                var sequence = client.NextSequence();
                var number = Interlocked.Increment(ref _number);
                sent[sequence] = $"smpp {number}";
                await client.WriteAsync(new Pdu(Command.SubmitSm, 0, sequence,
                    Bodies.Submit("Chaos", $"4477009{number % 1000:00000}", sent[sequence])).ToBytes());
            }
        }
        catch (Exception e) when (IsDeath(e))
        {
            // It died, as it was meant to.
        }
    }

    private void Answered(Pdu pdu, string text, SemaphoreSlim window)
    {
        if (pdu.Status == Status.Ok)
        {
            Acknowledged[pdu.FirstString()] = text;
            Owed[pdu.FirstString()] = 0;
        }
        else
        {
            Refusals.AddOrUpdate($"submit_sm_resp 0x{pdu.Status:x}", 1, (_, n) => n + 1);
        }
        window.Release();
    }

    private async Task PostAsync(CancellationToken stop)
    {
        try
        {
            for (var count = 0; count < MostInACycle && !stop.IsCancellationRequested; count++)
            {
                var number = Interlocked.Increment(ref _number);
                var text = $"http {number}";
                var (status, id) = await line.Appliance.TryPostAsync("Chaos", $"4477008{number % 1000:00000}", text, stop);
                if (id is not null) Acknowledged[id] = text;
                else Refusals.AddOrUpdate($"HTTP {status}", 1, (_, n) => n + 1);
            }
        }
        catch (Exception e) when (IsDeath(e))
        {
            // It died, as it was meant to.
        }
    }

    private void Take(Pdu pdu)
    {
        if (pdu.Command == Command.DeliverSm && Receipt.Of(pdu).TlvId is { Length: > 0 } id)
            Receipts.AddOrUpdate(id, 1, (_, n) => n + 1);
    }

    private static bool IsDeath(Exception e) => e is System.Net.Sockets.SocketException or OperationCanceledException
        or HttpRequestException or IOException or Xunit.Sdk.XunitException;
}
