using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Appliance.History;
using Appliance.Money;
using Appliance.Records;

namespace Appliance.Tests.Decide;

/// <summary>What the account of the virtual world pays, and whether the books are right.</summary>
internal sealed partial class VirtualWorld
{
    private readonly List<(PendingBalance Who, int Payment)> _payments = [];
    private int _paid;

    /// <summary>Payments that were answered.</summary>
    private readonly HashSet<int> _booked = [];

    /// <summary>Every sixth world's account is nearly out of money again and again.</summary>
    private bool IsPoor => _seed % 6 == 0;

    public bool IsRich => !IsPoor;

    private BillingConfiguration? Billing => _seed % 7 == 1 ? null : new() { CreditLimit = _seed % 5 };

    private RefundStates Refunds => (_seed % 3) switch
    {
        0 => RefundStates.Usual,
        1 => RefundStates.None,
        _ => RefundStates.Usual | RefundStates.Undelivered | RefundStates.Expired | RefundStates.Rejected
            | RefundStates.Unknown,
    };

    /// <summary>Micro-units a segment; some cost nothing.</summary>
    private static long PriceOf(VirtualMessage message) => message.Token % 9;

    /// <summary>A payment comes in, now and then one that has come in before.</summary>
    private void Pay()
    {
        var payment = _paid > 0 && _random.Next(4) == 0 ? _random.Next(1, _paid + 1) : ++_paid;
        var who = new PendingBalance();
        _payments.Add((who, payment));
        Event(EventKind.Adjust, who, (ref Slot slot) =>
        {
            slot.Account = AccountId;
            slot.Price = AmountOf(payment);
            slot.RepeatKey = (ulong)payment;
            slot.RepeatBody = 1;
            var words = Encoding.ASCII.GetBytes(payment.ToString(CultureInfo.InvariantCulture));
            words.CopyTo(slot.Allocate(words.Length));
        });
    }

    private long AmountOf(int payment) => IsPoor ? 1 + (payment % 20) : 100_000;

    /// <summary>The answers of the batch that is now durable.</summary>
    private void SettlePayments()
    {
        foreach (var (who, payment) in _payments)
        {
            if (!who.Task.IsCompleted) throw new InvalidOperationException($"payment {payment} was not answered");
            if (who.Task.Result != Appliance.ChangeResult.Done)
                throw new InvalidOperationException($"payment {payment}: {who.Task.Result}");
            if (who.IsRepeat && !_booked.Contains(payment) && _payments.Count(one => one.Payment == payment) < 2
                && CountBooked(payment) == 0)
                throw new InvalidOperationException($"payment {payment} was new");
            _booked.Add(payment);
        }

        _payments.Clear();
    }

    private int CountBooked(int payment) => Log.Records.Count(one => (RecordKind)one.Value[0] == RecordKind.Adjusted
        && Encoding.ASCII.GetString(one.Value.AsSpan(Unsafe.SizeOf<Adjusted>()))
        == payment.ToString(CultureInfo.InvariantCulture));

    /// <summary>The balance is what all of the journal adds up to, and never below what the account may owe.</summary>
    public void CheckBalance()
    {
        long balance = 0;
        var billing = Billing;
        foreach (var (position, record) in Log.Records)
        {
            balance += (RecordKind)record[0] switch
            {
                RecordKind.Accepted => -MemoryMarshal.Read<Accepted>(record).Paid,
                RecordKind.Refunded when MemoryMarshal.Read<MoneyChange>(record).Account == AccountId =>
                    MemoryMarshal.Read<MoneyChange>(record).Amount,
                RecordKind.Charged when MemoryMarshal.Read<MoneyChange>(record).Account == AccountId =>
                    -MemoryMarshal.Read<MoneyChange>(record).Amount,
                RecordKind.Adjusted => MemoryMarshal.Read<Adjusted>(record).Amount,
                _ => 0,
            };
            if (billing is not null && balance < -billing.CreditLimit)
                throw new InvalidOperationException($"the balance was {balance} at {position:x}");
        }

        var known = _decider.Billing.Balances[AccountId].Balance;
        if (known != balance) throw new InvalidOperationException($"the balance is {known}, the journal says {balance}");
        foreach (var payment in _booked)
        {
            if (CountBooked(payment) != 1)
                throw new InvalidOperationException($"payment {payment} was booked {CountBooked(payment)} times");
        }
    }

    /// <summary>What is wrong with what was taken for a message and given back for how it ended; null for nothing.
    /// </summary>
    public string? WrongCharge(VirtualMessage message, Story story)
    {
        foreach (var part in story.Parts)
        {
            var expected = PriceOf(message) > 0 ? PriceOf(message) : 0;
            if (part.Head.Charge != expected) return $"is charged {part.Head.Charge}, not {expected}";
            var pays = Billing is not null && message.Account == AccountId && expected != 0;
            if (part.Head.IsCharged != pays) return "has another payer";
            var given = false;
            var begun = false;
            State? ended = null;
            foreach (var one in story.Events.Where(one => one.Accepted == part.Position))
            {
                if (one.Kind is RecordKind.Refunded or RecordKind.Charged)
                {
                    if (one.Amount != expected) return $"{one.Kind} {one.Amount}, not {expected}";
                    if (given == (one.Kind == RecordKind.Refunded)) return $"{one.Kind} twice";
                    given = !given;
                    continue;
                }

                if (one.Reason == Reason.Retried) (ended, begun) = (null, true);
                else if (one.State >= State.Delivered) ended ??= one.State;
            }

            if (expected == 0) continue;
            var refunds = ended is { } state && ((int)Refunds >> (int)state & 1) != 0;
            if (given != refunds) return $"ended as {ended}, given back: {given}{(begun ? ", begun again" : "")}";
        }

        return null;
    }
}
