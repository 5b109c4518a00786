using Appliance.Records;

namespace Appliance.Decide;

/// <summary>What is known of a receipt's message.</summary>
public enum Awaited : byte
{
    Unknown,

    /// <summary>It is in memory, perhaps again.</summary>
    InMemory,

    /// <summary>It is outside memory, where there is no room for it now.</summary>
    WantsRoom,

    /// <summary>It has ended already.</summary>
    Finished,
}

/// <summary>Looks outside memory for a message under a key, and brings it back.</summary>
/// <param name="exact">Hash of the receipt's id as it is written.</param>
/// <param name="handset">The receipt's addresses; 0 for none.</param>
/// <param name="mustFit">Whether only a message to one of these will do.</param>
public delegate Awaited AwaitedFinder(ulong key, uint exact, ulong handset, bool mustFit);

/// <summary>Finds the message a carrier's receipt speaks of, and lets the receipt change it.</summary>
public sealed class Receipts
{
    private const int MostParked = 200_000;
    private const long ParkFor = 10 * 60 * 1000;
    private const int TriedATick = 64;

    private readonly Ledger _ledger;
    private readonly Settlement _settlement;
    private readonly FraudWatch _fraud;
    private readonly Outcomes _outcomes;
    private readonly LongIndex _index = new();
    private readonly ParkedReceipts _parked = new(MostParked, ParkFor);

    // Ids of messages that left a moment ago, so that a second receipt is known for what it is.
    private readonly RecentKeys _recent;

    // Held receipts of messages that memory had no room for.
    private readonly Queue<(ulong Key, ulong Record)> _wantRoom = new();

    public Receipts(Ledger ledger, Settlement settlement, Outcomes outcomes, FraudWatch fraud, int recent)
    {
        _fraud = fraud;
        _recent = new RecentKeys(recent);
        _ledger = ledger;
        _settlement = settlement;
        _outcomes = outcomes;
        ledger.Leaving += Forget;
        ledger.Evicting += Unindex;
    }

    /// <summary>The index of those awaited outside memory.</summary>
    public required AwaitedFinder Revive { get; init; }

    /// <summary>A carrier by its id.</summary>
    public required Func<ushort, Carrier?> Carriers { get; init; }

    /// <summary>The oldest record a restart needs for the receipts that are held.</summary>
    public ulong Floor => _parked.Floor;

    /// <summary>Receipts held because no message answers to them yet.</summary>
    public int Waiting => _parked.Count;

    /// <summary>A carrier has named a message: receipts for it are matched from now on, early ones at once.</summary>
    public void Expect(int handle, Carrier carrier, ReadOnlySpan<byte> id, long now)
    {
        Index(handle, carrier.Options.Id, id);
        // Without an id no receipt can name it: it only waits for the timer.
        if (_parked.Count == 0 || id.IsEmpty) return;
        if (!TryUnpark(handle, carrier, id, out var early)) return;
        carrier.Counters.ReceiptsEarly++;
        Apply(handle, carrier, in early, early.Id, now);
    }

    /// <summary>Fetches what tells which message a key stands for.</summary>
    public void Foresee(ulong key) => _index.Foresee(key);

    /// <summary>The same when the message is about to leave.</summary>
    public void ForeseeEnd(ulong key)
    {
        _index.Foresee(key);
        _recent.Foresee(key);
    }

    /// <summary>A message of this key, or <see cref="MessageTable.None"/>.</summary>
    public int Peek(ulong key)
    {
        var place = _index.Find(key);
        return place < 0 ? MessageTable.None : _index.ValueAt(place);
    }

    /// <summary>Points the index at a message, without more: also after a restart.</summary>
    public void Index(int handle, ushort carrier, ReadOnlySpan<byte> id)
    {
        ref var message = ref _ledger.Table[handle];
        message.IdKey = id.IsEmpty ? MessageIds.NamelessKey(message.Position) : MessageIds.TextKey(carrier, id);
        message.IdHash = MessageIds.ExactHash(id);
        message.Flags |= LiveFlags.Indexed;
        _index.Add(message.IdKey, handle);
    }

    /// <summary>A receipt has come in.</summary>
    /// <param name="other">Another id it names the message by, or empty.</param>
    internal void Receive(Carrier carrier, ReadOnlySpan<byte> id, ReadOnlySpan<byte> other, in Parked receipt)
    {
        var found = Find(carrier, id, other, receipt.Handset, out var handle);
        if (handle != MessageTable.None)
        {
            carrier.Counters.ReceiptsMatched++;
            Apply(handle, carrier, in receipt, id, receipt.At);
            return;
        }

        if (found == Awaited.Finished)
        {
            carrier.Counters.ReceiptsLate++;
            return;
        }

        var key = MessageIds.TextKey(carrier.Options.Id, id);
        if (found != Awaited.WantsRoom && (IsRecent(carrier, id) || (!other.IsEmpty && IsRecent(carrier, other))))
        {
            carrier.Counters.ReceiptsDuplicate++;
            return;
        }

        var held = receipt with { Carrier = carrier.Options.Id, Id = id.ToArray(), Other = other.ToArray() };
        Park(key, in held, found == Awaited.WantsRoom);
    }

    /// <summary>When memory has room: the receipts for whose messages it had none, a few at a time.</summary>
    public void TryAgain(long now)
    {
        for (var i = Math.Min(TriedATick, _wantRoom.Count); i > 0; i--)
        {
            var (key, record) = _wantRoom.Peek();
            if (_parked.TryPeek(key, out var held) && held.Record == record && Carriers(held.Carrier) is { } carrier)
            {
                var found = Find(carrier, held.Id, held.Other, held.Handset, out var handle);
                if (found == Awaited.WantsRoom) return;
                if (found != Awaited.Unknown) _parked.TryTake(key, out _);
                if (found == Awaited.Finished) carrier.Counters.ReceiptsLate++;
                if (handle != MessageTable.None)
                {
                    carrier.Counters.ReceiptsMatched++;
                    Apply(handle, carrier, in held, held.Id, now);
                }
            }

            _wantRoom.Dequeue();
        }
    }

    /// <summary>Holds a receipt that the journal says was held, after a restart.</summary>
    public void Repark(in ParkedReceipt record, ReadOnlySpan<byte> ids, ulong position)
    {
        var id = ids[..record.IdLength];
        var key = MessageIds.TextKey(record.Carrier, id);
        var held = new Parked(record.MessageState, record.Error, record.Handset, record.At, position)
        {
            Carrier = record.Carrier,
            Id = id.ToArray(),
            Other = ids[record.IdLength..].ToArray(),
        };
        _parked.Add(key, in held, ReceiptStates.IsFinal(record.MessageState));
        if (record.WantsRoom != 0) _wantRoom.Enqueue((key, position));
    }

    /// <summary>Forgets a held receipt that the journal says has found its message.</summary>
    public void Unpark(ushort carrier, ReadOnlySpan<byte> id) =>
        _parked.TryTake(MessageIds.TextKey(carrier, id), out _);

    /// <summary>Once a second: receipts nobody claimed are let go.</summary>
    /// <returns>How many.</returns>
    public int Prune(long now) => _parked.Prune(now);

    /// <param name="id">The receipt's own: by it a restart knows that it is held no longer.</param>
    private void Apply(int handle, Carrier carrier, in Parked receipt, ReadOnlySpan<byte> id, long now)
    {
        ref var message = ref _ledger.Table[handle];
        var open = message.Stage == Stage.AwaitingReceipt;
        var ends = open && ReceiptStates.IsFinal(receipt.MessageState);
        if (!open) carrier.Counters.ReceiptsLate++;
        _ledger.Write(handle, new EventHead
        {
            Kind = RecordKind.Receipt,
            // A final state is never overwritten: what comes after it is only noted.
            State = ends ? ReceiptStates.StateOf(receipt.MessageState) : message.State,
            Carrier = carrier.Options.Id,
            Session = receipt.MessageState,
            Code = receipt.Error,
            At = now,
        }, id);
        if (!ends) return;
        _outcomes.Ended(in message, message.State, now);
        message.Outcome = receipt.MessageState;
        _fraud.Receipt(in message, now, receipt.SameDates);
        _settlement.Settle(handle, receipt.Error, (uint)(now / 1000));
    }

    private void Park(ulong key, in Parked receipt, bool wantsRoom)
    {
        var record = new ParkedReceipt
        {
            Kind = RecordKind.ReceiptParked,
            MessageState = receipt.MessageState,
            Carrier = receipt.Carrier,
            Error = receipt.Error,
            Handset = receipt.Handset,
            At = receipt.At,
            IdLength = (byte)receipt.Id.Length,
            WantsRoom = wantsRoom ? (byte)1 : (byte)0,
        };
        Span<byte> ids = stackalloc byte[2 * MessageIds.Longest];
        receipt.Id.CopyTo(ids);
        receipt.Other.CopyTo(ids[receipt.Id.Length..]);
        var position = RecordWriter.Write(_ledger.Log, in record, ids[..(receipt.Id.Length + receipt.Other.Length)]);
        _parked.Add(key, receipt with { Record = position }, ReceiptStates.IsFinal(receipt.MessageState));
        if (wantsRoom) _wantRoom.Enqueue((key, position));
    }

    /// <summary>The message of either id.</summary>
    private Awaited Find(
        Carrier carrier, ReadOnlySpan<byte> id, ReadOnlySpan<byte> other, ulong handset, out int handle)
    {
        var found = Find(carrier, id, handset, out handle);
        return found == Awaited.Unknown && !other.IsEmpty ? Find(carrier, other, handset, out handle) : found;
    }

    /// <summary>The message of an id in any form the carrier may use, the likeliest form first.</summary>
    private Awaited Find(Carrier carrier, ReadOnlySpan<byte> id, ulong handset, out int handle)
    {
        var known = FormOf(carrier);
        handle = MessageTable.None;
        if (known != IdForm.Auto)
        {
            var found = Look(carrier, id, known, handset, mustFit: false, out handle);
            if (found != Awaited.Unknown || carrier.Options.IdForm != IdForm.Auto) return found;
        }

        // The same digits are another message's id in another base: the handset says which of them is meant.
        var fitting = Look(carrier, id, handset, mustFit: handset != 0, out handle);
        if (fitting != Awaited.Unknown || handset == 0 || carrier.NamesHandsets) return fitting;
        // It may be that this carrier writes numbers in its own way.
        return Look(carrier, id, handset, mustFit: false, out handle);
    }

    /// <summary>Looks in all forms but the one the carrier is known to use; its receipts teach it.</summary>
    private Awaited Look(Carrier carrier, ReadOnlySpan<byte> id, ulong handset, bool mustFit, out int handle)
    {
        var known = FormOf(carrier);
        handle = MessageTable.None;
        for (var form = IdForm.Text; form <= IdForm.DecimalToHex; form++)
        {
            if (form == known) continue;
            var found = Look(carrier, id, form, handset, mustFit, out handle);
            if (found == Awaited.Unknown) continue;
            if (found == Awaited.InMemory && mustFit == (handset != 0) && Teaches(carrier, id, form))
                carrier.LearnedForm = form;
            return found;
        }

        return Awaited.Unknown;
    }

    /// <summary>Looks for an id in one form, in memory and outside.</summary>
    private Awaited Look(
        Carrier carrier, ReadOnlySpan<byte> id, IdForm form, ulong handset, bool mustFit, out int handle)
    {
        var key = Key(carrier, id, form);
        handle = MessageTable.None;
        if (key == 0) return Awaited.Unknown;
        handle = Best(key, id, handset, mustFit);
        if (handle == MessageTable.None)
        {
            var found = Revive(key, MessageIds.ExactHash(id), handset, mustFit);
            if (found != Awaited.InMemory) return found;
            handle = Best(key, id, handset, mustFit);
            if (handle == MessageTable.None) return Awaited.Unknown;
        }

        if (handset != 0 && !carrier.NamesHandsets) carrier.NamesHandsets = IsFor(handle, handset);
        return Awaited.InMemory;
    }

    private static IdForm FormOf(Carrier carrier) =>
        carrier.Options.IdForm == IdForm.Auto ? carrier.LearnedForm : carrier.Options.IdForm;

    /// <summary>Whether an id looks different in the other forms, so that a match says something.</summary>
    private static bool Teaches(Carrier carrier, ReadOnlySpan<byte> id, IdForm form)
    {
        var key = Key(carrier, id, form);
        for (var other = IdForm.Text; other <= IdForm.DecimalToHex; other++)
            if (other != form && Key(carrier, id, other) == key) return false;
        return true;
    }

    private bool IsFor(int handle, ulong handset) =>
        Addresses.IsOneOf(Addresses.Octets(in _ledger.Table[handle].Destination), handset);

    private static ulong Key(Carrier carrier, ReadOnlySpan<byte> id, IdForm form) => form switch
    {
        // The receipt is decimal: look for the hexadecimal id the response gave.
        IdForm.HexToDecimal => MessageIds.DecimalToHexKey(carrier.Options.Id, id),
        IdForm.DecimalToHex => MessageIds.HexToDecimalKey(carrier.Options.Id, id),
        _ => MessageIds.TextKey(carrier.Options.Id, id),
    };

    /// <summary>
    /// Of several messages under one key: the one that awaits a receipt, then the one to the receipt's handset, then
    /// the one whose id is the same to the letter, then the newest.
    /// </summary>
    /// <param name="mustFit">Whether only one to the receipt's handset will do.</param>
    private int Best(ulong key, ReadOnlySpan<byte> id, ulong handset, bool mustFit)
    {
        var place = _index.Find(key);
        if (place < 0) return MessageTable.None;
        var best = _index.ValueAt(place);
        var next = _index.Next(key, place);
        if (next < 0) return mustFit && !IsFor(best, handset) ? MessageTable.None : best;
        var exact = MessageIds.ExactHash(id);
        var bestRank = -1;
        for (best = MessageTable.None; place >= 0; place = _index.Next(key, place))
        {
            var handle = _index.ValueAt(place);
            var fits = IsFor(handle, handset);
            if (mustFit && !fits) continue;
            var rank = Rank(in _ledger.Table[handle], exact, fits);
            if (rank < bestRank) continue;
            if (rank == bestRank && _ledger.Table[handle].Position < _ledger.Table[best].Position) continue;
            best = handle;
            bestRank = rank;
        }

        return best;
    }

    private static int Rank(ref readonly LiveMessage message, uint exact, bool fits)
    {
        var rank = message.Stage == Stage.AwaitingReceipt ? 4 : 0;
        if (fits) rank += 2;
        return message.IdHash == exact ? rank + 1 : rank;
    }

    /// <summary>The held receipt of a message that a carrier has only just named.</summary>
    private bool TryUnpark(int handle, Carrier carrier, ReadOnlySpan<byte> id, out Parked early)
    {
        var (own, known) = (carrier.Options.Id, FormOf(carrier));
        for (var form = IdForm.Text; form <= IdForm.DecimalToHex; form++)
        {
            if (carrier.Options.IdForm != IdForm.Auto && form != carrier.Options.IdForm) continue;
            var key = form switch
            {
                IdForm.HexToDecimal => MessageIds.HexToDecimalKey(own, id),
                IdForm.DecimalToHex => MessageIds.DecimalToHexKey(own, id),
                _ => MessageIds.TextKey(own, id),
            };
            if (key == 0 || !_parked.TryPeek(key, out early)) continue;
            // What came early may be for a message that is yet to be named.
            var mustFit = form != known && (form != IdForm.Text || carrier.NamesHandsets) && early.Handset != 0;
            if (!mustFit || IsFor(handle, early.Handset)) return _parked.TryTake(key, out early);
        }

        early = default;
        return false;
    }

    private bool IsRecent(Carrier carrier, ReadOnlySpan<byte> id)
    {
        if (_recent.Contains(MessageIds.TextKey(carrier.Options.Id, id))) return true;
        var form = FormOf(carrier);
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
