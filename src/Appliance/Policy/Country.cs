namespace Appliance.Policy;

/// <summary>A country by its ISO 3166-1 alpha-2 code; the default value is an unknown one.</summary>
public readonly record struct Country
{
    /// <summary>Places of a table over all codes, the unknown country's among them.</summary>
    public const int Count = 1 + (Letters * Letters);

    private const int Letters = 26;

    private readonly ushort _index;

    private Country(int index) => _index = (ushort)index;

    /// <summary>0 for the unknown country, else 1 to 676.</summary>
    public int Index => _index;

    public bool IsKnown => _index != 0;

    /// <summary>Two letters of either case.</summary>
    public static bool TryParse(ReadOnlySpan<char> code, out Country country)
    {
        country = default;
        if (code.Length != 2 || !char.IsAsciiLetter(code[0]) || !char.IsAsciiLetter(code[1])) return false;
        country = new Country(1 + (((code[0] & 0x5F) - 'A') * Letters) + ((code[1] & 0x5F) - 'A'));
        return true;
    }

    /// <exception cref="FormatException">Not two ASCII letters.</exception>
    public static Country Parse(ReadOnlySpan<char> code) =>
        TryParse(code, out var country) ? country : throw new FormatException($"\"{code}\" is no country code");

    /// <summary>The one with this <see cref="Index"/>.</summary>
    public static Country At(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        return new Country(index);
    }

    public override string ToString() => _index == 0
        ? "??"
        : string.Create(2, _index - 1, (text, index) =>
        {
            text[0] = (char)('A' + (index / Letters));
            text[1] = (char)('A' + (index % Letters));
        });
}
