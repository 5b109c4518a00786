using System.Runtime.InteropServices;
using Appliance.Money;
using Appliance.Records;
using Codec;

namespace Appliance.Decide;

/// <summary>What carriers answer to submit_sm, and what becomes of messages whose answer does not come.</summary>
public sealed class Responses(
    Ledger ledger, Dispatch dispatch, Receipts receipts, Settlement settlement, Outcomes outcomes)
{
    private const int FirstPause = 1000;
    private const int LongestPause = 60_000;

    private readonly Random _jitter = new(1);

    /// <summary>A carrier's submit_sm_resp, or a generic_nack to a submit_sm.</summary>
    public void Take(Link link, uint sequence, CommandStatus status, ReadOnlySpan<byte> id, long now)
    {
        var handle = link.Window.Take(sequence, out var sentAt);
        if (handle == MessageTable.None)
        {
            link.Carrier.Counters.UnknownResponses++;
            return;
        }

        link.Alone = false;
        link.Carrier.Counters.SubmitLatency?.Invoke((now - sentAt) * 1_000_000);
        ref var message = ref ledger.Table[handle];
        var error = ErrorClasses.Of(status, link.Carrier.Options.Errors);
        var ofOne = error == ErrorClass.Throttle && IsFullForOne(in message, status);
        link.Carrier.Health.Answered(Outcomes.Of(status, error, ofOne), now - sentAt, now);
        if (status == CommandStatus.ESME_ROK)
        {
            link.Pause = 0;
            link.Aimd.Good(now);
            Taken(handle, link, id, now);
            return;
        }

        message.Flags &= ~(LiveFlags.HasToken | LiveFlags.HasSenderToken);
        switch (error)
        {
            case ErrorClass.Throttle when ofOne:
                Transient(handle, link, status, now);
                break;
            case ErrorClass.Throttle:
                Throttled(handle, link, status, now);
                break;
            case ErrorClass.Session:
                OfSession(handle, link, status, now);
                break;
            case ErrorClass.Transient:
                Transient(handle, link, status, now);
                break;
            case ErrorClass.Route:
                NextCarrier(handle, link, status, now);
                break;
            default:
                Fail(handle, link, status, now);
                break;
        }
    }

    /// <summary>The session has ended: what it left unanswered is in doubt.</summary>
    public void Lost(Link link, long now)
    {
        // Youngest first: each goes to the head, so the oldest ends up there.
        var handles = link.Window.TakeAll();
        for (var i = handles.Length - 1; i >= 0; i--) InDoubt(handles[i], link.Carrier, now);
    }

    /// <summary>A message may or may not have been taken by its carrier: the carrier's policy decides.</summary>
    /// <param name="restarting">Whether the queues are being filled in order of acceptance, after a start.</param>
    public void InDoubt(int handle, Carrier? carrier, long now, bool restarting = false)
    {
        ref var message = ref ledger.Table[handle];
        // A carrier that is no longer configured had a policy when it was written to.
        var fail = carrier is null
            ? (message.Flags & LiveFlags.FailsInDoubt) != 0
            : carrier.Options.InDoubt == InDoubtPolicy.Fail || message.Doubts >= carrier.Options.InDoubtResends;
        ledger.Write(handle, new EventHead
        {
            Kind = RecordKind.Changed,
            State = fail ? State.Unknown : State.Queued,
            Reason = fail ? Reason.InDoubtFail : Reason.InDoubtResend,
            Carrier = message.Carrier,
            Session = message.Session,
            At = now,
        });
        if (fail)
        {
            settlement.Settle(handle, 0, (uint)(now / 1000));
            return;
        }

        message.Flags |= LiveFlags.PossibleDuplicate;
        message.Doubts++;
        if (carrier is not null) carrier.Counters.Duplicates++;
        if (restarting) dispatch.Restore(handle, now);
        else if (message.Doubts == 1) dispatch.Requeue(handle, now);
        else dispatch.Pause(handle, message.Doubts - 1, _jitter, now);
    }

    /// <summary>Once a second: a session that owes an answer for too long is closed, which settles all it
    /// owes.</summary>
    public void Tick(long now)
    {
        foreach (var carrier in dispatch.Carriers)
        {
            foreach (var link in carrier.Links)
            {
                link?.Aimd.Measure(now);
                CloseLate(carrier, link, now);
            }

            foreach (var link in carrier.Retired) CloseLate(carrier, link, now);
        }

        foreach (var carrier in dispatch.Choice.Leaving)
            foreach (var link in carrier.Retired) CloseLate(carrier, link, now);
    }

    private static void CloseLate(Carrier carrier, Link? link, long now)
    {
        if (link is null || link.Window.OldestBefore(now - carrier.Options.ResponseTimer) == 0) return;
        carrier.Counters.ResponseTimeouts++;
        link.Close("no submit_sm_resp within response_timer");
    }

    private void Taken(int handle, Link link, ReadOnlySpan<byte> id, long now)
    {
        ref var message = ref ledger.Table[handle];
        var expects = (message.RegisteredDelivery & 3) != 0 || link.Carrier.Options.AlwaysRegister;
        // What was asked for is written down: the configuration may say something else when it is read.
        var reason = expects ? Reason.CarrierAccepted : Reason.CarrierAcceptedLast;
        var cost = dispatch.Choice.CostOf(in message, link.Carrier.Options.Id);
        Write(handle, link, State.Submitted, reason, CommandStatus.ESME_ROK, now, id,
            cost == RateCard.None ? default : MemoryMarshal.AsBytes(new ReadOnlySpan<long>(in cost)));
        if (!expects)
        {
            // Nothing more will be heard of it.
            ledger.Leave(handle);
            return;
        }

        message.Stage = Stage.AwaitingReceipt;
        message.SubmittedAt = (uint)(now / 1000);
        message.SubmittedMs = (ushort)(now % 1000);
        outcomes.Submitted(in message, now);
        receipts.Expect(handle, link.Carrier, id, now);
    }

    /// <summary>
    /// Some carriers mean the recipient's queue by ESME_RMSGQFUL: a message that met it a few times steps out of the
    /// others' way.
    /// </summary>
    private static bool IsFullForOne(in LiveMessage message, CommandStatus status) =>
        status == CommandStatus.ESME_RMSGQFUL && message.Attempts >= Retries.TriesACarrier - 1;

    private void Throttled(int handle, Link link, CommandStatus status, long now)
    {
        link.Carrier.Counters.Throttles++;
        link.Aimd.Throttled(now);
        // A window's worth of refusals is one pause, not a hundred doublings.
        if (now >= link.PausedUntil)
        {
            link.Pause = link.Pause == 0 ? FirstPause : Math.Min(LongestPause, link.Pause * 2);
            link.PausedUntil = now + (link.Pause * (75 + _jitter.Next(50)) / 100);
        }

        ref var message = ref ledger.Table[handle];
        if (Retries.Counts(status)) Retries.Count(ref message);
        if (Elsewhere(in message, link.Carrier, now) is { } next)
        {
            link.Carrier.Counters.Overflows++;
            GoTo(next, Reason.Overflow, handle, link, status, now);
            return;
        }

        Write(handle, link, State.Queued, Reason.Throttled, status, now);
        dispatch.Requeue(handle, now);
    }

    /// <summary>
    /// Where a message goes whose carrier asks for fewer: on, if its route lets it or the carrier has lost its traffic,
    /// and another one has room.
    /// </summary>
    private Carrier? Elsewhere(in LiveMessage message, Carrier carrier, long now)
    {
        if (dispatch.Choice.RuleOf(in message) is not { } rule || rule.Carriers.Length == 1) return null;
        if (!rule.Overflow && carrier.Health.Factor(now) > 0) return null;
        var next = dispatch.Choice.Again(in message, now);
        return next == carrier || next is not { IsFit: true } || (rule.Overflow && next.Health.IsFull) ? null : next;
    }

    /// <summary>
    /// The session must be mended first, unless it is the message after all: then the third time ends it.
    /// </summary>
    private void OfSession(int handle, Link link, CommandStatus status, long now)
    {
        ref var message = ref ledger.Table[handle];
        if (message.Attempts + 1 >= Retries.TriesACarrier)
        {
            Fail(handle, link, status, now);
            return;
        }

        Retries.Count(ref message);
        Write(handle, link, State.Queued, Reason.SessionError, status, now);
        dispatch.Pause(handle, message.Attempts, _jitter, now);
        link.Close($"submit_sm answered {status}");
    }

    /// <summary>Again later, now and then at another carrier, until its validity ends.</summary>
    private void Transient(int handle, Link link, CommandStatus status, long now)
    {
        ref var message = ref ledger.Table[handle];
        Retries.Count(ref message);
        link.Carrier.Counters.Retries++;
        if (message.Attempts % Retries.TriesACarrier == 0
            && dispatch.Choice.Another(in message, link.Carrier) is { } next)
        {
            GoTo(next, Reason.CarrierFails, handle, link, status, now);
            return;
        }

        Write(handle, link, State.Queued, Reason.TransientError, status, now);
        dispatch.Pause(handle, message.Attempts, _jitter, now);
    }

    private void NextCarrier(int handle, Link link, CommandStatus status, long now)
    {
        ref var message = ref ledger.Table[handle];
        dispatch.Choice.Refuse(ref message, link.Carrier.Options.Id);
        var next = dispatch.Choice.Again(in message, now);
        if (next is null)
        {
            Fail(handle, link, status, now);
            return;
        }

        GoTo(next, Reason.NextCarrier, handle, link, status, now);
    }

    private void GoTo(Carrier next, Reason reason, int handle, Link link, CommandStatus status, long now)
    {
        ref var message = ref ledger.Table[handle];
        Span<byte> target = stackalloc byte[sizeof(ushort)];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt16LittleEndian(target, next.Options.Id);
        Write(handle, link, State.Queued, reason, status, now, target);
        Dispatch.Assign(ref message, next);
        dispatch.Join(handle);
    }

    private void Fail(int handle, Link link, CommandStatus status, long now)
    {
        Write(handle, link, State.Failed, Reason.PermanentError, status, now);
        settlement.Fail(handle, status, now);
    }

    private void Write(
        int handle, Link link, State state, Reason reason, CommandStatus status, long now,
            ReadOnlySpan<byte> extra = default, ReadOnlySpan<byte> tail = default) =>
        ledger.Write(handle, new EventHead
        {
            Kind = RecordKind.Responded,
            State = state,
            Reason = reason,
            Carrier = link.Carrier.Options.Id,
            Session = link.Session,
            Code = (uint)status,
            At = now,
        }, extra, tail);
}
