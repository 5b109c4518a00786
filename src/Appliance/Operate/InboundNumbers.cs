namespace Appliance.Operate;

/// <summary>
/// Whose the messages are that mobiles write to a number: the accounts' that name the number itself, else theirs that
/// name the longest beginning of it.
/// </summary>
public sealed class InboundNumbers
{
    public const string Expected = "a number or short code of 3 to 15 digits, with or without + before them, or the "
        + "first 1 to 14 digits of numbers and a *";

    private const int Shortest = 3;
    private const int Longest = 15;
    private const char AnyRest = '*';

    private readonly Dictionary<string, string[]> _numbers;
    private readonly Dictionary<string, string[]> _beginnings;

    /// <param name="accounts">With numbers that have been checked.</param>
    public InboundNumbers(IEnumerable<AccountConfiguration> accounts)
    {
        ArgumentNullException.ThrowIfNull(accounts);
        var all = (from account in accounts from number in account.Numbers select (account.Name, number)).ToList();
        _numbers = Group(all, Normalise);
        _beginnings = Group(all, Beginning);
    }

    /// <summary>The digits, or null for what is no number.</summary>
    public static string? Normalise(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var digits = text.StartsWith('+') ? text[1..] : text;
        return digits.Length is >= Shortest and <= Longest && digits.All(char.IsAsciiDigit) ? digits : null;
    }

    /// <summary>Whether a text of the configuration is a number, or a beginning of such with a * behind it.</summary>
    public static bool IsValid(string text) => Normalise(text) is not null || Beginning(text) is not null;

    /// <summary>The names of the accounts; a short code may have several.</summary>
    /// <param name="digits">As <see cref="Normalise"/> gives them.</param>
    public IReadOnlyList<string> OwnersOf(string digits)
    {
        ArgumentNullException.ThrowIfNull(digits);
        if (_numbers.TryGetValue(digits, out var owners)) return owners;
        if (_beginnings.Count == 0) return [];
        for (var length = Math.Min(digits.Length, Longest - 1); length > 0; length--)
            if (_beginnings.TryGetValue(digits[..length], out owners)) return owners;
        return [];
    }

    private static string? Beginning(string text)
    {
        if (!text.EndsWith(AnyRest)) return null;
        var digits = text[(text.StartsWith('+') ? 1 : 0)..^1];
        return digits.Length is > 0 and < Longest && digits.All(char.IsAsciiDigit) ? digits : null;
    }

    private static Dictionary<string, string[]> Group(
        IEnumerable<(string Account, string Number)> all, Func<string, string?> read) =>
        (from one in all
         let digits = read(one.Number)
         where digits is not null
         group one.Account by digits).ToDictionary(
            group => group.Key, group => group.Distinct().ToArray(), StringComparer.Ordinal);
}
