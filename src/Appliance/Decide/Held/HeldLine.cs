namespace Appliance.Decide;

/// <summary>
/// What waits for a carrier outside memory, of one priority: a list for each account, so that the account with the
/// longest does not stand before the others.
/// </summary>
public sealed class HeldLine
{
    private readonly List<HeldList> _lists = [];
    private HeldList?[] _accounts = [];
    private int _turn;

    /// <summary>Messages in all lists.</summary>
    public int Count { get; private set; }

    /// <summary>Lists that are not empty.</summary>
    public IReadOnlyList<HeldList> Lists => _lists;

    /// <summary>An account's list; null where it never had one.</summary>
    public HeldList? Of(ushort account) => account < _accounts.Length ? _accounts[account] : null;

    /// <summary>Takes an account's list in.</summary>
    public void Add(ushort account, HeldList list)
    {
        if (account >= _accounts.Length) Array.Resize(ref _accounts, Math.Max(account + 1, _accounts.Length * 2));
        _accounts[account] = list;
        list.Line = this;
        if (list.Count > 0) _lists.Add(list);
        Count += list.Count;
    }

    /// <summary>The next list that is not empty, each in turn; null for none.</summary>
    public HeldList? Next()
    {
        if (_lists.Count == 0) return null;
        _turn = _turn + 1 < _lists.Count ? _turn + 1 : 0;
        return _lists[_turn];
    }

    /// <summary>A list of the line has become longer or shorter.</summary>
    internal void Changed(HeldList list, int before, int after)
    {
        Count += after - before;
        if (before == 0 && after > 0) _lists.Add(list);
        else if (before > 0 && after == 0) _lists.Remove(list);
    }
}
