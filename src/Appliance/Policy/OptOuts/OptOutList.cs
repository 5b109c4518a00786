using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Appliance.Policy.OptOuts;

/// <summary>
/// Who has opted out of what, in memory. One thread applies changes, in the order of the journal; any thread may ask.
/// </summary>
/// <remarks>
/// Many small tables instead of a large one, so that growing is many short pauses and needs no second copy of it all.
/// </remarks>
public sealed class OptOutList
{
    private const int Tables = 256;

    private readonly OptOutTable[] _tables = new OptOutTable[Tables];

    public OptOutList()
    {
        for (var i = 0; i < Tables; i++) _tables[i] = new OptOutTable();
    }

    /// <summary>Opt-outs there are.</summary>
    public long Count => _tables.Sum(table => (long)table.Count);

    /// <summary>Memory of the tables.</summary>
    public long Bytes => _tables.Sum(table => table.Bytes);

    /// <summary>Whether the number has opted out of this sender, or of all of the account's.</summary>
    /// <param name="number">Digits, with or without +.</param>
    /// <param name="sender">As the recipient sees it.</param>
    public bool Contains(ushort account, ReadOnlySpan<byte> number, ReadOnlySpan<byte> sender)
    {
        if (!OptOutKey.TryCreate(account, number, default, out var any)) return false;
        var one = any.With(sender);
        var hashOfAny = Mix(any.High, any.Low);
        var hashOfOne = Mix(one.High, one.Low);
        // Both slots come from memory: fetched together they cost one wait.
        Fetch(in _tables[hashOfOne.Table].HomeOf(hashOfOne.Slot));
        return _tables[hashOfAny.Table].Contains(any.High, any.Low, hashOfAny.Slot)
            || (!sender.IsEmpty && _tables[hashOfOne.Table].Contains(one.High, one.Low, hashOfOne.Slot));
    }

    /// <summary>Whether there is this very opt-out.</summary>
    public bool Contains(in OptOutKey key)
    {
        var hash = Mix(key.High, key.Low);
        return _tables[hash.Table].Contains(key.High, key.Low, hash.Slot);
    }

    /// <summary>False if it changes nothing, and need not be journaled.</summary>
    public bool Add(in OptOutKey key)
    {
        var hash = Mix(key.High, key.Low);
        return _tables[hash.Table].Add(key.High, key.Low, hash.Slot);
    }

    /// <summary>False if it changes nothing, and need not be journaled.</summary>
    public bool Remove(in OptOutKey key)
    {
        var hash = Mix(key.High, key.Low);
        return _tables[hash.Table].Remove(key.High, key.Low, hash.Slot);
    }

    /// <summary>
    /// Applies a change from an API call, a reply, the journal or the store. False if it changes nothing, or names no
    /// number. Changes may be applied twice, but only in their order.
    /// </summary>
    public bool Apply(in OptOutChange change) =>
        OptOutKey.TryCreate(change.Account, change.Number, change.Sender, out var key)
        && (change.Action == OptOutAction.Added ? Add(key) : Remove(key));

    internal static (int Table, uint Slot) Mix(ulong high, ulong low)
    {
        var hash = (high * 0x9E3779B97F4A7C15UL) ^ (low * 0xC2B2AE3D27D4EB4FUL);
        hash = (hash ^ (hash >> 32)) * 0xD6E8FEB86659FD93UL;
        hash = (hash ^ (hash >> 32)) * 0xD6E8FEB86659FD93UL;
        hash ^= hash >> 32;
        return ((int)(hash >> 56), (uint)hash);
    }

    private static unsafe void Fetch(ref readonly ulong slot)
    {
        if (Sse.IsSupported) Sse.Prefetch0(Unsafe.AsPointer(ref Unsafe.AsRef(in slot)));
    }
}
