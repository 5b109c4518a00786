using System.Globalization;
using System.Text;
using Appliance.History;
using Appliance.Ingress;
using Appliance.Records;
using Codec;
using Store;

namespace Appliance;

/// <summary>A message's story in the words of the API.</summary>
internal static class StoryRecord
{
    private const byte MessageClassGsm = 0xF0;

    public static MessageRecord Of(Guid id, Story story, NameTable carriers)
    {
        var first = story.Parts[0];
        var body = Pdu(first.Body);
        SubmitSm.TryRead(body, out var submit);
        var events = story.Events.Select(one => Event(one, story, carriers)).ToArray();
        var last = story.Events[^1];
        return new MessageRecord
        {
            MessageId = id,
            Status = Name(story.State),
            From = Encoding.Latin1.GetString(submit.SourceAddr),
            To = Encoding.Latin1.GetString(submit.DestinationAddr),
            Body = Text(story, submit.DataCoding),
            Encoding = EncodingName(submit.DataCoding),
            SegmentCount = first.Head.Parts,
            CreatedAt = Time(first.Head.At),
            UpdatedAt = Time(last.At),
            ValidUntil = first.Head.Expiry == 0 ? null : DateTimeOffset.FromUnixTimeSeconds(first.Head.Expiry),
            Carrier = carriers.Name(last.Carrier),
            History = events,
        };
    }

    private static MessageEvent Event(StoryEvent one, Story story, NameTable carriers)
    {
        var reason = Words(one);
        if (story.Parts.Count > 1)
        {
            var part = story.Parts.First(candidate => candidate.Position == one.Accepted).Head.PartNumber;
            reason = string.Create(CultureInfo.InvariantCulture, $"part {part} of {story.Parts.Count}: {reason}");
        }

        return new MessageEvent(Time(one.At), Name(one.State), carriers.Name(one.Carrier), Code(one), reason);
    }

    private static string? Code(StoryEvent one) => one.Kind switch
    {
        RecordKind.Responded or RecordKind.Noticed => ((CommandStatus)one.Code).ToString(),
        RecordKind.Receipt => Unpack(one.Code),
        _ => null,
    };

    private static string Words(StoryEvent one) => one.Kind switch
    {
        RecordKind.Accepted => "accepted and stored",
        RecordKind.HandedOver => string.Create(CultureInfo.InvariantCulture, $"handed to session {one.Session}"),
        RecordKind.Responded when one.Reason == Reason.CarrierAccepted => $"taken by the carrier as {one.Text}",
        RecordKind.Receipt => $"receipt: {((MessageState)one.Session).ToString().ToUpperInvariant()} for {one.Text}",
        RecordKind.Noticed => "the ESME has taken the receipt",
        RecordKind.Replaced => "its sender gave it another body",
        _ => Words(one.Reason),
    };

    private static string Words(Reason reason) => reason switch
    {
        Reason.Throttled => "throttled by the carrier; sent again",
        Reason.TransientError => "a passing error at the carrier; sent again later",
        Reason.NextCarrier => "refused by the carrier; the next of the route takes over",
        Reason.PermanentError => "refused; no other carrier is left",
        Reason.InDoubtResend => "in doubt: no answer came, sent again; possible duplicate",
        Reason.InDoubtFail => "in doubt: no answer came, not sent again",
        Reason.ValidityEnded => "the validity period ended before a carrier took it",
        Reason.CarrierDown => "its carrier has no session; another of the route takes over",
        Reason.ReceiptMissing => "no receipt came in time",
        Reason.SessionError => "the session with the carrier had to be mended; sent again",
        Reason.Cancelled => "taken back by its sender",
        Reason.Retried => "it had failed; an operator lets it go out again",
        Reason.Due => "its time has come",
        _ => reason.ToString(),
    };

    private static string? Text(Story story, byte dataCoding)
    {
        var text = new StringBuilder();
        var characters = new char[512];
        foreach (var part in story.Parts)
        {
            SubmitSm.TryRead(Pdu(part.Body), out var submit);
            var octets = submit.ShortMessage;
            if (octets.IsEmpty) submit.Tlvs.TryFind(TlvTag.MessagePayload, out octets);
            if ((submit.EsmClass & UserDataHeader.EsmClassBit) != 0 && UserDataHeader.TryRead(octets, out var header))
                octets = octets[header.Length..];
            if (octets.Length * 2 > characters.Length) characters = new char[octets.Length * 2];
            var count = Decode(dataCoding, octets, characters);
            if (count < 0) return null;
            text.Append(characters, 0, count);
        }

        return text.ToString();
    }

    /// <returns>Characters, or -1 for what is no text.</returns>
    private static int Decode(byte dataCoding, ReadOnlySpan<byte> octets, Span<char> characters) => dataCoding switch
    {
        0 or MessageClassGsm => Gsm7.Decode(octets, characters),
        1 or 3 => Latin1.Decode(octets, characters),
        8 => Ucs2.Decode(octets, characters),
        _ => -1,
    };

    private static string EncodingName(byte dataCoding) => dataCoding switch
    {
        0 or MessageClassGsm => "gsm7",
        1 or 3 => "latin1",
        8 => "ucs2",
        _ => "binary",
    };

    private static byte[] Pdu(byte[] body)
    {
        var pdu = new byte[Header.Size + body.Length];
        new Header((uint)pdu.Length, CommandId.SubmitSm, CommandStatus.ESME_ROK, 1).Write(pdu);
        body.CopyTo(pdu, Header.Size);
        return pdu;
    }

    private static string Unpack(uint packed)
    {
        Span<char> text = stackalloc char[4];
        var length = 0;
        for (var shift = 24; shift >= 0; shift -= 8)
            if ((byte)(packed >> shift) is var octet and not 0) text[length++] = (char)octet;
        return new string(text[..length]);
    }

    private static string Name(State state) => state.ToString().ToLowerInvariant();

    private static DateTimeOffset Time(long unixMs) => DateTimeOffset.FromUnixTimeMilliseconds(unixMs);
}
