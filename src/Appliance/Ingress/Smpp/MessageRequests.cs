using Appliance.Wire;
using Codec;

namespace Appliance.Ingress.Smpp;

/// <summary>
/// query_sm, cancel_sm and replace_sm of one session (SMPP 3.4 sections 4.8 to 4.10). They are read on the session's
/// task and answered beside it, for they read the journal; only so many at a time.
/// </summary>
internal sealed class MessageRequests(EsmeContext context, SmppConnection wire)
{
    /// <summary>Requests of one session that may be under way.</summary>
    public const int Most = 32;

    private int _running;

    /// <returns>ESME_ROK if an answer follows; else the status to answer with.</returns>
    public CommandStatus Take(EsmeAccount account, in Header header, ReadOnlySpan<byte> pdu)
    {
        if (context.Messages is not { } messages) return CommandStatus.ESME_RSYSERR;
        var status = TryRead(account, in header, pdu, out var request);
        if (status != CommandStatus.ESME_ROK)
        {
            context.Observer.BadInput(Name(header.Command));
            return status;
        }

        if (context.DiskFull && header.Command == CommandId.ReplaceSm) return CommandStatus.ESME_RMSGQFUL;
        if (Interlocked.Increment(ref _running) > Most)
        {
            Interlocked.Decrement(ref _running);
            context.Observer.Throttled(account.Name);
            return CommandStatus.ESME_RTHROTTLED;
        }

        _ = Task.Run(() => DoAsync(account, request!, messages));
        return CommandStatus.ESME_ROK;
    }

    private CommandStatus TryRead(
        EsmeAccount account, in Header header, ReadOnlySpan<byte> pdu, out MessageRequest? request)
    {
        CommandStatus status;
        (status, request) = header.Command switch
        {
            CommandId.QuerySm => QueryRequest.Read(account.Id, pdu),
            CommandId.CancelSm => CancelRequest.Read(account.Id, pdu),
            _ => ReplaceRequest.Read(account.Id, pdu, context.Options.LongestValidity, context.Policy),
        };
        return status;
    }

    /// <summary>Ends with an answer, whatever happens; one for a session that has ended is dropped.</summary>
    private async Task DoAsync(EsmeAccount account, MessageRequest request, IMessages messages)
    {
        byte[] answer;
        try
        {
            answer = await request.AnswerAsync(messages).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            context.Observer.RequestFailed(account.Name, error);
            answer = request.Refuse(CommandStatus.ESME_RSYSERR);
        }

        await ReplyAsync(answer).ConfigureAwait(false);
        Interlocked.Decrement(ref _running);
    }

    /// <summary>Through the ring, behind what it has said to this session before.</summary>
    private async Task ReplyAsync(byte[] pdu)
    {
        while (!context.Ring.TryReply(wire, pdu)) await context.Ring.RoomAsync().ConfigureAwait(false);
    }

    private static string Name(CommandId command) => command switch
    {
        CommandId.QuerySm => "query_sm",
        CommandId.CancelSm => "cancel_sm",
        _ => "replace_sm",
    };
}
