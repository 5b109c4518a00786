using System.Buffers.Text;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Codec;

namespace Appliance.Simulator.Smsc;

/// <summary>
/// A pending receipt or mobile-originated message as a PDU. The text is that of appendix B of SMPP 3.4:
/// <c>id:... sub:001 dlvrd:001 submit date:YYMMDDhhmm done date:YYMMDDhhmm stat:DELIVRD err:000 text:</c>, in UTC.
/// </summary>
/// <param name="mobileText">What mobiles write now, # for the message's number.</param>
internal sealed class ReceiptWriter(MessageIds ids, Func<string> mobileText)
{
    /// <summary>Header and fields, two addresses, the text, TLVs with the id again: under 300 octets.</summary>
    internal const int LongestPdu = 512;

    private const int LongestText = 160;
    private const byte EsmClassReceipt = 0x04;
    private const byte EsmClassIntermediate = 0x20;
    private const byte NetworkGsm = 3;
    private const int DateLength = 10;

    private readonly byte[] _submitDate = new byte[DateLength];
    private readonly byte[] _doneDate = new byte[DateLength];
    private int _submitMinute = -1;
    private int _doneMinute = -1;

    internal static int MinuteNow() => (int)(DateTimeOffset.UtcNow.ToUnixTimeSeconds() / 60);

    /// <param name="entry">What to say.</param>
    /// <param name="sequence">sequence_number.</param>
    /// <param name="minuteNow">The done date.</param>
    /// <param name="at">At least <see cref="LongestPdu"/> octets.</param>
    /// <returns>The PDU's length.</returns>
    [SkipLocalsInit]
    internal int Write(in Pending entry, uint sequence, int minuteNow, Span<byte> at)
    {
        if (entry.Kind == PendingKind.MobileOriginated) return WriteMobileOriginated(entry, sequence, at);
        Span<byte> id = stackalloc byte[MessageIds.LongestText];
        id = id[..ids.Write(entry.IdFormat, entry.Id, id)];
        Span<byte> text = stackalloc byte[160];
        text = entry.Form == ReceiptForm.Tlv ? [] : text[..WriteText(entry, id, minuteNow, text)];
        var tlvs = new TlvWriter(stackalloc byte[256]);
        if (entry.Form != ReceiptForm.Text)
        {
            tlvs.AddCString(TlvTag.ReceiptedMessageId, id);
            tlvs.AddByte(TlvTag.MessageState, entry.Outcome.MessageState);
            tlvs.Add(TlvTag.NetworkErrorCode, [NetworkGsm, 0, entry.Outcome.Error]);
        }
        if (entry.Place != ReceiptPlace.DeliverSm && text.Length > 0)
        {
            tlvs.Add(TlvTag.MessagePayload, text);
            text = [];
        }
        return entry.Place == ReceiptPlace.DataSm
            ? WriteDataSm(entry, sequence, tlvs.Written, at)
            : WriteDeliverSm(entry, sequence, text, tlvs.Written, at);
    }

    private static byte EsmClass(in Pending entry) =>
        entry.Outcome.MessageState == 1 ? EsmClassIntermediate : EsmClassReceipt;

    private static int WriteDeliverSm(
        in Pending entry, uint sequence, ReadOnlySpan<byte> text, ReadOnlySpan<byte> tlvs, Span<byte> at)
    {
        var deliver = new DeliverSm
        {
            SourceAddrTon = entry.Source.Ton,
            SourceAddrNpi = entry.Source.Npi,
            SourceAddr = entry.Source.Text,
            DestAddrTon = entry.Destination.Ton,
            DestAddrNpi = entry.Destination.Npi,
            DestinationAddr = entry.Destination.Text,
            EsmClass = EsmClass(entry),
            ShortMessage = text,
            Tlvs = new TlvReader(tlvs),
        };
        return deliver.Write(at, sequence);
    }

    private static int WriteDataSm(in Pending entry, uint sequence, ReadOnlySpan<byte> tlvs, Span<byte> at)
    {
        var data = new DataSm
        {
            SourceAddrTon = entry.Source.Ton,
            SourceAddrNpi = entry.Source.Npi,
            SourceAddr = entry.Source.Text,
            DestAddrTon = entry.Destination.Ton,
            DestAddrNpi = entry.Destination.Npi,
            DestinationAddr = entry.Destination.Text,
            EsmClass = EsmClass(entry),
            Tlvs = new TlvReader(tlvs),
        };
        return data.Write(at, sequence);
    }

    private int WriteText(in Pending entry, ReadOnlySpan<byte> id, int minuteNow, Span<byte> at)
    {
        int length = Put(at, 0, "id:"u8);
        length = Put(at, length, id);
        length = Put(at, length, entry.Outcome.MessageState == 2 ? " sub:001 dlvrd:001 submit date:"u8
            : " sub:001 dlvrd:000 submit date:"u8);
        length = Put(at, length, Date(entry.SubmitMinute, ref _submitMinute, _submitDate));
        length = Put(at, length, " done date:"u8);
        length = Put(at, length, Date(minuteNow, ref _doneMinute, _doneDate));
        length = Put(at, length, " stat:"u8);
        length += Encoding.ASCII.GetBytes(entry.Outcome.Stat, at[length..]);
        length = Put(at, length, " err:"u8);
        Utf8Formatter.TryFormat(entry.Outcome.Error, at[length..], out int written, new('D', 3));
        return Put(at, length + written, " text:"u8);
    }

    private static int Put(Span<byte> at, int length, ReadOnlySpan<byte> text)
    {
        text.CopyTo(at[length..]);
        return length + text.Length;
    }

    private static ReadOnlySpan<byte> Date(int minute, ref int cachedMinute, byte[] cached)
    {
        if (minute == cachedMinute) return cached;
        cachedMinute = minute;
        DateTime.UnixEpoch.AddMinutes(minute)
            .TryFormat(cached, out _, "yyMMddHHmm", CultureInfo.InvariantCulture);
        return cached;
    }

    private int WriteMobileOriginated(in Pending entry, uint sequence, Span<byte> at)
    {
        string written = mobileText().Replace(
            "#", entry.Id.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
        byte[] text = Encoding.ASCII.GetBytes(written.Length > LongestText ? written[..LongestText] : written);
        var deliver = new DeliverSm
        {
            SourceAddrTon = entry.Source.Ton,
            SourceAddrNpi = entry.Source.Npi,
            SourceAddr = entry.Source.Text,
            DestAddrTon = entry.Destination.Ton,
            DestAddrNpi = entry.Destination.Npi,
            DestinationAddr = entry.Destination.Text,
            ShortMessage = text,
        };
        return deliver.Write(at, sequence);
    }
}
