using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Appliance.Records;

namespace Appliance.Money;

/// <summary>
/// What a message's history says of money, read backwards from the event that may have ended it. One is used again and
/// again: what it tells is of the last message read.
/// </summary>
internal sealed class ChargeStory(FrameReaders journal)
{
    /// <summary>The parts met so far, and what became of each.</summary>
    private readonly Dictionary<ulong, State> _parts = [];

    private ulong _message;
    private ulong _ended;

    // When it last went out again, in milliseconds since 1970: what was before that is in an earlier record.
    private long _againAt;
    private bool _endedAgain;
    private bool _isOver;

    /// <summary>The message's first part as it was accepted.</summary>
    public Accepted First { get; private set; }

    public int Segments { get; private set; }

    /// <summary>Micro-units taken, or owed.</summary>
    public long Charged { get; private set; }

    public long Refunded { get; private set; }

    /// <summary>The last that had it; 0 for none.</summary>
    public ushort Carrier { get; private set; }

    /// <summary>Micro-units a segment of the carrier that took it; <see cref="RateCard.None"/> where not known.
    /// </summary>
    public long Cost { get; private set; }

    public long SubmittedAt { get; private set; }

    public long FinishedAt { get; private set; }

    public State State { get; private set; }

    /// <summary>Whether a record may be the one with which a part ends.</summary>
    public static bool MayEnd(ReadOnlySpan<byte> record)
    {
        if ((RecordKind)record[0] is not (RecordKind.Responded or RecordKind.Receipt or RecordKind.Changed))
            return false;
        var head = MemoryMarshal.Read<EventHead>(record);
        return IsFinal(in head);
    }

    /// <summary>Whether the message ended with this record; if so all the rest tells of it.</summary>
    public bool TryRead(ulong position, ReadOnlySpan<byte> record)
    {
        var head = MemoryMarshal.Read<EventHead>(record);
        if (!TryBegin(in head)) return false;
        for (var at = position; at != 0;)
        {
            if (at != position && !journal.TryRead(at, out record)) return false;
            if (!Chain.TryPrevious(record, _message, at, out var previous)) return false;
            Note(record, at);
            if (_isOver) return false;
            at = previous;
        }

        if (First.Parts == 0 || _parts.Count < First.Parts) return false;
        State = State.Delivered;
        foreach (var (_, state) in _parts)
        {
            // All of it is over, or there is nothing to tell yet.
            if (state == State.Queued) return false;
            if (state != State.Delivered) State = state;
        }

        return true;
    }

    private bool TryBegin(in EventHead head)
    {
        _parts.Clear();
        (_ended, _endedAgain, _isOver, _againAt, First) = (head.Accepted, false, false, 0, default);
        (Segments, Charged, Refunded, Carrier, SubmittedAt) = (0, 0, 0, 0, 0);
        (Cost, FinishedAt) = (RateCard.None, head.At);
        if (!journal.TryRead(head.Accepted, out var accepted)) return false;
        if ((RecordKind)accepted[0] != RecordKind.Accepted) return false;
        _message = MemoryMarshal.Read<Accepted>(accepted).Message;
        return true;
    }

    private void Note(ReadOnlySpan<byte> record, ulong at)
    {
        switch ((RecordKind)record[0])
        {
            case RecordKind.Accepted:
                NoteAccepted(MemoryMarshal.Read<Accepted>(record), at);
                break;
            case RecordKind.HandedOver:
                if (Carrier == 0) Carrier = MemoryMarshal.Read<HandedOver>(record).Carrier;
                break;
            case RecordKind.Charged or RecordKind.Refunded:
                NoteMoney(MemoryMarshal.Read<MoneyChange>(record));
                break;
            case RecordKind.Responded:
                NoteAnswer(record);
                break;
            case RecordKind.Receipt or RecordKind.Changed:
                NoteState(MemoryMarshal.Read<EventHead>(record));
                break;
        }
    }

    private void NoteAccepted(in Accepted accepted, ulong at)
    {
        _parts.TryAdd(at, State.Queued);
        Segments += accepted.Segments;
        if (accepted.At >= _againAt) Charged += accepted.Charge;
        if (Carrier == 0 && (accepted.Flags & AcceptedFlags.HandedOver) != 0) Carrier = accepted.Carrier;
        if (accepted.Message == at) First = accepted;
    }

    private void NoteMoney(in MoneyChange change)
    {
        if (change.Head.At < _againAt) return;
        if (change.Head.Kind == RecordKind.Charged) Charged += change.Amount;
        else Refunded += change.Amount;
    }

    private void NoteAnswer(ReadOnlySpan<byte> record)
    {
        var head = MemoryMarshal.Read<EventHead>(record);
        if (Carrier == 0) Carrier = head.Carrier;
        NoteState(in head);
        if (head.Reason is not (Reason.CarrierAccepted or Reason.CarrierAcceptedLast)) return;
        SubmittedAt = Math.Max(SubmittedAt, head.At);
        var cost = record[(Unsafe.SizeOf<EventHead>() + head.Length)..];
        if (Cost == RateCard.None && cost.Length == sizeof(long)) Cost = MemoryMarshal.Read<long>(cost);
    }

    /// <summary>Backwards: the first that is met of a part is what became of it, others are what was before.</summary>
    private void NoteState(in EventHead head)
    {
        var isFinal = IsFinal(in head);
        if (head.Reason == Reason.Retried)
        {
            if (_againAt == 0) _againAt = head.At;
            _endedAgain |= head.Accepted == _ended;
        }

        if (_parts.TryAdd(head.Accepted, isFinal ? head.State : State.Queued)) return;
        // It had ended before, and was not begun anew since: this is no end but what is noted after one.
        if (isFinal && head.Accepted == _ended && !_endedAgain) _isOver = true;
    }

    private static bool IsFinal(in EventHead head) => head.State >= State.Delivered
        || (head.Kind == RecordKind.Responded && head.Reason == Reason.CarrierAcceptedLast);
}
