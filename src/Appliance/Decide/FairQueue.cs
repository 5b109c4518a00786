using Appliance.Limits;

namespace Appliance.Decide;

/// <summary>
/// Live messages that wait for the same thing: those of one account in order, the accounts in turn by their weights. It
/// has a head like any queue, which stays the head until it is taken, leaves or comes back.
/// </summary>
public sealed class FairQueue(FairWeights weights)
{
    private readonly FairPick _turns = new(weights);
    private HandleQueue[] _accounts = [];

    public int Count { get; private set; }

    /// <summary>The oldest message of the account whose turn it is, or <see cref="MessageTable.None"/>.</summary>
    public int Head => _turns.TryPick(out var account) ? _accounts[account].Head : MessageTable.None;

    /// <summary>Messages of an account.</summary>
    public int CountOf(ushort account) => account < _accounts.Length ? _accounts[account].Count : 0;

    public void Append(MessageTable table, int handle)
    {
        Of(table[handle].Account).Append(table, handle);
        Came(table[handle].Account);
    }

    /// <summary>Puts a message back where its age belongs among its account's.</summary>
    public void Return(MessageTable table, int handle)
    {
        Of(table[handle].Account).Return(table, handle);
        Came(table[handle].Account);
    }

    public int TakeHead(MessageTable table)
    {
        if (!_turns.TryPick(out var account)) throw new InvalidOperationException("nothing waits");
        var handle = _accounts[account].TakeHead(table);
        _turns.Done(account);
        Left(account, 1);
        return handle;
    }

    /// <summary>Takes out one wherever it stands.</summary>
    /// <returns>False if it does not stand here.</returns>
    public bool TryRemove(MessageTable table, int handle)
    {
        var account = table[handle].Account;
        if (account >= _accounts.Length || !_accounts[account].TryRemove(table, handle)) return false;
        Left(account, 1);
        return true;
    }

    /// <summary>Takes out all that has expired, in order of each account.</summary>
    /// <param name="now">Seconds since 1970.</param>
    public void TakeExpired(MessageTable table, uint now, List<int> taken)
    {
        if (Count == 0) return;
        for (var account = 0; account < _accounts.Length; account++)
        {
            if (_accounts[account].Count == 0) continue;
            var before = taken.Count;
            _accounts[account].TakeExpired(table, now, taken);
            if (taken.Count > before) Left((ushort)account, taken.Count - before);
        }
    }

    /// <summary>When the oldest of all was accepted, milliseconds since 1970; the largest number for none.</summary>
    public long OldestAt(MessageTable table)
    {
        var oldest = long.MaxValue;
        if (Count == 0) return oldest;
        foreach (ref readonly var queue in _accounts.AsSpan())
            if (queue.Head != MessageTable.None) oldest = Math.Min(oldest, table[queue.Head].AcceptedAt);
        return oldest;
    }

    private ref HandleQueue Of(ushort account)
    {
        if (account >= _accounts.Length) Grow(account + 1);
        return ref _accounts[account];
    }

    private void Came(ushort account)
    {
        Count++;
        _turns.Add(account);
    }

    private void Left(ushort account, int messages)
    {
        Count -= messages;
        if (_accounts[account].Count == 0) _turns.Remove(account);
    }

    private void Grow(int accounts)
    {
        var before = _accounts.Length;
        Array.Resize(ref _accounts, Math.Max(accounts, before * 2));
        for (var i = before; i < _accounts.Length; i++) _accounts[i] = new HandleQueue();
    }
}
