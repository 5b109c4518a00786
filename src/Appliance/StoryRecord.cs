using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Appliance.History;
using Appliance.Ingress;
using Appliance.Money;
using Appliance.Records;
using Codec;
using Store;

namespace Appliance;

/// <summary>A message's story in the words of the API.</summary>
internal static class StoryRecord
{
    private const byte MessageClassGsm = 0xF0;
    private const string Scheduled = "scheduled";

    public static MessageRecord Of(Story story, int node, NameTable carriers, long unixMs)
    {
        var summary = Summary(story, node, carriers, unixMs);
        return new MessageRecord
        {
            MessageId = summary.MessageId,
            Status = summary.Status,
            From = summary.From,
            To = summary.To,
            Body = summary.Body,
            Encoding = summary.Encoding,
            SegmentCount = summary.SegmentCount,
            Priority = summary.Priority,
            PriorityAsked = summary.PriorityAsked,
            CreatedAt = summary.CreatedAt,
            UpdatedAt = summary.UpdatedAt,
            SendAt = summary.SendAt,
            ValidUntil = summary.ValidUntil,
            Carrier = summary.Carrier,
            History = [.. story.Events.Select(one => Event(one, story, carriers))],
        };
    }

    /// <summary>All of the record but its history.</summary>
    public static MessageSummary Summary(Story story, int node, NameTable carriers, long unixMs)
    {
        var first = story.Parts[0];
        SubmitSm.TryRead(Pdu(first.Body), out var submit);
        var last = story.Events[^1];
        return new MessageSummary
        {
            MessageId = Id(first, node),
            Status = story.IsInbound ? InboundStatus(story)
                : story.State == State.Queued && first.Due > unixMs / 1000 ? Scheduled : Name(story.State),
            From = Encoding.Latin1.GetString(submit.SourceAddr),
            To = Encoding.Latin1.GetString(submit.DestinationAddr),
            Body = Text(story, submit.DataCoding),
            Encoding = EncodingName(submit.DataCoding),
            SegmentCount = first.Head.Parts,
            Priority = first.Head.Priority,
            PriorityAsked = first.Head.PriorityAsked == 0 ? null : first.Head.PriorityAsked,
            CreatedAt = Time(first.Head.At),
            UpdatedAt = Time(last.At),
            SendAt = first.Due == 0 ? null : DateTimeOffset.FromUnixTimeSeconds(first.Due),
            ValidUntil = first.Expiry == 0 ? null : DateTimeOffset.FromUnixTimeSeconds(first.Expiry),
            Carrier = carriers.Name(last.Carrier),
        };
    }

    /// <summary>
    /// The last error that a carrier gave, as query_sm_resp's one octet has it (SMPP 3.4 section 4.8.2): 0 where there
    /// was none, or it is no such number.
    /// </summary>
    public static byte ErrorNumber(Story story)
    {
        foreach (var one in story.Events.Reverse())
        {
            if (one.Kind == RecordKind.Responded && one.Code <= byte.MaxValue) return (byte)one.Code;
            if (one.Kind == RecordKind.Receipt)
                return byte.TryParse(Unpack(one.Code), CultureInfo.InvariantCulture, out var number) ? number : (byte)0;
        }

        return 0;
    }

    /// <summary>Of a mobile's message: waiting, kept, delivered, rejected, expired or cancelled.</summary>
    public static string InboundStatus(Story story) =>
        (story.Parts[0].Head.Flags & AcceptedFlags.FromEsme) == 0 ? "kept"
        : story.State == State.Queued ? "waiting"
        : Name(story.State);

    public static Guid Id(StoryPart first, int node)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, MessageId.Create(first.Head.At, node, first.Position));
        return new Guid(bytes, bigEndian: true);
    }

    private static MessageEvent Event(StoryEvent one, Story story, NameTable carriers)
    {
        var reason = Words(one);
        if (story.Parts.Count > 1)
        {
            var part = story.Parts.First(candidate => candidate.Position == one.Accepted).Head.PartNumber;
            reason = string.Create(CultureInfo.InvariantCulture, $"part {part} of {story.Parts.Count}: {reason}");
        }

        return new MessageEvent(Time(one.At), StateName(one), carriers.Name(one.Carrier), Code(one), reason);
    }

    public static string StateName(StoryEvent one) => one.Due != 0 ? Scheduled : Name(one.State);

    public static string? Code(StoryEvent one) => one.Kind switch
    {
        RecordKind.Responded or RecordKind.Noticed => ((CommandStatus)one.Code).ToString(),
        RecordKind.Receipt => Unpack(one.Code),
        RecordKind.Changed when one.Reason == Reason.NoticeRefused => ((CommandStatus)one.Code).ToString(),
        _ => null,
    };

    /// <summary>What happened, in words.</summary>
    public static string Words(StoryEvent one) => one.Kind switch
    {
        RecordKind.Accepted when one.Due != 0 => "accepted and stored; goes out at " + DueTime(one),
        RecordKind.Accepted => "accepted and stored",
        RecordKind.Inbound when one.State == State.Delivered => "a mobile's message, kept for its account to read",
        RecordKind.Inbound => "a mobile's message, stored; it waits for the account's ESME",
        RecordKind.Noticed when one.Reason == Reason.InboundTaken => "the ESME has taken it",
        RecordKind.Noticed when one.Reason == Reason.InboundRefused => "the ESME does not want it",
        RecordKind.Replaced when one.Due != 0 => "replaced by its sender; goes out at " + DueTime(one),
        RecordKind.Replaced => "replaced by its sender",
        RecordKind.HandedOver => string.Create(CultureInfo.InvariantCulture, $"handed to session {one.Session}"),
        RecordKind.Responded when one.Reason is Reason.CarrierAccepted or Reason.CarrierAcceptedLast =>
            one.Text.Length == 0 ? "taken by the carrier, which gave no id" : $"taken by the carrier as {one.Text}",
        RecordKind.Receipt => $"receipt: {((MessageState)one.Session).ToString().ToUpperInvariant()} for {one.Text}",
        RecordKind.Charged => $"charged again with {Micros.Format(one.Amount)}",
        RecordKind.Refunded => $"{Micros.Format(one.Amount)} given back",
        RecordKind.Noticed => "the ESME has taken the receipt",
        _ => Words(one.Reason),
    };

    private static string Words(Reason reason) => reason switch
    {
        Reason.Throttled => "throttled by the carrier; sent again",
        Reason.TransientError => "a passing error at the carrier; sent again later",
        Reason.NextCarrier => "refused by the carrier; the next of the route takes over",
        Reason.Overflow => "asked for fewer by the carrier; another of the route takes over",
        Reason.CarrierFails => "passing errors again and again at the carrier; another of the route takes over",
        Reason.PermanentError => "refused; no other carrier is left",
        Reason.InDoubtResend => "in doubt: no answer came, sent again; possible duplicate",
        Reason.InDoubtFail => "in doubt: no answer came, not sent again",
        Reason.ValidityEnded => "the validity period ended before a carrier took it",
        Reason.CarrierDown => "its carrier has no session; another of the route takes over",
        Reason.ReceiptMissing => "no receipt came in time",
        Reason.SessionError => "the session with the carrier had to be mended; sent again",
        Reason.Cancelled => "taken back by its sender",
        Reason.OptedOut => "its recipient has opted out since it was accepted; it does not go out",
        Reason.Erased => "its number was erased on request",
        Reason.Retried => "an operator lets it go out again",
        Reason.Due => "its time has come",
        Reason.Deferred => "waits for its next try",
        Reason.QuietHours => "it would have gone out in quiet hours; waits for their end",
        Reason.NoticeExpired => "no ESME took the deliver_sm in time; it is not sent any more",
        Reason.NoticeRefused => "the ESME refused the deliver_sm again and again; it is not sent any more",
        Reason.NoticesFull => "too much waited for the account's ESMEs; it is not sent any more",
        _ => reason.ToString(),
    };

    private static string DueTime(StoryEvent one) => DateTimeOffset.FromUnixTimeSeconds(one.Due)
        .ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

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
