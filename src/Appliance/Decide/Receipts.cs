using Appliance.Records;
using Codec;

namespace Appliance.Decide;

/// <summary>What is known outside memory of a receipt's message.</summary>
public enum Awaited : byte
{
    Unknown,

    /// <summary>It is in memory again.</summary>
    Revived,

    /// <summary>It has ended already.</summary>
    Finished,
}

/// <summary>Finds the message a carrier's receipt speaks of, and lets the receipt change it.</summary>
public sealed class Receipts
{
    private const int MostParked = 200_000;
    private const long ParkFor = 10 * 60 * 1000;

    private readonly Ledger _ledger;
    private readonly Settlement _settlement;
    private readonly LongIndex _index = new();
    private readonly ParkedReceipts _parked = new(MostParked, ParkFor);

    // Ids of messages that left a moment ago, so that a second receipt is known for what it is.
    private readonly RecentKeys _recent;

    public Receipts(Ledger ledger, Settlement settlement, int recent)
    {
        _recent = new RecentKeys(recent);
        _ledger = ledger;
        _settlement = settlement;
        ledger.Leaving += Forget;
        ledger.Evicting += Unindex;
    }

    /// <summary>Finds a message in the index of those awaited outside memory, and brings it back. Set once.</summary>
    public Func<ulong, uint, Awaited>? Revive { get; set; }

    /// <summary>The oldest record a restart needs for the receipts that are held.</summary>
    public ulong Floor => _parked.Floor;

    /// <summary>Receipts held because no message answers to them yet.</summary>
    public int Waiting => _parked.Count;

    /// <summary>A carrier has named a message: receipts for it are matched from now on, early ones at once.</summary>
    public void Expect(int handle, Carrier carrier, ReadOnlySpan<byte> id, long now)
    {
        Index(handle, carrier.Options.Id, id);
        if (_parked.Count == 0) return;
        if (!TryUnpark(carrier, id, out var early)) return;
        carrier.Counters.ReceiptsEarly++;
        Apply(handle, carrier, early.MessageState, early.Error, id, now);
    }

    /// <summary>Points the index at a message, without more: also after a restart.</summary>
    public void Index(int handle, ushort carrier, ReadOnlySpan<byte> id)
    {
        ref var message = ref _ledger.Table[handle];
        message.IdKey = MessageIds.TextKey(carrier, id);
        message.IdHash = MessageIds.ExactHash(id);
        message.Flags |= LiveFlags.Indexed;
        _index.Add(message.IdKey, handle);
    }

    /// <summary>A receipt has come in.</summary>
    /// <param name="other">Another id it names the message by, or empty.</param>
    internal void Receive(Carrier carrier, ReadOnlySpan<byte> id, ReadOnlySpan<byte> other, in Parked receipt)
    {
        var handle = Match(carrier, id, receipt.Handset);
        if (handle == MessageTable.None && !other.IsEmpty) handle = Match(carrier, other, receipt.Handset);
        if (handle == MessageTable.None)
        {
            var awaited = FindAwaited(carrier, id);
            if (awaited == Awaited.Finished)
            {
                carrier.Counters.ReceiptsLate++;
                return;
            }

            if (awaited == Awaited.Revived) handle = Match(carrier, id, receipt.Handset);
        }

        if (handle != MessageTable.None)
        {
            carrier.Counters.ReceiptsMatched++;
            Apply(handle, carrier, receipt.MessageState, receipt.Error, id, receipt.At);
            return;
        }

        var key = MessageIds.TextKey(carrier.Options.Id, id);
        if (IsRecent(carrier, id, key))
        {
            carrier.Counters.ReceiptsDuplicate++;
            return;
        }

        Park(carrier, id, key, in receipt);
    }

    /// <summary>Holds a receipt that the journal says was held, after a restart.</summary>
    public void Repark(in ParkedReceipt record, ReadOnlySpan<byte> id, ulong position) =>
        _parked.Add(
            MessageIds.TextKey(record.Carrier, id),
            new Parked(record.MessageState, record.Error, record.Handset, record.At, position),
            IsFinal(record.MessageState));

    /// <summary>Forgets a held receipt that the journal says has found its message.</summary>
    public void Unpark(ushort carrier, ReadOnlySpan<byte> id) =>
        _parked.TryTake(MessageIds.TextKey(carrier, id), out _);

    /// <summary>Once a second: receipts nobody claimed are let go.</summary>
    /// <returns>How many.</returns>
    public int Prune(long now) => _parked.Prune(now);

    /// <summary>Whether a message_state ends a message (SMPP 3.4 section 5.2.28; 0 and 9 are 5.0's).</summary>
    public static bool IsFinal(byte messageState) =>
        (MessageState)messageState is not (MessageState.Scheduled or MessageState.Enroute or MessageState.Accepted);

    public static State StateOf(byte messageState) => (MessageState)messageState switch
    {
        MessageState.Delivered => State.Delivered,
        MessageState.Expired => State.Expired,
        MessageState.Deleted or MessageState.Undeliverable => State.Undelivered,
        MessageState.Rejected => State.Rejected,
        _ => State.Unknown,
    };

    private void Apply(int handle, Carrier carrier, byte messageState, uint error, ReadOnlySpan<byte> id, long now)
    {
        ref var message = ref _ledger.Table[handle];
        var open = message.Stage == Stage.AwaitingReceipt;
        var ends = open && IsFinal(messageState);
        if (!open) carrier.Counters.ReceiptsLate++;
        _ledger.Write(handle, new EventHead
        {
            Kind = RecordKind.Receipt,
            // A final state is never overwritten: what comes after it is only noted.
            State = ends ? StateOf(messageState) : message.State,
            Carrier = carrier.Options.Id,
            Session = messageState,
            Code = error,
            At = now,
        }, id);
        if (!ends) return;
        message.Outcome = messageState;
        _settlement.Settle(handle, error, (uint)(now / 1000));
    }

    private void Park(Carrier carrier, ReadOnlySpan<byte> id, ulong key, in Parked receipt)
    {
        var record = new ParkedReceipt
        {
            Kind = RecordKind.ReceiptParked,
            MessageState = receipt.MessageState,
            Carrier = carrier.Options.Id,
            Error = receipt.Error,
            Handset = receipt.Handset,
            At = receipt.At,
        };
        var position = RecordWriter.Write(_ledger.Log, in record, id);
        _parked.Add(key, receipt with { Record = position }, IsFinal(receipt.MessageState));
    }

    /// <summary>The message of this id in any form the carrier may use, the likeliest form first.</summary>
    private int Match(Carrier carrier, ReadOnlySpan<byte> id, ulong handset)
    {
        var form = carrier.Options.IdForm == IdForm.Auto ? carrier.LearnedForm : carrier.Options.IdForm;
        var handle = form == IdForm.Auto ? MessageTable.None : Best(Key(carrier, id, form), id, handset);
        if (handle != MessageTable.None || carrier.Options.IdForm != IdForm.Auto) return handle;
        for (var other = IdForm.Text; other <= IdForm.DecimalToHex; other++)
        {
            if (other == form) continue;
            handle = Best(Key(carrier, id, other), id, handset);
            if (handle == MessageTable.None) continue;
            carrier.LearnedForm = other;
            return handle;
        }

        return MessageTable.None;
    }

    /// <summary>Looks outside memory, in all the forms the carrier may use.</summary>
    private Awaited FindAwaited(Carrier carrier, ReadOnlySpan<byte> id)
    {
        if (Revive is null) return Awaited.Unknown;
        var exact = MessageIds.ExactHash(id);
        var only = carrier.Options.IdForm;
        for (var form = IdForm.Text; form <= IdForm.DecimalToHex; form++)
        {
            if (only != IdForm.Auto && only != form) continue;
            var key = Key(carrier, id, form);
            if (key != 0 && Revive(key, exact) is var found and not Awaited.Unknown) return found;
        }

        return Awaited.Unknown;
    }

    private static ulong Key(Carrier carrier, ReadOnlySpan<byte> id, IdForm form) => form switch
    {
        // The receipt is decimal: look for the hexadecimal id the response gave.
        IdForm.HexToDecimal => MessageIds.DecimalToHexKey(carrier.Options.Id, id),
        IdForm.DecimalToHex => MessageIds.HexToDecimalKey(carrier.Options.Id, id),
        _ => MessageIds.TextKey(carrier.Options.Id, id),
    };

    /// <summary>
    /// Of several messages under one key: the one whose id is the same to the letter, then the one to the receipt's
    /// handset, then the newest.
    /// </summary>
    private int Best(ulong key, ReadOnlySpan<byte> id, ulong handset)
    {
        if (key == 0) return MessageTable.None;
        var place = _index.Find(key);
        if (place < 0) return MessageTable.None;
        var best = _index.ValueAt(place);
        place = _index.Next(key, place);
        if (place < 0) return best;
        var exact = MessageIds.ExactHash(id);
        var bestRank = Rank(best, exact, handset);
        for (; place >= 0; place = _index.Next(key, place))
        {
            var handle = _index.ValueAt(place);
            var rank = Rank(handle, exact, handset);
            if (rank < bestRank) continue;
            if (rank == bestRank && _ledger.Table[handle].Position < _ledger.Table[best].Position) continue;
            best = handle;
            bestRank = rank;
        }

        return best;
    }

    private int Rank(int handle, uint exact, ulong handset)
    {
        ref var message = ref _ledger.Table[handle];
        var destination = AddressHash.Of(Addresses.Octets(in message.Destination));
        var rank = message.Stage == Stage.AwaitingReceipt ? 4 : 0;
        if (destination == (uint)handset || destination == (uint)(handset >> 32)) rank += 2;
        return message.IdHash == exact ? rank + 1 : rank;
    }

    private bool TryUnpark(Carrier carrier, ReadOnlySpan<byte> id, out Parked early)
    {
        var own = carrier.Options.Id;
        var form = carrier.Options.IdForm;
        early = default;
        if (form is IdForm.Auto or IdForm.Text && _parked.TryTake(MessageIds.TextKey(own, id), out early)) return true;
        if (form is IdForm.Auto or IdForm.HexToDecimal && TryTake(MessageIds.HexToDecimalKey(own, id), out early))
            return true;
        return form is IdForm.Auto or IdForm.DecimalToHex && TryTake(MessageIds.DecimalToHexKey(own, id), out early);
    }

    private bool TryTake(ulong key, out Parked early)
    {
        early = default;
        return key != 0 && _parked.TryTake(key, out early);
    }

    private bool IsRecent(Carrier carrier, ReadOnlySpan<byte> id, ulong key)
    {
        if (_recent.Contains(key)) return true;
        var form = carrier.Options.IdForm == IdForm.Auto ? carrier.LearnedForm : carrier.Options.IdForm;
        if (form is IdForm.Auto or IdForm.Text) return false;
        var converted = Key(carrier, id, form);
        return converted != 0 && _recent.Contains(converted);
    }

    private void Forget(int handle)
    {
        ref var message = ref _ledger.Table[handle];
        if ((message.Flags & LiveFlags.Indexed) == 0) return;
        _index.Remove(message.IdKey, handle);
        _recent.Add(message.IdKey);
    }

    /// <summary>Its message goes on outside memory: the index on disk has it from now on.</summary>
    private void Unindex(int handle)
    {
        ref var message = ref _ledger.Table[handle];
        if ((message.Flags & LiveFlags.Indexed) == 0) return;
        _index.Remove(message.IdKey, handle);
        message.Flags &= ~LiveFlags.Indexed;
    }
}
