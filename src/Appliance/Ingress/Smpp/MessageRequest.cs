using Codec;
using Store;

namespace Appliance.Ingress.Smpp;

/// <summary>A request of an ESME about a message it sent before, with all it said copied out of the PDU.</summary>
internal abstract class MessageRequest(CommandId command, uint sequence, ushort account)
{
    protected ushort Account => account;

    protected uint Sequence => sequence;

    /// <summary>source_addr: it has to be the message's own.</summary>
    protected byte[] Source { get; init; } = [];

    /// <summary>The whole PDU to answer with.</summary>
    public abstract ValueTask<byte[]> AnswerAsync(IMessages messages);

    /// <summary>A response without a body.</summary>
    public byte[] Refuse(CommandStatus status)
    {
        var pdu = new byte[Header.Size];
        new Header(Header.Size, command | (CommandId)0x80000000, status, sequence).Write(pdu);
        return pdu;
    }

    /// <summary>Whether a message_id can be one of ours.</summary>
    protected static bool TryReadId(ReadOnlySpan<byte> text, out UInt128 id) =>
        MessageId.TryParse(text, out id) && MessageId.TryRead(id, out _, out _, out _);

    /// <summary>
    /// The message of that id if it is of that account and from that source; TON and NPI, which ESMEs often leave
    /// out, make no difference.
    /// </summary>
    protected async ValueTask<MessageFacts?> FindAsync(IMessages messages, UInt128 id) =>
        await messages.FindAsync(account, id).ConfigureAwait(false) is { } facts && IsFromSource(facts) ? facts : null;

    protected bool IsFromSource(MessageFacts facts) =>
        SubmitPdu.TryRead(facts.Body.Span, out var submit) && Same(submit.SourceAddr, Source);

    /// <summary>Whether two addresses are the same but for a leading +.</summary>
    protected static bool Same(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other) =>
        WithoutPlus(one).SequenceEqual(WithoutPlus(other));

    private static ReadOnlySpan<byte> WithoutPlus(ReadOnlySpan<byte> address) =>
        address.Length > 0 && address[0] == (byte)'+' ? address[1..] : address;
}
