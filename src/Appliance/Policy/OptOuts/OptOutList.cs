namespace Appliance.Policy.OptOuts;

/// <summary>
/// Who has opted out of what, in memory. One thread applies changes, in the order of the journal; any thread may ask.
/// </summary>
/// <remarks>
/// Many small tables instead of a large one, so that growing is many short pauses and needs no second copy of it all.
/// All opt-outs of a number and account are in one of them.
/// </remarks>
public sealed class OptOutList
{
    private const int Tables = 256;
    private const int TableShift = 56;

    private readonly OptOutTable[] _tables = new OptOutTable[Tables];

    /// <summary>Whether there has ever been one: most appliances have none, and need not look.</summary>
    private volatile bool _hasAny;
    private volatile int _version;

    public OptOutList()
    {
        for (var i = 0; i < Tables; i++) _tables[i] = new OptOutTable();
    }

    /// <summary>
    /// Counts what is in force: who reads it before he asks knows later whether the answer may have become another.
    /// </summary>
    public int Version => _version;

    /// <summary>What was changed is in force. After it, by the one thread that changes.</summary>
    public void Changed() => _version++;

    /// <summary>Opt-outs there are.</summary>
    public long Count => _tables.Sum(table => (long)table.Count);

    /// <summary>Memory of the tables.</summary>
    public long Bytes => _tables.Sum(table => table.Bytes);

    /// <summary>Whether the number has opted out of this sender, or of all of the account's.</summary>
    /// <param name="number">Digits, with or without +.</param>
    /// <param name="sender">As the recipient sees it.</param>
    public bool Contains(ushort account, ReadOnlySpan<byte> number, ReadOnlySpan<byte> sender)
    {
        if (!_hasAny || !OptOutKey.TryCreate(account, number, default, out var any)) return false;
        var subject = any.SubjectHash;
        var table = _tables[subject >> TableShift];
        return table.MayContain(subject)
            && (table.Contains(any) || (!sender.IsEmpty && table.Contains(any.With(sender))));
    }

    /// <summary>Whether the number may have opted out of any sender of the account; where not, none need be looked up.
    /// </summary>
    public bool MayContain(ushort account, ReadOnlySpan<byte> number) =>
        _hasAny && OptOutKey.TryCreate(account, number, default, out var any)
        && _tables[any.SubjectHash >> TableShift].MayContain(any.SubjectHash);

    /// <summary>Whether there is this very opt-out.</summary>
    public bool Contains(in OptOutKey key) => TableOf(key).Contains(key);

    /// <summary>False if it changes nothing, and need not be journaled.</summary>
    public bool Add(in OptOutKey key)
    {
        _hasAny = true;
        return TableOf(key).Add(key);
    }

    /// <summary>False if it changes nothing, and need not be journaled.</summary>
    public bool Remove(in OptOutKey key) => TableOf(key).Remove(key);

    /// <summary>
    /// Applies a change from an API call, a reply, the journal or the store. False if it changes nothing, or names no
    /// number. Changes may be applied twice, but only in their order.
    /// </summary>
    public bool Apply(in OptOutChange change) =>
        OptOutKey.TryCreate(change.Account, change.Number, change.Sender, out var key)
        && (change.Action == OptOutAction.Added ? Add(key) : Remove(key));

    private OptOutTable TableOf(in OptOutKey key) => _tables[key.SubjectHash >> TableShift];
}
