using Codec;

namespace Appliance.Simulator.Esme;

/// <summary>What can be wrong with a PDU; each ought to have its own answer.</summary>
internal enum WrongPdu
{
    None,

    /// <summary>A command_id that no version knows: generic_nack, ESME_RINVCMDID.</summary>
    UnknownCommand,

    /// <summary>command_length 8: the stream has no next PDU, the session ends.</summary>
    ShortLength,

    /// <summary>command_length of two gigabytes: likewise, and no memory is reserved for it.</summary>
    HugeLength,

    /// <summary>The destination fills the PDU to its end without its NUL.</summary>
    Unterminated,

    /// <summary>sm_length says more than there is in the PDU.</summary>
    LongBody,

    /// <summary>A TLV's length goes beyond the PDU.</summary>
    BadTlv,

    /// <summary>A destination of letters.</summary>
    BadDestination,

    /// <summary>A response that answers nothing.</summary>
    StrayResponse,

    /// <summary>Half a PDU, then silence.</summary>
    HalfPdu,
}

/// <summary>Makes wrong PDUs out of a right submit_sm.</summary>
internal static class WrongPdus
{
    private const uint NoCommand = 0x0000_0999;
    private const int HugeLength = 0x7FFF_FFFF;

    /// <exception cref="FormatException">Not one of the kinds.</exception>
    internal static WrongPdu Parse(string text) => text switch
    {
        "unknown-command" => WrongPdu.UnknownCommand,
        "short-length" => WrongPdu.ShortLength,
        "huge-length" => WrongPdu.HugeLength,
        "unterminated" => WrongPdu.Unterminated,
        "long-body" => WrongPdu.LongBody,
        "bad-tlv" => WrongPdu.BadTlv,
        "bad-destination" => WrongPdu.BadDestination,
        "stray-response" => WrongPdu.StrayResponse,
        "half-pdu" => WrongPdu.HalfPdu,
        _ => throw new FormatException(
            $"'{text}' is no wrong PDU: expected unknown-command, short-length, huge-length, unterminated, long-body, "
            + "bad-tlv, bad-destination, stray-response or half-pdu"),
    };

    /// <param name="kind">What is to be wrong.</param>
    /// <param name="submit">A right submit_sm; changed in place where that is enough.</param>
    /// <param name="destinationAt">Where its destination_addr is.</param>
    /// <param name="at">Room for the PDU and a TLV.</param>
    /// <returns>How many bytes to send.</returns>
    internal static int Write(WrongPdu kind, ReadOnlySpan<byte> submit, int destinationAt, Span<byte> at)
    {
        submit.CopyTo(at);
        var header = Header.Read(submit);
        int length = submit.Length;
        switch (kind)
        {
            case WrongPdu.UnknownCommand:
                (header with { Command = (CommandId)NoCommand }).Write(at);
                break;
            case WrongPdu.ShortLength:
                (header with { Length = 8 }).Write(at);
                break;
            case WrongPdu.HugeLength:
                (header with { Length = HugeLength }).Write(at);
                break;
            case WrongPdu.Unterminated:
                length = destinationAt + 4;
                (header with { Length = (uint)length }).Write(at);
                break;
            case WrongPdu.LongBody:
                length -= 10;
                (header with { Length = (uint)length }).Write(at);
                break;
            case WrongPdu.BadTlv:
                ReadOnlySpan<byte> tlv = [0x02, 0x04, 0xFF, 0xFF, 0x01];
                tlv.CopyTo(at[length..]);
                length += tlv.Length;
                (header with { Length = (uint)length }).Write(at);
                break;
            case WrongPdu.BadDestination:
                "abc"u8.CopyTo(at[destinationAt..]);
                break;
            case WrongPdu.StrayResponse:
                length = Header.Size;
                new Header(Header.Size, CommandId.DeliverSmResp, CommandStatus.ESME_ROK, header.Sequence).Write(at);
                break;
            case WrongPdu.HalfPdu:
                length /= 2;
                break;
        }
        return length;
    }
}
