using Appliance.Peers.Spec;
using Codec;

namespace Appliance.Simulator.Smsc;

/// <summary>
/// What happens to a submit_sm: it is refused, or taken, its receipts planned, and it is answered at once, later, or
/// not at all.
/// </summary>
internal sealed class Intake(MessageCentre centre)
{
    private const int Unbound = -1;

    private readonly Dice _dice = centre.Dice;

    internal void Take(SmscSession session, in SubmitSm submit, uint sequence)
    {
        var behaviour = centre.Behaviour;
        if (centre.AnswersPlainly)
        {
            Accept(session, submit, sequence, behaviour);
            return;
        }
        session.Submitted++;
        bool drops = behaviour.DropEvery > 0 && session.Submitted % behaviour.DropEvery == 0;
        if (drops && behaviour.DropWhen == DropMoment.BeforeMessage)
        {
            Record(session, submit, sequence, Unbound, CommandStatus.ESME_ROK, "dropped");
            Drop(session);
            return;
        }
        var status = Admit(session, behaviour);
        if (status == CommandStatus.ESME_ROK) AcceptWithFaults(session, submit, sequence, behaviour, drops);
        else Refuse(session, submit, sequence, behaviour, status);
        if (drops && session.IsOpen) Drop(session);
    }

    private CommandStatus Admit(SmscSession session, SmscBehaviour behaviour)
    {
        bool throttled = behaviour.Window > 0 && session.Unanswered >= behaviour.Window;
        throttled |= behaviour.Tps.IsLimited
            && !session.Account!.Tokens.TryTake(behaviour.Tps, centre.Loop.Now);
        if (!throttled) return behaviour.Errors.Pick(_dice);
        centre.Statistics.Throttled++;
        return CommandStatus.ESME_RTHROTTLED;
    }

    private void Accept(SmscSession session, in SubmitSm submit, uint sequence, SmscBehaviour behaviour)
    {
        ulong id = centre.Ids.Next();
        centre.Statistics.Accepted++;
        if (WantsReceipt(submit, behaviour, out var outcome)) Plan(session, submit, id, behaviour, outcome);
        Record(session, submit, sequence, (long)id, CommandStatus.ESME_ROK, "answered");
        session.Respond(sequence, CommandStatus.ESME_ROK, id, behaviour.ResponseId);
    }

    private void AcceptWithFaults(
        SmscSession session, in SubmitSm submit, uint sequence, SmscBehaviour behaviour, bool drops)
    {
        ulong id = centre.Ids.Next();
        centre.Statistics.Accepted++;
        if (WantsReceipt(submit, behaviour, out var outcome)) Plan(session, submit, id, behaviour, outcome);
        string answer;
        if (drops && behaviour.DropWhen == DropMoment.BeforeResponse)
        {
            answer = "dropped";
        }
        else if (behaviour.NoAnswer.Strikes(_dice))
        {
            centre.Statistics.Unanswered++;
            answer = "unanswered";
        }
        else if (drops)
        {
            // What is to be answered before the connection goes is answered now, whatever the latency.
            session.Respond(sequence, CommandStatus.ESME_ROK, id, behaviour.ResponseId);
            answer = "answered";
        }
        else
        {
            answer = Answer(session, sequence, behaviour, id, CommandStatus.ESME_ROK);
        }
        Record(session, submit, sequence, (long)id, CommandStatus.ESME_ROK, answer);
    }

    private void Refuse(
        SmscSession session, in SubmitSm submit, uint sequence, SmscBehaviour behaviour, CommandStatus status)
    {
        centre.Statistics.Refused++;
        string answer = Answer(session, sequence, behaviour, 0, status);
        Record(session, submit, sequence, Unbound, status, answer);
    }

    /// <summary>At once, or after the latency.</summary>
    private string Answer(
        SmscSession session, uint sequence, SmscBehaviour behaviour, ulong id, CommandStatus status)
    {
        if (behaviour.Latency.IsZero || !centre.Pool.TryRent(out int index))
        {
            session.Respond(sequence, status, id, behaviour.ResponseId);
            return "answered";
        }
        ref var entry = ref centre.Pool[index];
        entry.Kind = PendingKind.Response;
        entry.Session = session.Number;
        entry.Sequence = sequence;
        entry.Status = status;
        entry.Id = id;
        entry.IdFormat = behaviour.ResponseId;
        entry.Due = centre.Loop.Now + behaviour.Latency.Sample(_dice);
        centre.Wheel.Add(index);
        session.Unanswered++;
        return "late";
    }

    private void Drop(SmscSession session)
    {
        centre.Statistics.Drops++;
        if (centre.Behaviour.DropWhen == DropMoment.AfterResponse) session.CloseAfterFlush("dropped by drop-every");
        else session.Close("dropped by drop-every");
    }

    /// <summary>registered_delivery, bits 1 and 0: none, always, on failure, on success (SMPP 5.0, 4.7.21).</summary>
    private bool WantsReceipt(in SubmitSm submit, SmscBehaviour behaviour, out ReceiptOutcome outcome)
    {
        int asked = submit.RegisteredDelivery & 3;
        outcome = ReceiptOutcome.Delivered;
        if (behaviour.Receipts == ReceiptsFor.None) return false;
        if (behaviour.Receipts == ReceiptsFor.Requested && asked == 0) return false;
        outcome = behaviour.ReceiptMix.Pick(_dice);
        if (behaviour.Receipts == ReceiptsFor.All || asked == 1) return true;
        return asked == 3 == ReferenceEquals(outcome, ReceiptOutcome.Delivered);
    }

    private void Plan(
        SmscSession session, in SubmitSm submit, ulong id, SmscBehaviour behaviour, ReceiptOutcome outcome)
    {
        long delay = behaviour.ReceiptDelay.IsZero ? 0 : behaviour.ReceiptDelay.Sample(_dice);
        if (behaviour.ReceiptIntermediate.Strikes(_dice))
        {
            PlanOne(session, submit, id, behaviour, ReceiptOutcome.Parse("ENROUTE"), delay / 2);
        }
        if (behaviour.ReceiptFirst.Strikes(_dice)) delay = 0;
        PlanOne(session, submit, id, behaviour, outcome, delay);
        if (!behaviour.ReceiptDuplicates.Strikes(_dice)) return;
        centre.Statistics.ReceiptsDuplicated++;
        PlanOne(session, submit, id, behaviour, outcome, delay);
    }

    private void PlanOne(
        SmscSession session, in SubmitSm submit, ulong id, SmscBehaviour behaviour, ReceiptOutcome outcome, long delay)
    {
        if (!centre.Pool.TryRent(out int index))
        {
            centre.Statistics.ReceiptsDropped++;
            return;
        }
        ref var entry = ref centre.Pool[index];
        entry.Kind = PendingKind.Receipt;
        entry.Account = session.Account!.Index;
        entry.Session = session.Number;
        entry.Id = id;
        entry.SubmitMinute = centre.Minute;
        entry.Attempts = 0;
        entry.Outcome = outcome;
        entry.Form = behaviour.ReceiptForm.Pick(_dice);
        entry.Place = behaviour.ReceiptPlace.Pick(_dice);
        entry.IdFormat = behaviour.ReceiptId.Pick(_dice);
        entry.Elsewhere = behaviour.ReceiptElsewhere.Strikes(_dice);
        ref var source = ref behaviour.ReceiptUnswapped ? ref entry.Source : ref entry.Destination;
        ref var destination = ref behaviour.ReceiptUnswapped ? ref entry.Destination : ref entry.Source;
        source.Set(submit.SourceAddrTon, submit.SourceAddrNpi, submit.SourceAddr);
        destination.Set(submit.DestAddrTon, submit.DestAddrNpi, submit.DestinationAddr);
        entry.Due = centre.Loop.Now + delay;
        if (delay == 0) centre.Deliver(index);
        else centre.Wheel.Add(index);
    }

    private void Record(
        SmscSession session, in SubmitSm submit, uint sequence, long id, CommandStatus status, string answer)
    {
        if (centre.Record is null) return;
        Span<byte> text = stackalloc byte[MessageIds.LongestText];
        text = id == Unbound ? [] : text[..centre.Ids.Write(centre.Behaviour.ResponseId, (ulong)id, text)];
        var body = submit.ShortMessage;
        if (body.Length == 0 && submit.Tlvs.TryFind(TlvTag.MessagePayload, out var payload)) body = payload;
        centre.Record.Submitted(
            centre.Loop.Now, session.Number, submit, sequence, body, text, (uint)status, answer);
    }
}
