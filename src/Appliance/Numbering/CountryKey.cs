namespace Appliance.Numbering;

/// <summary>A country's two letters as a number, for tables: 1 to 676, 0 for none.</summary>
public static class CountryKey
{
    public const int Count = (Letters * Letters) + 1;

    private const int Letters = 26;

    /// <param name="iso">ISO 3166-1 alpha-2 in upper case; anything else is no country.</param>
    public static ushort Of(ReadOnlySpan<char> iso) =>
        iso.Length == 2 && iso[0] is >= 'A' and <= 'Z' && iso[1] is >= 'A' and <= 'Z'
            ? (ushort)(((iso[0] - 'A') * Letters) + iso[1] - 'A' + 1)
            : (ushort)0;

    public static ushort Of(Country? country) => country is null ? (ushort)0 : Of(country.Iso);

    /// <summary>The two letters; empty for 0.</summary>
    public static string Name(ushort key) => key is 0 or >= Count
        ? ""
        : $"{(char)('A' + ((key - 1) / Letters))}{(char)('A' + ((key - 1) % Letters))}";
}
