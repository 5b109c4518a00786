namespace Appliance.Operate;

/// <summary>Whose replies the numbers are that mobiles write to.</summary>
public static class InboundNumbers
{
    public const string Expected = "a number or short code of 3 to 15 digits, with or without + before them";

    private const int Shortest = 3;
    private const int Longest = 15;

    /// <summary>The digits, or null for what is no number.</summary>
    public static string? Normalise(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var digits = text.StartsWith('+') ? text[1..] : text;
        return digits.Length is >= Shortest and <= Longest && digits.All(char.IsAsciiDigit) ? digits : null;
    }

    /// <summary>Digits of a number to the names of the accounts that have it; a short code may have several.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> Of(IEnumerable<AccountConfiguration> accounts) =>
        (from account in accounts
         from number in account.Numbers
         let digits = Normalise(number)
         where digits is not null
         group account.Name by digits).ToDictionary(
            group => group.Key, IReadOnlyList<string> (group) => [.. group.Distinct()], StringComparer.Ordinal);
}
