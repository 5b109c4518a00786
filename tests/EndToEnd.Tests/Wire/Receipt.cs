using System.Buffers.Binary;
using System.Text;
using System.Text.RegularExpressions;

namespace EndToEnd.Tests.Wire;

/// <summary>What a deliver_sm with esm_class 0x04 says, in text (SMPP 3.4 Appendix B) and in its TLVs.</summary>
internal sealed partial record Receipt(string Id, string Stat, string? TlvId, byte? TlvState, byte[]? NetworkErrorCode)
{
    public static Receipt Of(Pdu deliver)
    {
        var at = 0;
        SkipString(deliver.Body, ref at);            // service_type
        at += 2;
        SkipString(deliver.Body, ref at);            // source_addr
        at += 2;
        SkipString(deliver.Body, ref at);            // destination_addr
        at += 3;                                     // esm_class, protocol_id, priority_flag
        SkipString(deliver.Body, ref at);            // schedule_delivery_time
        SkipString(deliver.Body, ref at);            // validity_period
        at += 4;                                     // registered_delivery .. sm_default_msg_id
        var text = Encoding.Latin1.GetString(deliver.Body, at + 1, deliver.Body[at]);
        var tlvs = ReadTlvs(deliver.Body.AsSpan(at + 1 + deliver.Body[at]));
        return new Receipt(
            Field(IdField(), text),
            Field(StatField(), text),
            tlvs.TryGetValue(0x001E, out var id) ? Encoding.Latin1.GetString(id).TrimEnd('\0') : null,
            tlvs.TryGetValue(0x0427, out var state) ? state[0] : null,
            tlvs.GetValueOrDefault((ushort)0x0423));
    }

    private static Dictionary<ushort, byte[]> ReadTlvs(ReadOnlySpan<byte> rest)
    {
        var tlvs = new Dictionary<ushort, byte[]>();
        while (rest.Length >= 4)
        {
            var length = BinaryPrimitives.ReadUInt16BigEndian(rest[2..]);
            tlvs[BinaryPrimitives.ReadUInt16BigEndian(rest)] = rest.Slice(4, length).ToArray();
            rest = rest[(4 + length)..];
        }
        return tlvs;
    }

    private static void SkipString(byte[] body, ref int at) => at = Array.IndexOf(body, (byte)0, at) + 1;

    private static string Field(Regex field, string text) => field.Match(text).Groups[1].Value;

    [GeneratedRegex(@"^id:(\S+)")]
    private static partial Regex IdField();

    [GeneratedRegex(@" stat:(\S+)")]
    private static partial Regex StatField();
}
