using System.Text;

namespace Appliance.Routing;

/// <summary>
/// Sender addresses and beginnings of them as small numbers. An address and its beginnings are found in one pass: a
/// hash is carried along, and looked up at the lengths that occur. Letters of both cases are the same. Immutable.
/// </summary>
public sealed class SenderKeys
{
    /// <summary>Octets of the longest source_addr (SMPP 3.4 section 5.2.8).</summary>
    public const int Longest = 20;

    /// <summary>Keys of one address at the most: each of its beginnings, itself.</summary>
    public const int Most = Longest + 1;

    private const ulong Start = 14695981039346656037UL;
    private const ulong Step = 1099511628211UL;

    private readonly int[] _slots;
    private readonly byte[][] _texts;

    /// <summary>Bit n: beginnings of n octets occur.</summary>
    private readonly uint _lengths;
    private readonly bool _hasWhole;

    private SenderKeys(List<(byte[] Text, bool Whole)> entries)
    {
        _texts = new byte[entries.Count][];
        _slots = new int[(int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)(entries.Count * 2) + 2)];
        for (var i = 0; i < entries.Count; i++)
        {
            var (text, whole) = entries[i];
            _texts[i] = whole ? [.. text, 0] : text;
            if (whole) _hasWhole = true;
            else _lengths |= 1u << text.Length;
            var hash = Start;
            foreach (var octet in _texts[i]) hash = Next(hash, octet);
            var slot = SlotOf(hash);
            while (_slots[slot] != 0) slot = (slot + 1) & (_slots.Length - 1);
            _slots[slot] = i + 1;
        }
    }

    public bool IsEmpty => _texts.Length == 0;

    /// <summary>The keys of an address, from 1.</summary>
    /// <param name="keys">Room for <see cref="Most"/>.</param>
    /// <returns>How many.</returns>
    public int Find(ReadOnlySpan<byte> sender, Span<int> keys)
    {
        if (IsEmpty || sender.Length > Longest) return 0;
        Span<byte> folded = stackalloc byte[Longest + 1];
        var hash = Start;
        var count = 0;
        for (var i = 0; i <= sender.Length; i++)
        {
            if ((_lengths >> i & 1) != 0 && TryGet(hash, folded[..i], out var key)) keys[count++] = key;
            if (i == sender.Length) break;
            folded[i] = Fold(sender[i]);
            hash = Next(hash, folded[i]);
        }

        // A whole address is kept with an end mark, so that it is no beginning of another one.
        folded[sender.Length] = 0;
        if (_hasWhole && TryGet(Next(hash, 0), folded[..(sender.Length + 1)], out var whole)) keys[count++] = whole;
        return count;
    }

    private bool TryGet(ulong hash, ReadOnlySpan<byte> text, out int key)
    {
        for (var slot = SlotOf(hash); (key = _slots[slot]) != 0; slot = (slot + 1) & (_slots.Length - 1))
            if (_texts[key - 1].AsSpan().SequenceEqual(text)) return true;
        return false;
    }

    private int SlotOf(ulong hash) => (int)((hash ^ (hash >> 32)) & (uint)(_slots.Length - 1));

    private static ulong Next(ulong hash, byte octet) => (hash ^ octet) * Step;

    private static byte Fold(byte octet) => octet is >= (byte)'A' and <= (byte)'Z' ? (byte)(octet | 0x20) : octet;

    /// <summary>Gives out the keys.</summary>
    public sealed class Builder
    {
        private readonly Dictionary<string, int> _keys = new(StringComparer.Ordinal);
        private readonly List<(byte[] Text, bool Whole)> _entries = [];

        /// <param name="pattern">An address, or its beginning and a *.</param>
        public int Of(string pattern)
        {
            var folded = pattern.ToLowerInvariant();
            if (_keys.TryGetValue(folded, out var key)) return key;
            var whole = !folded.EndsWith('*');
            var text = Encoding.Latin1.GetBytes(whole ? folded : folded[..^1]);
            if (text.Length > Longest) throw new ArgumentException($"sender '{pattern}' is longer than {Longest}");
            _entries.Add((text, whole));
            _keys.Add(folded, _entries.Count);
            return _entries.Count;
        }

        public SenderKeys Build() => new(_entries);
    }
}
