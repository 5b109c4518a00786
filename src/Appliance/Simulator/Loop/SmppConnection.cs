using System.Buffers.Binary;
using System.Net.Sockets;
using Codec;

namespace Appliance.Simulator.Loop;

/// <summary>
/// Cuts the stream into PDUs (SMPP 5.0, 3.1.1):
/// <code>
///  0        4          8              12              16
///  +--------+----------+--------------+---------------+----------------
///  | length |command_id|command_status|sequence_number| mandatory, TLVs
///  +--------+----------+--------------+---------------+----------------
/// </code>
/// </summary>
internal abstract class SmppConnection(EventLoop loop, Socket socket) : StreamConnection(loop, socket)
{
    internal const int HeaderLength = 16;

    /// <summary>The largest TLV value and the mandatory fields of a submit_sm.</summary>
    private const int LongestPdu = 65_536 + 1_024;

    /// <param name="command">command_id.</param>
    /// <param name="status">command_status.</param>
    /// <param name="sequence">sequence_number.</param>
    /// <param name="pdu">The whole PDU, header included.</param>
    protected abstract void OnPdu(CommandId command, CommandStatus status, uint sequence, Span<byte> pdu);

    /// <summary>command_length cannot be: the stream has no next PDU.</summary>
    protected virtual void OnBadLength(uint length)
    {
        WriteHeader(CommandId.GenericNack, CommandStatus.ESME_RINVCMDLEN, 0);
        CloseAfterFlush($"command_length {length}: expected {HeaderLength} to {LongestPdu}");
    }

    protected sealed override int Consume(Span<byte> received)
    {
        int at = 0;
        while (received.Length - at >= HeaderLength)
        {
            var rest = received[at..];
            uint length = BinaryPrimitives.ReadUInt32BigEndian(rest);
            if (length is < HeaderLength or > LongestPdu)
            {
                OnBadLength(length);
                return received.Length;
            }
            if (rest.Length < length) break;
            OnPdu(
                (CommandId)BinaryPrimitives.ReadUInt32BigEndian(rest[4..]),
                (CommandStatus)BinaryPrimitives.ReadUInt32BigEndian(rest[8..]),
                BinaryPrimitives.ReadUInt32BigEndian(rest[12..]),
                rest[..(int)length]);
            if (IsClosing) return received.Length;
            at += (int)length;
        }
        return at;
    }

    /// <summary>Sends a PDU without a body: enquire_link, its response, unbind, generic_nack, an error's response.</summary>
    internal void WriteHeader(CommandId command, CommandStatus status, uint sequence)
    {
        PutHeader(Reserve(HeaderLength), HeaderLength, command, status, sequence);
        Commit(HeaderLength);
    }

    internal static void PutHeader(Span<byte> at, int length, CommandId command, CommandStatus status, uint sequence)
    {
        BinaryPrimitives.WriteUInt32BigEndian(at, (uint)length);
        BinaryPrimitives.WriteUInt32BigEndian(at[4..], (uint)command);
        BinaryPrimitives.WriteUInt32BigEndian(at[8..], (uint)status);
        BinaryPrimitives.WriteUInt32BigEndian(at[12..], sequence);
    }
}
