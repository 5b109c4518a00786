using Codec;

namespace Appliance.Decide;

/// <summary>What waits in memory goes to the account's sessions, as far as their windows have room.</summary>
public sealed partial class Notices
{
    /// <summary>
    /// Octets above which a mobile's message goes out alone: a window full of such would look as if the ESME did not
    /// read.
    /// </summary>
    private const int LongBody = 4096;

    private static readonly long NanosecondsPerTick = 1_000_000_000 / System.Diagnostics.Stopwatch.Frequency;

    /// <summary>Sends what can be sent to sessions with room.</summary>
    public void Pump(long now)
    {
        if (_ready.Count == 0) return;
        foreach (var account in _ready) Pump(account, now);
        _ready.Clear();
    }

    private void Pump(Account account, long now)
    {
        while (account.Notices.Count > 0 && account.NextReady(now) is { } receiver)
        {
            var handle = account.Notices.Head;
            var isInbound = (ledger.Table[handle].Flags & LiveFlags.Inbound) != 0;
            // It stays where it is: others of mobiles must not go before it.
            if (isInbound && !TryForward(handle, receiver, now)) return;
            account.Notices.TakeHead(ledger.Table);
            if (!isInbound) Tell(handle, receiver, now);
        }
    }

    /// <summary>Sends a receipt.</summary>
    private void Tell(int handle, Receiver receiver, long now)
    {
        ref var message = ref ledger.Table[handle];
        var sequence = receiver.Window.Add(handle, now);
        message.Flags |= LiveFlags.NoticeInFlight;
        var room = outgoing.To(receiver.Peer, Outgoing.LongestReceipt);
        var written = _writer.Write(room, sequence, in message);
        receiver.Peer.Unstage(Outgoing.LongestReceipt - written);
        if (message.Ticks == 0) return;
        EndToEnd?.Invoke((System.Diagnostics.Stopwatch.GetTimestamp() - message.Ticks) * NanosecondsPerTick);
        message.Ticks = 0;
    }

    /// <summary>Sends a mobile's message as it came.</summary>
    /// <returns>False where it has to wait: for the batch in which it came, or for the answer to others.</returns>
    private bool TryForward(int handle, Receiver receiver, long now)
    {
        ref var message = ref ledger.Table[handle];
        if (!_bodies.IsReadable(in message)) return false;
        var body = _bodies.Read(in message);
        if (body.Length > LongBody && receiver.Window.Used > 0) return false;
        var length = Header.Size + body.Length;
        var pdu = outgoing.To(receiver.Peer, length);
        var sequence = receiver.Window.Add(handle, now);
        new Header((uint)length, CommandId.DeliverSm, CommandStatus.ESME_ROK, sequence).Write(pdu);
        body.CopyTo(pdu[Header.Size..]);
        message.Flags |= LiveFlags.NoticeInFlight;
        return true;
    }
}
