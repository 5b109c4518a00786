using System.Text;
using Codec;

namespace Appliance.Tests.Ingress;

/// <summary>submit_sm PDUs for tests.</summary>
internal static class Submits
{
    public static byte[] Pdu(
        string from = "Shop", string to = "447700900123", string text = "hello", string schedule = "",
        string validity = "", byte[]? tlvs = null, byte esmClass = 0, string service = "", byte registered = 1)
    {
        var pdu = new byte[1024 + text.Length + (tlvs?.Length ?? 0)];
        var length = new SubmitSm
        {
            ServiceType = Encoding.ASCII.GetBytes(service),
            SourceAddrTon = 5,
            SourceAddr = Encoding.ASCII.GetBytes(from),
            DestAddrTon = 1,
            DestAddrNpi = 1,
            DestinationAddr = Encoding.ASCII.GetBytes(to),
            EsmClass = esmClass,
            PriorityFlag = 2,
            ScheduleDeliveryTime = Encoding.ASCII.GetBytes(schedule),
            ValidityPeriod = Encoding.ASCII.GetBytes(validity),
            RegisteredDelivery = registered,
            DataCoding = 3,
            ShortMessage = Encoding.Latin1.GetBytes(text),
            Tlvs = new TlvReader(tlvs ?? []),
        }.Write(pdu, 7);
        return pdu[..length];
    }

    public static byte[] Body(byte[] pdu) => pdu[Header.Size..];

    public static byte[] Reference(ushort reference, params (TlvTag Tag, byte Value)[] more)
    {
        var tlvs = new TlvWriter(new byte[64]);
        tlvs.AddUInt16(TlvTag.UserMessageReference, reference);
        foreach (var (tag, value) in more) tlvs.AddByte(tag, value);
        return tlvs.Written.ToArray();
    }
}
