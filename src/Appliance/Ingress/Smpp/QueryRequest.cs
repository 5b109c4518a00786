using Appliance.Records;
using Codec;

namespace Appliance.Ingress.Smpp;

/// <summary>query_sm (SMPP 3.4 section 4.8).</summary>
internal sealed class QueryRequest : MessageRequest
{
    private readonly UInt128 _id;
    private readonly byte[] _text;

    private QueryRequest(uint sequence, ushort account, in QuerySm query, UInt128 id)
        : base(CommandId.QuerySm, sequence, account)
    {
        _id = id;
        _text = query.MessageId.ToArray();
        Source = query.SourceAddr.ToArray();
    }

    public static (CommandStatus Status, MessageRequest? Request) Read(ushort account, ReadOnlySpan<byte> pdu)
    {
        var status = QuerySm.TryRead(pdu, out var query);
        if (status != CommandStatus.ESME_ROK) return (status, null);
        return TryReadId(query.MessageId, out var id)
            ? (status, new QueryRequest(Header.Read(pdu).Sequence, account, in query, id))
            : (CommandStatus.ESME_RINVMSGID, null);
    }

    public override async ValueTask<byte[]> AnswerAsync(IMessages messages) =>
        await FindAsync(messages, _id).ConfigureAwait(false) is { } facts
            ? Answer(facts)
            : Refuse(CommandStatus.ESME_RQUERYFAIL);

    private byte[] Answer(MessageFacts facts)
    {
        var state = MessageStateOf(facts.State);
        Span<byte> date = stackalloc byte[SmppTime.Length];
        var length = 0;
        // "Where the message has not yet reached a final state this field will contain a single NULL octet."
        if (state.IsFinal())
            length = SmppTime.WriteAbsolute(date, DateTimeOffset.FromUnixTimeMilliseconds(facts.ChangedAt));
        Span<byte> room = stackalloc byte[Header.Size + 128];
        var written = new QuerySmResp
        {
            MessageId = _text,
            FinalDate = date[..Math.Max(0, length)],
            MessageState = (byte)state,
            ErrorCode = facts.Error,
        }.Write(room, Sequence, CommandStatus.ESME_ROK);
        return room[..written].ToArray();
    }

    /// <summary>SMPP 3.4 section 5.2.28 knows no state for what is still scheduled.</summary>
    private static MessageState MessageStateOf(State state) => state switch
    {
        State.Queued or State.Submitted => MessageState.Enroute,
        State.Delivered => MessageState.Delivered,
        State.Expired => MessageState.Expired,
        State.Cancelled => MessageState.Deleted,
        State.Undelivered or State.Failed => MessageState.Undeliverable,
        State.Rejected or State.Blocked => MessageState.Rejected,
        _ => MessageState.Unknown,
    };
}
