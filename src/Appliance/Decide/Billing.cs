using System.Runtime.InteropServices;
using Appliance.Money;
using Appliance.Records;
using Appliance.Routing;

namespace Appliance.Decide;

/// <summary>
/// What messages take from the accounts' balances, and what is given back. Each change is in the batch of what it is
/// for: a charge in the record of the acceptance, a refund before the final event.
/// </summary>
public sealed class Billing
{
    private readonly Ledger _ledger;
    private readonly DeciderOptions _options;
    private readonly BalanceReplay _replay;

    public Billing(Ledger ledger, DeciderOptions options)
    {
        _ledger = ledger;
        _options = options;
        _replay = new BalanceReplay(Balances);
        Configure(options.Accounts);
        ledger.Ending = End;
    }

    /// <summary>How accounts pay from now on; their balances stay.</summary>
    public void Configure(IReadOnlyList<AccountOptions> accounts) => Balances.Configure(
        from account in accounts
        where account.Billing is not null
        select KeyValuePair.Create(account.Id, account.Billing!));

    public Balances Balances { get; } = new();

    /// <summary>
    /// The record from which on the journal has to be read for the balances: the last mark, without one the first
    /// change. The largest number while there is none.
    /// </summary>
    public ulong Floor { get; private set; } = ulong.MaxValue;

    /// <summary>Messages that were refused since the balance did not cover them.</summary>
    public long Refused { get; private set; }

    /// <summary>Messages that were refused since their account is charged and has no price for them.</summary>
    public long Unpriced { get; private set; }

    /// <summary>Messages that were refused since they bring less than their carriers cost.</summary>
    public long BelowCost { get; private set; }

    /// <summary>Micro-units since the start, of all accounts that are charged.</summary>
    public long Taken { get; private set; }

    public long GivenBack { get; private set; }

    /// <summary>
    /// The carrier that a new message takes: none for one without a price of an account that is charged, none that
    /// costs more than it brings where that counts.
    /// </summary>
    /// <param name="refusal">PriceTooLow where that is why it is null.</param>
    public Carrier? Choose(
        CarrierChoice choice, RouteRule rule, in RouteQuery query, in Slot slot, ref Refusal refusal)
    {
        if (IsUnpriced(slot.Account, slot.Price))
        {
            refusal = Refusal.PriceTooLow;
            Unpriced++;
            return null;
        }

        var dear = choice.TooDear(rule, in query, slot.Price);
        var passed = choice.Tables.Money.Margin == MarginPolicy.NextCarrier ? dear : (ushort)0;
        var carrier = choice.Choose(rule, in query, passed, slot.UnixMs);
        if (dear == 0) return carrier;
        if (carrier is not null && (dear >> rule.PlaceOf(carrier.Options.Id) & 1) == 0) return carrier;
        refusal = Refusal.PriceTooLow;
        BelowCost++;
        return null;
    }

    /// <summary>Whether an account is charged and has no price for a message.</summary>
    public bool IsUnpriced(ushort account, long price) => price == RateCard.None && Balances.IsKept(account);

    /// <summary>Takes the price of all of a message.</summary>
    /// <param name="isCharged">Whether the account is charged at all.</param>
    /// <returns>False where the account does not have it; nothing is taken then.</returns>
    public bool TryCharge(in Slot slot, out bool isCharged)
    {
        isCharged = slot.Price > 0 && Balances.IsKept(slot.Account);
        if (!isCharged) return true;
        var amount = slot.Price * slot.Segments * slot.Parts;
        if (Balances.TryCharge(slot.Account, amount) != ChargeResult.Done)
        {
            Refused++;
            return false;
        }

        Taken += amount;
        Anchor();
        return true;
    }

    /// <summary>Whether an account has what would be taken from it.</summary>
    public bool Covers(ushort account, long amount) =>
        !Balances.IsKept(account) || Balances[account] is var view && view.Balance + view.CreditLimit >= amount;

    /// <summary>Charges a part again that was given its price back and goes out once more.</summary>
    public void ChargeAgain(int handle, long now)
    {
        ref var message = ref _ledger.Table[handle];
        if ((message.Flags & LiveFlags.Refunded) == 0 || message.Charge == 0) return;
        if ((message.Flags & LiveFlags.Paid) != 0)
        {
            // That the account has it was looked at before. One that is not charged any more keeps what it was given.
            if (!Balances.IsKept(message.Account)
                || Balances.TryCharge(message.Account, message.Charge) != ChargeResult.Done) return;
            Taken += message.Charge;
        }

        message.Flags &= ~LiveFlags.Refunded;
        Write(handle, RecordKind.Charged, now);
    }

    /// <summary>Adds a payment; false where the balance would be beyond what one can be.</summary>
    public bool TryAdjust(ushort account, long amount)
    {
        if (!Balances.TryAdjust(account, amount)) return false;
        Anchor();
        return true;
    }

    /// <summary>Applies a record of the journal; others than those of balances change nothing.</summary>
    public void Replay(ulong position, ReadOnlySpan<byte> record)
    {
        switch ((RecordKind)record[0])
        {
            case RecordKind.BalanceMark when MemoryMarshal.Read<BalanceMark>(record).GoesOn == 0:
                Floor = position;
                break;
            case RecordKind.Accepted when MemoryMarshal.Read<Accepted>(record).Paid == 0:
                return;
            case RecordKind.Charged or RecordKind.Refunded when MemoryMarshal.Read<MoneyChange>(record).Account == 0:
                return;
            case RecordKind.Accepted or RecordKind.Charged or RecordKind.Refunded or RecordKind.Adjusted:
                Floor = Math.Min(Floor, position);
                break;
            case RecordKind.BalanceMark:
                break;
            default:
                return;
        }

        _replay.Apply(record);
    }

    /// <summary>Writes all balances down where a restart would have to read far back for them.</summary>
    public void Tick(long now)
    {
        if (Floor == ulong.MaxValue || _ledger.Log.NextPosition - Floor < _options.BalanceMarkDistance << 16) return;
        Floor = BalanceMarks.Write(_ledger.Log, Balances, now);
    }

    /// <summary>A part is final: what it took is given back where it ended so.</summary>
    private void End(int handle, State state, long now)
    {
        if (!_options.Tables.Current.Money.IsRefunded(state)) return;
        ref var message = ref _ledger.Table[handle];
        message.Flags |= LiveFlags.Refunded;
        if ((message.Flags & LiveFlags.Paid) != 0)
        {
            Balances.Refund(message.Account, message.Charge);
            GivenBack += message.Charge;
        }

        Write(handle, RecordKind.Refunded, now);
    }

    private void Write(int handle, RecordKind kind, long now)
    {
        ref var message = ref _ledger.Table[handle];
        if ((message.Flags & LiveFlags.Paid) != 0) Anchor();
        Span<byte> extra = stackalloc byte[MoneyChange.ExtraLength];
        MemoryMarshal.Write(extra, message.Charge);
        MemoryMarshal.Write(
            extra[sizeof(long)..], (message.Flags & LiveFlags.Paid) != 0 ? message.Account : (ushort)0);
        _ledger.Note(handle, new EventHead
        {
            Kind = kind,
            State = message.State,
            Carrier = message.Carrier,
            At = now,
        }, extra);
    }

    /// <summary>From the first change on the journal is needed.</summary>
    private void Anchor()
    {
        if (Floor == ulong.MaxValue) Floor = _ledger.Log.NextPosition;
    }
}
