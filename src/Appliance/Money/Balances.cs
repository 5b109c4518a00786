using Appliance.Records;

namespace Appliance.Money;

/// <summary>What became of a charge.</summary>
public enum ChargeResult : byte
{
    Done,

    /// <summary>The balance and the credit do not cover it.</summary>
    Insufficient,
}

/// <summary>An account's money.</summary>
/// <param name="Balance">Micro-units; below 0 where it owes.</param>
/// <param name="CreditLimit">Micro-units that the balance may be below 0.</param>
public readonly record struct BalanceView(bool IsKept, long Balance, long CreditLimit)
{
    /// <summary>What can still be spent; never below 0.</summary>
    public long Available => Math.Max(0, Balance + CreditLimit);
}

/// <summary>
/// The accounts' balances. The decide thread alone changes them, and writes each change into the journal before
/// anything of it is said: a charge in the batch of the message's acceptance. So a balance is never overspent, and
/// reading the journal again gives the same one. An account that is not kept is never charged.
/// </summary>
/// <remarks>Balances and credit stay within a quarter of a long's range, so no sum of two overflows.</remarks>
public sealed class Balances
{
    /// <summary>Micro-units that a balance is away from 0 at the most.</summary>
    public const long Most = BillingConfiguration.Unlimited;

    private Entry[] _entries = new Entry[64];

    private struct Entry
    {
        public bool IsKept;
        public long Balance;
        public long Credit;
    }

    /// <summary>Sets how accounts pay; the balances stay. Accounts that are not named are not charged any more.
    /// </summary>
    /// <param name="billing">By the account's persistent id.</param>
    public void Configure(IEnumerable<KeyValuePair<ushort, BillingConfiguration>> billing)
    {
        ArgumentNullException.ThrowIfNull(billing);
        foreach (ref var entry in _entries.AsSpan()) entry.IsKept = false;
        foreach (var (account, terms) in billing)
        {
            ref var entry = ref Of(account);
            entry.IsKept = true;
            entry.Credit = Math.Clamp(terms.CreditLimit, 0, Most);
        }
    }

    /// <summary>Whether an account is charged.</summary>
    public bool IsKept(ushort account) => account < _entries.Length && _entries[account].IsKept;

    public BalanceView this[ushort account]
    {
        get
        {
            if (account >= _entries.Length) return default;
            ref readonly var entry = ref _entries[account];
            return new BalanceView(entry.IsKept, entry.Balance, entry.Credit);
        }
    }

    /// <summary>Takes an amount where the account has it.</summary>
    /// <param name="amount">Micro-units, from 0.</param>
    public ChargeResult TryCharge(ushort account, long amount)
    {
        if ((ulong)amount > Most) ThrowAmount(amount);
        if (account >= _entries.Length) return ChargeResult.Done;
        ref var entry = ref _entries[account];
        if (!entry.IsKept) return ChargeResult.Done;
        if (entry.Balance - amount < -entry.Credit) return ChargeResult.Insufficient;
        entry.Balance -= amount;
        return ChargeResult.Done;
    }

    /// <summary>Gives back what a message was charged.</summary>
    public void Refund(ushort account, long amount)
    {
        if ((ulong)amount > Most) ThrowAmount(amount);
        Apply(account, amount);
    }

    /// <summary>Adds a payment, or takes a correction away.</summary>
    /// <param name="amount">Micro-units; below 0 to take away.</param>
    /// <returns>False where the balance would be beyond <see cref="Most"/>.</returns>
    public bool TryAdjust(ushort account, long amount)
    {
        ref var entry = ref Of(account);
        if (amount is < -Most or > Most || Math.Abs(entry.Balance + amount) > Most) return false;
        entry.Balance += amount;
        return true;
    }

    /// <summary>Balances that are not 0 or are kept, for a mark in the journal.</summary>
    /// <param name="from">The first account to look at; the one to go on from, when it returns.</param>
    /// <returns>How many entries were written; as many as there is room for where more may follow.</returns>
    public int Mark(ref int from, Span<BalanceMarkEntry> entries)
    {
        var count = 0;
        for (; from < _entries.Length && count < entries.Length; from++)
        {
            ref readonly var entry = ref _entries[from];
            if (!entry.IsKept && entry.Balance == 0) continue;
            entries[count++] = new BalanceMarkEntry { Account = (ushort)from, Balance = entry.Balance };
        }

        return count;
    }

    /// <summary>A change that the journal tells of; limits were looked at when it was written.</summary>
    internal void Apply(ushort account, long change)
    {
        ref var entry = ref Of(account);
        entry.Balance = Math.Clamp(entry.Balance + change, -Most, Most);
    }

    internal void Set(ushort account, long balance) => Of(account).Balance = balance;

    internal void Clear()
    {
        foreach (ref var entry in _entries.AsSpan()) entry.Balance = 0;
    }

    private ref Entry Of(ushort account)
    {
        if (account >= _entries.Length) Array.Resize(ref _entries, Math.Max(account + 1, _entries.Length * 2));
        return ref _entries[account];
    }

    private static void ThrowAmount(long amount) =>
        throw new ArgumentOutOfRangeException(nameof(amount), amount, "an amount from 0");
}
