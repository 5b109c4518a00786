namespace Appliance.Limits;

/// <summary>
/// Who of several accounts is next: by deficit round robin (Shreedhar and Varghese, 1995), so that each gets its
/// weight's share of the work while it has any, and one that sends more only makes its own line longer. All in constant
/// time. The decide thread's.
/// </summary>
/// <remarks>
/// Accounts with work stand in a ring. Whose turn it is has as much credit added as its weight, and goes on while the
/// credit covers what it wants done; what is left stays for its next turn, unless it has run out of work.
/// </remarks>
/// <param name="weights">Units of work a turn.</param>
public sealed class FairPick(FairWeights weights)
{
    private const int Nobody = -1;
    private const int FewAccounts = 8;

    private Member[] _members = new Member[FewAccounts];
    private int _current = Nobody;

    private struct Member
    {
        public int Next;
        public int Previous;
        public long Credit;
        public bool HasWork;
        public bool HasTurn;
    }

    /// <summary>Accounts with work.</summary>
    public int Count { get; private set; }

    /// <summary>An account has work; no change where it had.</summary>
    public void Add(ushort account)
    {
        ref var member = ref Of(account);
        if (member.HasWork) return;
        member.HasWork = true;
        member.Credit = 0;
        member.HasTurn = false;
        if (Count++ == 0)
        {
            member.Next = member.Previous = account;
            _current = account;
            return;
        }

        // Behind all others: before the one whose turn it is.
        var last = _members[_current].Previous;
        member.Next = _current;
        member.Previous = last;
        _members[last].Next = account;
        _members[_current].Previous = account;
    }

    /// <summary>An account has no more work, or none that can be done now; what credit it had is gone.</summary>
    public void Remove(ushort account)
    {
        if (account >= _members.Length || !_members[account].HasWork) return;
        ref var member = ref _members[account];
        member.HasWork = false;
        member.HasTurn = false;
        member.Credit = 0;
        Count--;
        if (Count == 0)
        {
            _current = Nobody;
            return;
        }

        _members[member.Previous].Next = member.Next;
        _members[member.Next].Previous = member.Previous;
        if (_current == account) _current = member.Next;
    }

    /// <summary>Whose work is next; it is asked again after <see cref="Done"/> or <see cref="Remove"/>.</summary>
    /// <returns>False where nobody has any.</returns>
    public bool TryPick(out ushort account)
    {
        account = 0;
        if (_current == Nobody) return false;
        ref var member = ref _members[_current];
        if (!member.HasTurn)
        {
            member.HasTurn = true;
            member.Credit += weights[(ushort)_current];
            // A debt of a large piece of work is paid off over turns.
            while (member.Credit <= 0)
            {
                member.HasTurn = false;
                _current = member.Next;
                member = ref _members[_current];
                member.HasTurn = true;
                member.Credit += weights[(ushort)_current];
            }
        }

        account = (ushort)_current;
        return true;
    }

    /// <summary>Work of the picked account was done.</summary>
    /// <param name="cost">Units: messages, or segments.</param>
    public void Done(ushort account, int cost = 1)
    {
        if (account != _current) throw new InvalidOperationException($"account {account} was not picked");
        ref var member = ref _members[account];
        member.Credit -= cost;
        if (member.Credit > 0) return;
        member.HasTurn = false;
        _current = member.Next;
    }

    private ref Member Of(ushort account)
    {
        var length = _members.Length;
        if (account >= length) Array.Resize(ref _members, Math.Max(account + 1, length * 2));
        return ref _members[account];
    }
}
