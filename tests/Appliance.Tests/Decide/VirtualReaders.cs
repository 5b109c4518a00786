using System.Globalization;
using System.Text;
using Codec;
using Store;

namespace Appliance.Tests.Decide;

/// <summary>What the ESME and the carriers do with what reaches them.</summary>
internal sealed partial class VirtualWorld
{
    /// <summary>Everyone reads what has left, and answers or not.</summary>
    private void Read()
    {
        for (var carrier = 0; carrier < 2; carrier++)
        {
            for (var session = 0; session < Sessions; session++)
            {
                if (_links[carrier, session] is not { } link) continue;
                foreach (var (header, pdu, release) in Take(link)) Respond(carrier, link, in header, pdu, release);
                if (link.IsClosed) Drop(carrier, session, link);
            }
        }

        ReadRetired();
        if (_esme is not { } esme) return;
        foreach (var (header, pdu, _) in Take(esme))
        {
            if (header.Command == CommandId.SubmitSmResp && header.Status == CommandStatus.ESME_ROK && SubmitSmResp.TryRead(pdu, out var response) == 0)
                Messages[(int)header.Sequence].Id = Encoding.ASCII.GetString(response.MessageId);
            else if (header.Command == CommandId.DeliverSm) Tell(esme, in header, pdu);
        }

        if (!esme.IsClosed) return;
        _esme = null;
        Event(EventKind.EsmeUnbound, esme, (ref Slot _) => { });
    }

    private static (Header Header, byte[] Pdu, int Release)[] Take(VirtualPeer peer)
    {
        var received = peer.Received.Zip(peer.Releases, (one, release) => (one.Header, one.Pdu, release)).ToArray();
        peer.Received.Clear();
        peer.Releases.Clear();
        return received;
    }

    private void Tell(VirtualPeer esme, in Header header, byte[] pdu)
    {
        if (!IsCalm && _random.Next(10) == 0) return;
        DeliverSm.TryRead(pdu, out var deliver);
        deliver.Tlvs.TryFind(TlvTag.ReceiptedMessageId, out var id);
        var again = !IsCalm && _random.Next(10) == 0;
        if (id.IsEmpty && !again) Took(Encoding.ASCII.GetString(deliver.ShortMessage));
        else if (!again) Told.Add(Encoding.ASCII.GetString(id.TrimEnd((byte)0)));
        var sequence = header.Sequence;
        Event(EventKind.NoticeResponse, esme, (ref Slot slot) =>
        {
            slot.Sequence = sequence;
            slot.Status = (uint)(!again ? CommandStatus.ESME_ROK
                : sequence % 2 == 0 ? CommandStatus.ESME_RTHROTTLED : CommandStatus.ESME_RSYSERR);
        });
    }

    private void Respond(int carrier, VirtualPeer link, in Header header, byte[] pdu, int release)
    {
        if (header.Command == CommandId.DeliverSmResp && !_unanswered.Remove(header.Sequence))
            Answered(in header, release);
        if (header.Command != CommandId.SubmitSm) return;
        SubmitSm.TryRead(pdu, out var submit);
        var (message, part) = Arrive(carrier, Encoding.ASCII.GetString(submit.ShortMessage));
        CheckOptOut(message, part, release);
        var dice = IsCalm ? 0 : _random.Next(20);
        // 17: never answered. 18: taken, but the answer is lost with the session later.
        var status = dice switch
        {
            14 => CommandStatus.ESME_RTHROTTLED,
            15 => CommandStatus.ESME_RSYSERR,
            16 => CommandStatus.ESME_RINVSRCADR,
            13 => CommandStatus.ESME_RINVDSTADR,
            // Some fail so often that their pauses get long.
            < 13 and > 0 when message.Token % 11 == 0 => CommandStatus.ESME_RSYSERR,
            _ => CommandStatus.ESME_ROK,
        };
        // Of one that its route does not have any more nothing is kept.
        var isKnown = (_configured >> carrier & 1) != 0;
        if (isKnown && status == CommandStatus.ESME_RINVSRCADR) _refusals.Add((message, part, carrier));
        var (id, receiptId) = NextId(carrier);
        if (status == CommandStatus.ESME_ROK && dice != 17)
        {
            message.Taken[part]++;
            if (submit.RegisteredDelivery != 0 && id.Length > 0)
            {
                message.ReceiptIds.Add(receiptId);
                _receipts.Add((carrier, receiptId, AddressHash.Of(submit.DestinationAddr)));
            }
        }

        if (dice is 17 or 18) return;
        // Now and then the receipt overtakes the response.
        if (_receipts.Count > 0 && _random.Next(8) == 0) Receipt();
        var sequence = header.Sequence;
        Event(EventKind.CarrierResponse, link, (ref Slot slot) =>
        {
            slot.Sequence = sequence;
            slot.Status = (uint)status;
            var octets = status == CommandStatus.ESME_ROK ? Encoding.ASCII.GetBytes(id) : [];
            octets.CopyTo(slot.Allocate(octets.Length));
        });
    }

    /// <summary>The id of a carrier's answer, now and then none, and the same in its receipt.</summary>
    private (string Answer, string Receipt) NextId(int carrier)
    {
        var number = ++_ids;
        if (_random.Next(40) == 0) return ("", "");
        if (carrier > 0 || !_isInBases)
        {
            var id = $"{carrier}x{number:x}";
            return (id, id);
        }

        // Far from the small numbers, whose digits would be another's in the other base.
        var value = 0x5F00_0000L + number;
        return (value.ToString("X", CultureInfo.InvariantCulture), value.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>What must hold of a message when a carrier sees it.</summary>
    private (VirtualMessage Message, int Part) Arrive(int carrier, string text)
    {
        var words = text.Split(' ');
        var message = Messages[int.Parse(words[1], CultureInfo.InvariantCulture)];
        if (message.Due > _now / 1000 && words[0] != "changed")
            throw new InvalidOperationException($"{message.Id} went out before its time");
        if (message.Cancelled) throw new InvalidOperationException($"{message.Id} went out though it was taken back");
        if (message.ErasedAt != 0) throw new InvalidOperationException($"{message.Id} went out though it was erased");
        if (message.Replaced && words[0] != "changed")
            throw new InvalidOperationException($"{message.Id} went out with its old body");
        var part = words[0].StartsWith("part", StringComparison.Ordinal)
            ? int.Parse(words[0].AsSpan(4), CultureInfo.InvariantCulture) : 1;
        if (message.RefusedBy.Contains((part, carrier)))
        {
            var position = MessageId.TryParse(Encoding.ASCII.GetBytes(message.Id!), out var at, out _, out _) ? at : 0;
            throw new InvalidOperationException(
                $"{message.Id} went to carrier {carrier + 1} again, which won't have it: {Log.Trace(position)}");
        }

        return (message, part);
    }
}
