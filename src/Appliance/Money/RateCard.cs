using System.Numerics;
using Appliance.Numbering;

namespace Appliance.Money;

/// <summary>
/// Amounts by (party, destination): costs of carriers or prices of accounts, micro-units a segment. A number's amount
/// is the party's for its network, else for its longest prefix, else for its country, else for any number; then the
/// same of <see cref="Everyone"/>. Immutable.
/// </summary>
public sealed class RateCard
{
    /// <summary>The party whose amounts hold for all that have none of their own.</summary>
    public const ushort Everyone = 0;

    /// <summary>Where no amount is known.</summary>
    public const long None = -1;

    private const int PartyShift = 32;

    private readonly DestinationKeys _destinations;
    private readonly Place[] _table;
    private readonly bool[] _parties;

    /// <summary>An amount, or <see cref="None"/> where the place is empty.</summary>
    private readonly record struct Place(ulong Key, long Amount);

    private RateCard(DestinationKeys destinations, IReadOnlyDictionary<ulong, long> amounts)
    {
        _destinations = destinations;
        Count = amounts.Count;
        var size = (int)BitOperations.RoundUpToPowerOf2((uint)(amounts.Count * 2) + 2);
        _table = new Place[size];
        _parties = new bool[ushort.MaxValue + 1];
        Array.Fill(_table, new Place(0, None));
        foreach (var (key, amount) in amounts)
        {
            var slot = SlotOf(key);
            while (_table[slot].Amount != None) slot = (slot + 1) & (size - 1);
            _table[slot] = new Place(key, amount);
            _parties[key >> PartyShift] = true;
        }
    }

    public static RateCard Empty { get; } = new Builder().Build();

    public int Count { get; }

    /// <summary>Whether a party has amounts of its own.</summary>
    public bool Has(ushort party) => _parties[party];

    /// <summary>Where a number stands in the card; asked once for several parties.</summary>
    /// <param name="keys">Room for <see cref="DestinationKeys.Most"/>.</param>
    public int Locate(uint network, ReadOnlySpan<byte> number, ushort country, Span<int> keys) =>
        _destinations.Find(network, number, country, keys);

    /// <summary>A party's amount, or <see cref="None"/>.</summary>
    /// <param name="keys">What <see cref="Locate"/> found.</param>
    public long Find(ushort party, ReadOnlySpan<int> keys)
    {
        if (_parties[party])
        {
            foreach (var key in keys)
                if (TryGet(party, key, out var own)) return own;
        }

        if (party == Everyone || !_parties[Everyone]) return None;
        foreach (var key in keys)
            if (TryGet(Everyone, key, out var common)) return common;
        return None;
    }

    private bool TryGet(ushort party, int destination, out long amount)
    {
        var key = KeyOf(party, destination);
        for (var slot = SlotOf(key); (amount = _table[slot].Amount) != None; slot = (slot + 1) & (_table.Length - 1))
            if (_table[slot].Key == key) return true;
        return false;
    }

    private static ulong KeyOf(ushort party, int destination) => ((ulong)party << PartyShift) | (uint)destination;

    private int SlotOf(ulong key) => (int)((key * 0x9E3779B97F4A7C15UL) >> 32 & (uint)(_table.Length - 1));

    /// <summary>Collects amounts.</summary>
    public sealed class Builder
    {
        private readonly DestinationKeys.Builder _destinations = new();
        private readonly Dictionary<ulong, long> _amounts = [];

        /// <returns>False where the party has an amount for the network already.</returns>
        public bool TryAddNetwork(ushort party, uint network, long amount) =>
            TryAdd(party, _destinations.OfNetwork(network), amount);

        /// <summary>An empty prefix is any number.</summary>
        public bool TryAddPrefix(ushort party, string prefix, long amount) =>
            TryAdd(party, _destinations.OfPrefix(prefix), amount);

        public bool TryAddCountry(ushort party, ushort country, long amount) =>
            TryAdd(party, _destinations.OfCountry(country), amount);

        public RateCard Build() => new(_destinations.Build(), _amounts);

        private bool TryAdd(ushort party, int destination, long amount)
        {
            if (amount is < 0 or > Micros.Most) throw new ArgumentOutOfRangeException(nameof(amount));
            return _amounts.TryAdd(KeyOf(party, destination), amount);
        }
    }
}
