using Appliance.Records;
using Codec;

namespace Appliance.Ingress.Smpp;

/// <summary>
/// cancel_sm (SMPP 3.4 section 4.9): one message by its id, or all that wait from a source for a destination.
/// </summary>
internal sealed class CancelRequest : MessageRequest
{
    /// <summary>Messages to a destination that are looked at, the newest.</summary>
    private const int MostOfDestination = 1000;

    /// <summary>Cancellations in the ring at once.</summary>
    private const int MostAtOnce = 32;

    private readonly UInt128? _id;
    private readonly byte[] _serviceType;
    private readonly byte[] _destination;

    private CancelRequest(uint sequence, ushort account, in CancelSm cancel, UInt128? id)
        : base(CommandId.CancelSm, sequence, account)
    {
        _id = id;
        _serviceType = cancel.ServiceType.ToArray();
        _destination = cancel.DestinationAddr.ToArray();
        Source = cancel.SourceAddr.ToArray();
    }

    public static (CommandStatus Status, MessageRequest? Request) Read(ushort account, ReadOnlySpan<byte> pdu)
    {
        var status = CancelSm.TryRead(pdu, out var cancel);
        if (status != CommandStatus.ESME_ROK) return (status, null);
        UInt128? id = null;
        if (cancel.MessageId.IsEmpty)
        {
            if (cancel.DestinationAddr.IsEmpty) return (CommandStatus.ESME_RINVDSTADR, null);
        }
        else
        {
            if (!TryReadId(cancel.MessageId, out var read)) return (CommandStatus.ESME_RINVMSGID, null);
            id = read;
        }

        return (status, new CancelRequest(Header.Read(pdu).Sequence, account, in cancel, id));
    }

    public override async ValueTask<byte[]> AnswerAsync(IMessages messages)
    {
        var result = _id is { } id
            ? await CancelAsync(messages, await FindAsync(messages, id).ConfigureAwait(false)).ConfigureAwait(false)
            : await CancelAllAsync(messages).ConfigureAwait(false);
        return Refuse(result switch
        {
            ChangeResult.Done => CommandStatus.ESME_ROK,
            ChangeResult.Busy => CommandStatus.ESME_RSYSERR,
            _ => CommandStatus.ESME_RCANCELFAIL,
        });
    }

    /// <returns>Busy where one is left that could not be asked for; Done where any was cancelled.</returns>
    private async ValueTask<ChangeResult> CancelAllAsync(IMessages messages)
    {
        var newest = await messages.NewestAsync(Account, _destination, MostOfDestination).ConfigureAwait(false);
        var waiting = newest.Where(facts => facts.State == State.Queued && IsFromSource(facts) && IsOfService(facts));
        var results = new List<ChangeResult>();
        foreach (var some in waiting.Chunk(MostAtOnce))
        {
            // Those of a batch of the journal share its sync.
            results.AddRange(await Task.WhenAll(some.Select(facts => CancelAsync(messages, facts).AsTask()))
                .ConfigureAwait(false));
        }

        return results.Contains(ChangeResult.Busy) ? ChangeResult.Busy
            : results.Contains(ChangeResult.Done) ? ChangeResult.Done : ChangeResult.NotFound;
    }

    private async ValueTask<ChangeResult> CancelAsync(IMessages messages, MessageFacts? facts) =>
        facts is null || !IsForDestination(facts) ? ChangeResult.NotFound
            : await messages.CancelAsync(Account, facts.Position).ConfigureAwait(false);

    /// <summary>With an id the destination may be left out.</summary>
    private bool IsForDestination(MessageFacts facts) =>
        (_id is not null && _destination.Length == 0)
        || (SubmitPdu.TryRead(facts.Body.Span, out var submit) && Same(submit.DestinationAddr, _destination));

    /// <summary>Without an id a service_type that is given has to be the message's.</summary>
    private bool IsOfService(MessageFacts facts) =>
        _serviceType.Length == 0
        || (SubmitPdu.TryRead(facts.Body.Span, out var submit) && submit.ServiceType.SequenceEqual(_serviceType));
}
