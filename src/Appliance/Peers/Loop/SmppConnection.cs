using System.Net.Sockets;
using Codec;

namespace Appliance.Peers.Loop;

/// <summary>
/// Cuts the stream into PDUs and hands them on one by one, in place.
/// </summary>
internal abstract class SmppConnection(EventLoop loop, Socket socket) : StreamConnection(loop, socket)
{
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
        CloseAfterFlush($"command_length {length}: expected {Header.Size} to {LongestPdu}");
    }

    protected sealed override int Consume(Span<byte> received)
    {
        int at = 0;
        while (at < received.Length)
        {
            var rest = received[at..];
            var frame = Frame.Peek(rest, LongestPdu, out var header);
            if (frame == FrameStatus.NeedMore) break;
            if (frame == FrameStatus.BadLength)
            {
                OnBadLength(header.Length);
                return received.Length;
            }
            OnPdu(header.Command, header.Status, header.Sequence, rest[..(int)header.Length]);
            if (IsClosing) return received.Length;
            at += (int)header.Length;
        }
        return at;
    }

    /// <summary>Sends a PDU without a body: enquire_link, unbind, generic_nack, the response of an error.</summary>
    internal void WriteHeader(CommandId command, CommandStatus status, uint sequence)
    {
        new Header(Header.Size, command, status, sequence).Write(Reserve(Header.Size));
        Commit(Header.Size);
    }
}
