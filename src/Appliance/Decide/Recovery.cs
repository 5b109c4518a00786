using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Appliance.Policy.OptOuts;
using Appliance.Records;

namespace Appliance.Decide;

/// <summary>
/// Builds memory and the lists again from the journal, record by record, and then lets everything go on: what waited
/// waits again, what was in flight is in doubt, what is to be told is told.
/// </summary>
public sealed class Recovery(
    Ledger ledger, Replay replay, Reviver reviver, Backlog backlog, Housekeeping housekeeping, Dispatch dispatch,
    Receipts receipts, Responses responses, Notices notices, Billing billing, IKeyedState keyed)
{
    private readonly HeldLists _lists = backlog.Lists;
    private readonly List<int> _group = [];

    /// <summary>Records read.</summary>
    public long Records { get; private set; }

    /// <summary>The newest time in the records from <see cref="TimesFrom"/> on, in milliseconds since 1970.</summary>
    public long Newest { get; private set; }

    public ulong TimesFrom { get; init; }

    /// <summary>Messages that were in flight.</summary>
    public int InDoubt { get; private set; }

    public void Begin()
    {
        ledger.Replaying = true;
        ledger.Table.BeginReplay();
    }

    /// <summary>Applies one record, in the order of the journal.</summary>
    public void Apply(ulong position, ReadOnlySpan<byte> record)
    {
        Records++;
        if (position >= TimesFrom) Newest = Math.Max(Newest, TimeOf(record));
        billing.Replay(position, record);
        switch ((RecordKind)record[0])
        {
            case RecordKind.Accepted:
                Accept(position, record);
                break;
            case RecordKind.Inbound:
                Receive(position, record);
                break;
            case RecordKind.Charged or RecordKind.Refunded:
                replay.Account(position, MemoryMarshal.Read<EventHead>(record));
                break;
            case RecordKind.Adjusted or RecordKind.BalanceMark:
                break;
            case RecordKind.HandedOver:
                var handed = MemoryMarshal.Read<HandedOver>(record);
                foreach (ref readonly var entry in Rest<HandedOver, HandedOverEntry>(record))
                    replay.HandOver(position, in handed, entry.Accepted);
                break;
            case RecordKind.ReceiptParked:
                var parked = MemoryMarshal.Read<ParkedReceipt>(record);
                receipts.Repark(in parked, record[Unsafe.SizeOf<ParkedReceipt>()..], position);
                break;
            case RecordKind.Responded or RecordKind.Receipt or RecordKind.Noticed or RecordKind.Changed:
                var head = MemoryMarshal.Read<EventHead>(record);
                var extra = record.Slice(Unsafe.SizeOf<EventHead>(), head.Length);
                if (head.Kind == RecordKind.Receipt) receipts.Unpark(head.Carrier, extra);
                replay.Change(position, in head, extra);
                break;
            case RecordKind.Replaced:
                replay.Replace(position, MemoryMarshal.Read<Replaced>(record));
                break;
            case RecordKind.Held:
                Hold(position, MemoryMarshal.Read<Held>(record), Rest<Held, HeldEntry>(record));
                break;
            case RecordKind.Revived:
                Revive(position, MemoryMarshal.Read<Revived>(record), Rest<Revived, RevivedEntry>(record));
                break;
            case RecordKind.OptOut:
                // The list of opt-outs is read from its facts, which are in the same batch.
                break;
            default:
                throw new InvalidDataException(
                    $"the journal's record at position {position} is of kind {record[0]}, unknown to this version");
        }
    }

    /// <summary>All records are read: everything goes on from where it stood.</summary>
    public void Finish(long now)
    {
        ledger.Replaying = false;
        ledger.Table.EndReplay();
        Count();
        var table = ledger.Table;
        backlog.HoldExcess();
        for (var handle = table.Oldest; handle != MessageTable.None;)
        {
            ref var message = ref table[handle];
            var newer = message.Newer;
            switch (message.Stage)
            {
                case Stage.InFlight:
                    InDoubt++;
                    responses.InDoubt(handle, dispatch.Find(message.Carrier), now, restarting: true);
                    break;
                case Stage.Queued:
                    dispatch.Restore(handle, now);
                    break;
                case Stage.Notifying:
                    // It stood before those that are in the account's list.
                    notices.Take(handle);
                    break;
            }

            handle = newer;
        }

        _lists.Write();
    }

    /// <returns>0 for a record that has none.</returns>
    private static long TimeOf(ReadOnlySpan<byte> record) => (RecordKind)record[0] switch
    {
        RecordKind.Accepted or RecordKind.Inbound => MemoryMarshal.Read<Accepted>(record).At,
        RecordKind.HandedOver => MemoryMarshal.Read<HandedOver>(record).At,
        RecordKind.ReceiptParked => MemoryMarshal.Read<ParkedReceipt>(record).At,
        RecordKind.Responded or RecordKind.Receipt or RecordKind.Noticed or RecordKind.Changed
            or RecordKind.Replaced or RecordKind.Charged or RecordKind.Refunded =>
            MemoryMarshal.Read<EventHead>(record).At,
        RecordKind.Adjusted => MemoryMarshal.Read<Adjusted>(record).At,
        RecordKind.BalanceMark => MemoryMarshal.Read<BalanceMark>(record).At,
        RecordKind.OptOut when OptOutChange.TryRead(record, out var change) => change.At,
        _ => 0,
    };

    private static ReadOnlySpan<TEntry> Rest<THead, TEntry>(ReadOnlySpan<byte> record)
        where THead : unmanaged where TEntry : unmanaged =>
        MemoryMarshal.Cast<byte, TEntry>(record[Unsafe.SizeOf<THead>()..]);

    private void Accept(ulong position, ReadOnlySpan<byte> record)
    {
        var accepted = MemoryMarshal.Read<Accepted>(record);
        // Finished long since, or it could not have been erased; its events find nobody.
        if ((accepted.Flags & AcceptedFlags.Erased) != 0) return;
        var body = Bodies.Of(record);
        var isPart = (accepted.Flags & AcceptedFlags.Part) != 0;
        if (!isPart)
        {
            var destination = AddressHash.Long(Addresses.Octets(body, accepted.DestinationOffset));
            keyed.Index(accepted.Account, destination, position);
        }

        if ((accepted.Flags & AcceptedFlags.Repeat) != 0)
        {
            var (name, content, batch) = Bodies.Repeat(record);
            var known = new Keyed(position, (ulong)accepted.At, content);
            keyed.Name(name, known);
            if (batch != 0) keyed.Name(batch, known);
        }

        if ((accepted.Flags & AcceptedFlags.Held) == 0)
        {
            replay.Accept(position, position, in accepted, body);
            return;
        }

        var list = accepted.Due != 0
            ? _lists.Get(HeldKind.Scheduled, accepted.Due)
            : _lists.Get(HeldKind.Waiting, HeldLists.WaitingKey(
                accepted.Carrier, accepted.Priority, accepted.Account));
        if (isPart)
        {
            list.ExtendTail(position);
            ledger.Log.File(accepted.Message, position, accepted.Message);
        }
        else
        {
            _lists.AppendAccepted(list, HeldLists.EntryOf(position, in accepted), position);
        }
    }

    /// <summary>A mobile's message.</summary>
    private void Receive(ulong position, ReadOnlySpan<byte> record)
    {
        var accepted = MemoryMarshal.Read<Accepted>(record);
        if ((accepted.Flags & AcceptedFlags.Erased) != 0) return;
        var body = Bodies.Of(record);
        keyed.Index(accepted.Session, Bodies.NumberHash(in accepted, body), position);
        if ((accepted.Flags & AcceptedFlags.FromEsme) != 0) replay.Accept(position, position, in accepted, body);
        else ledger.Log.File(position, position, position);
    }

    private void Hold(ulong position, in Held head, ReadOnlySpan<HeldEntry> entries)
    {
        foreach (ref readonly var entry in entries)
        {
            var first = ledger.Table.Find(entry.Position);
            if (first == MessageTable.None) continue;
            Reviver.Group(ledger.Table, first, _group);
            if (head.List == HeldKind.Awaiting)
            {
                housekeeping.Await(first, _group);
                continue;
            }

            ledger.File(first);
            for (var i = _group.Count - 1; i >= 0; i--) ledger.Forget(_group[i]);
        }

        if (head.List != HeldKind.Awaiting) _lists.Replay(position, in head, entries);
    }

    private void Revive(ulong position, in Revived head, ReadOnlySpan<RevivedEntry> entries)
    {
        foreach (ref readonly var entry in entries)
        {
            if (head.List is HeldKind.Waiting or HeldKind.Scheduled or HeldKind.Notices)
                _lists.ReplayRevived(in head, entry.Position);
            var first = ledger.Table.Find(entry.Position);
            if (first == MessageTable.None)
            {
                first = reviver.Revive(entry.Position, entry.Last, position, head.List == HeldKind.Dead);
            }
            else
            {
                Reviver.Group(ledger.Table, first, _group);
                foreach (var part in _group) ledger.Table.Anchor(part, position);
            }

            // Where it was read that it went into the index it has to leave it again, or a second receipt would bring
            // it back from there though it waits elsewhere.
            if (head.List == HeldKind.Awaiting && first != MessageTable.None) backlog.Unawait(first);
        }
    }

    /// <summary>The accounts' and the carriers' shares of what is not finished.</summary>
    private void Count()
    {
        foreach (var account in notices.Accounts) account.Live = 0;
        for (var handle = ledger.Table.Oldest; handle != MessageTable.None; handle = ledger.Table[handle].Newer)
            notices.Account(ledger.Table[handle].Account).Live++;
        _lists.EndReplay(entry => notices.Account(entry.Account).Live += entry.Parts);
        foreach (var list in _lists.All)
        {
            if (list.Kind == HeldKind.Notices) notices.Account((ushort)list.Key).Held = list;
            else if (list.Kind == HeldKind.Waiting) Give(list);
        }
    }

    private void Give(HeldList list)
    {
        if (dispatch.Find(HeldLists.CarrierOf(list.Key)) is { } carrier)
            carrier.Held[HeldLists.PriorityOf(list.Key)].Add(HeldLists.AccountOf(list.Key), list);
        else backlog.Strays.Add(list);
    }
}
