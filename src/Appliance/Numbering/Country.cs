namespace Appliance.Numbering;

/// <summary>A country, or a country code of none (satellites, international freephone): then Iso is empty.</summary>
/// <param name="Iso">ISO 3166-1 alpha-2, upper case; XK for Kosovo and AC, TA for islands, as the metadata has
/// them.</param>
/// <param name="Lengths">Bit n: national numbers of n digits exist.</param>
public sealed record Country(string Iso, int CallingCode, uint Lengths)
{
    /// <summary>What is dialled before a country code, in the order in which it is tried.</summary>
    internal DigitRule[] InternationalPrefixes { get; init; } = [];

    /// <summary>What is done with the beginning of a national number; the first that matches counts.</summary>
    internal DigitRule[] TrunkRules { get; init; } = [];

    /// <summary>The node at which the country's short codes begin, 0 for none.</summary>
    internal int ShortRoot { get; init; }

    /// <summary>ISO code and country code, for messages to people.</summary>
    public override string ToString() => Iso.Length == 0 ? $"+{CallingCode}" : $"{Iso} +{CallingCode}";
}

/// <summary>An assigned country code and the countries that share it.</summary>
/// <param name="Main">The country that stands for it where a number does not tell.</param>
/// <param name="Lengths">Bit n: national numbers of n digits exist in one of them.</param>
internal sealed record CallingCode(int Code, Country Main, Country? Sole, uint Lengths)
{
    internal int Digits { get; } = Code switch { < 10 => 1, < 100 => 2, _ => 3 };
}
