using System.Collections.Frozen;

namespace Appliance.Numbering;

/// <summary>
/// Networks, prefixes, countries and "any number" as small numbers, for tables by destination. A number belongs to
/// several of them; <see cref="Find"/> lists those, the most specific first. Immutable.
/// </summary>
public sealed class DestinationKeys
{
    /// <summary>Keys of one number at the most: network, prefixes, country, any.</summary>
    public const int Most = 1 + NumberPlan.MaxDigits + 1 + 1;

    /// <summary>The key of any number.</summary>
    public const int Any = 0;

    private const int None = -1;

    private readonly FrozenDictionary<uint, int> _networks;
    private readonly int[] _countries;
    private readonly PrefixTree _prefixes;

    /// <summary>For a prefix's key that of the next shorter one.</summary>
    private readonly int[] _shorter;
    private readonly bool _hasPrefixes;

    private DestinationKeys(
        Dictionary<uint, int> networks, int[] countries, IReadOnlyDictionary<string, int> prefixes, int count)
    {
        Count = count;
        _networks = networks.ToFrozenDictionary();
        _countries = countries;
        _hasPrefixes = prefixes.Count > 0;
        _shorter = new int[count];
        Array.Fill(_shorter, None);
        var tree = new PrefixTreeBuilder();
        foreach (var (prefix, key) in prefixes)
        {
            tree.TryAdd(prefix, key);
            for (var length = prefix.Length - 1; length > 0 && _shorter[key] == None; length--)
                if (prefixes.TryGetValue(prefix[..length], out var shorter)) _shorter[key] = shorter;
        }

        _prefixes = tree.Build();
    }

    /// <summary>Keys are 0 to Count - 1.</summary>
    public int Count { get; }

    /// <summary>The keys a number belongs to: network, prefixes from the longest, country, any.</summary>
    /// <param name="network">As Network.CodeOf has it; 0 where not known.</param>
    /// <param name="number">ASCII digits, a leading + allowed; it is read up to the first other octet.</param>
    /// <param name="country">As <see cref="CountryKey"/> has it; 0 where not known.</param>
    /// <param name="keys">Room for <see cref="Most"/>.</param>
    /// <returns>How many.</returns>
    public int Find(uint network, ReadOnlySpan<byte> number, ushort country, Span<int> keys)
    {
        var count = 0;
        if (network != 0 && _networks.TryGetValue(network, out var key)) keys[count++] = key;
        if (_hasPrefixes) count = FindPrefixes(number, keys, count);
        if (country < _countries.Length && _countries[country] != None) keys[count++] = _countries[country];
        keys[count++] = Any;
        return count;
    }

    private int FindPrefixes(ReadOnlySpan<byte> number, Span<int> keys, int count)
    {
        if (number.Length > 0 && number[0] == (byte)'+') number = number[1..];
        var other = number.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        if (other >= 0) number = number[..other];
        for (var key = _prefixes.Find(number); key != None; key = _shorter[key]) keys[count++] = key;
        return count;
    }

    /// <summary>Gives out the keys.</summary>
    public sealed class Builder
    {
        private readonly Dictionary<uint, int> _networks = [];
        private readonly Dictionary<string, int> _prefixes = new(StringComparer.Ordinal);
        private readonly int[] _countries = new int[CountryKey.Count];
        private int _count = Any + 1;

        public Builder() => Array.Fill(_countries, None);

        /// <param name="code">As Network.CodeOf has it.</param>
        public int OfNetwork(uint code)
        {
            if (_networks.TryGetValue(code, out var key)) return key;
            _networks.Add(code, _count);
            return _count++;
        }

        /// <param name="prefix">At most 15 digits; empty for any number.</param>
        public int OfPrefix(string prefix)
        {
            if (prefix.Length == 0) return Any;
            if (prefix.Length > NumberPlan.MaxDigits || prefix.AsSpan().ContainsAnyExceptInRange('0', '9'))
                throw new ArgumentException($"prefix '{prefix}' is not 1 to {NumberPlan.MaxDigits} digits");
            if (_prefixes.TryGetValue(prefix, out var key)) return key;
            _prefixes.Add(prefix, _count);
            return _count++;
        }

        /// <param name="country">As <see cref="CountryKey"/> has it.</param>
        public int OfCountry(ushort country) =>
            _countries[country] == None ? _countries[country] = _count++ : _countries[country];

        public DestinationKeys Build() => new(_networks, [.. _countries], _prefixes, _count);
    }
}
