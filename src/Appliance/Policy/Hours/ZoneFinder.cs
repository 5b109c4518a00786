namespace Appliance.Policy.Hours;

/// <summary>Which zones a number may be in: by its longest known prefix, else all of its country.</summary>
internal sealed class ZoneFinder
{
    private const int LongestPrefix = 4;

    private static readonly Dictionary<string, string[]> CountryNames = Rows(CountryZones.Table);
    private static readonly Dictionary<string, string[]> PrefixNames = Rows(NumberZones.Table);

    private readonly Zone[]?[] _countries = new Zone[]?[Country.Count];
    private readonly Dictionary<int, Zone[]> _prefixes = [];

    /// <param name="countries">Those whose zones are read; none for all.</param>
    public ZoneFinder(IReadOnlyList<Country> countries)
    {
        foreach (var (code, names) in CountryNames)
        {
            var country = Country.Parse(code);
            if (countries.Count == 0 || countries.Contains(country)) _countries[country.Index] = Find(names);
        }

        foreach (var (zones, prefixes) in PrefixNames)
        {
            var found = Find(zones.Split(','));
            foreach (var prefix in prefixes) _prefixes[Key(prefix)] = found;
        }
    }

    /// <summary>The country's zones by their names; none for one that isn't known.</summary>
    public static IReadOnlyList<string> NamesOf(Country country) =>
        CountryNames.TryGetValue(country.ToString(), out var names) ? names : [];

    /// <summary>All countries that have zones.</summary>
    public static IEnumerable<Country> Countries => CountryNames.Keys.Select(code => Country.Parse(code));

    /// <summary>The zones the number's prefix tells, or its country's if that has one only; empty where it may be in
    /// several.</summary>
    public Zone[] OwnOf(ReadOnlySpan<byte> number, Country country)
    {
        if (_countries[country.Index] is not { Length: > 1 } all) return _countries[country.Index] ?? [];
        for (var length = Math.Min(LongestPrefix, number.Length); length > 0; length--)
        {
            if (_prefixes.TryGetValue(Key(number[..length]), out var zones)) return zones;
        }

        return [];
    }

    /// <summary>All zones of the country; empty where it isn't known.</summary>
    public Zone[] AllOf(Country country) => _countries[country.Index] ?? [];

    private static Zone[] Find(string[] names) =>
        [.. names.Select(name => Zone.Find(name, out _)).OfType<Zone>()];

    private static int Key(ReadOnlySpan<byte> digits)
    {
        var key = 1;
        foreach (var digit in digits) key = (key * 10) + (digit - '0');
        return key;
    }

    private static int Key(string digits) => Key(System.Text.Encoding.ASCII.GetBytes(digits));

    /// <summary>First word of a row to its others.</summary>
    private static Dictionary<string, string[]> Rows(string table) =>
        table.Replace("\n+ ", " ", StringComparison.Ordinal)
            .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(row => row.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .ToDictionary(words => words[0], words => words[1..], StringComparer.Ordinal);
}
