using System.Text;

namespace Appliance.Policy.OptOuts;

/// <summary>What the list says about a number and a sender, as the APIs show it.</summary>
public sealed record OptOutEntry
{
    public const string OptedOut = "opted_out";
    public const string OptedIn = "opted_in";

    /// <summary>With + before it.</summary>
    public required string Number { get; init; }

    /// <summary>In lower case; null for all senders of the account.</summary>
    public string? Sender { get; init; }

    /// <summary>The account's name.</summary>
    public required string Account { get; init; }

    /// <summary>opted_out or opted_in.</summary>
    public required string Status { get; init; }

    /// <summary>reply, api or import.</summary>
    public required string Source { get; init; }

    /// <summary>Of a reply: what it said.</summary>
    public string? Keyword { get; init; }

    /// <summary>When that came to be.</summary>
    public required DateTimeOffset At { get; init; }

    public static OptOutEntry Of(in OptOutChange change, string account) => new()
    {
        Number = "+" + Encoding.ASCII.GetString(change.Number),
        Sender = change.Sender.IsEmpty ? null : Encoding.ASCII.GetString(change.Sender),
        Account = account,
        Status = change.Action == OptOutAction.Added ? OptedOut : OptedIn,
        Source = NameOf(change.Source),
        Keyword = change.Keyword.IsEmpty ? null : Encoding.UTF8.GetString(change.Keyword),
        At = DateTimeOffset.FromUnixTimeMilliseconds(change.At),
    };

    public static string NameOf(OptOutSource source) => source switch
    {
        OptOutSource.Reply => "reply",
        OptOutSource.Api => "api",
        _ => "import",
    };
}

/// <summary>A page of an account's list, in order of the numbers.</summary>
/// <param name="Next">What to give as <c>cursor</c> for the next page; null on the last.</param>
public sealed record OptOutPage(IReadOnlyList<OptOutEntry> OptOuts, string? Next);

/// <summary>What a page shows.</summary>
/// <param name="Number">Digits, for what is known of one number; null for all.</param>
/// <param name="Ended">Whether opt-outs that have ended are shown as well.</param>
/// <param name="Cursor">Of the page before, or null.</param>
public sealed record OptOutQuery(string? Number, bool Ended, string? Cursor, int Limit)
{
    public const int UsualPage = 100;
    public const int LargestPage = 1000;
}

/// <summary>A change that somebody asks for.</summary>
/// <param name="Account">The persistent id of its name.</param>
/// <param name="Number">Digits.</param>
/// <param name="Sender">Empty for all senders of the account.</param>
public sealed record OptOutWish(
    ushort Account, string Number, string Sender, OptOutAction Action, OptOutSource Source, string Keyword = "")
{
    public const string NumberExpected = "an international number: 5 to 15 digits, with or without + or 00 before them";

    private const int ShortestNumber = 5;

    /// <summary>The digits of a number, or null where it can be none. A + that was not escaped in an address has come
    /// as a space.</summary>
    public static string? NumberOf(string text)
    {
        var lead = text is ['+' or ' ', ..] ? 1 : text is ['0', '0', ..] ? 2 : 0;
        var digits = text.AsSpan(lead);
        return !digits.StartsWith('0') && digits.Length is >= ShortestNumber and <= OptOutKey.LongestNumber
            && !digits.ContainsAnyExceptInRange('0', '9') ? digits.ToString() : null;
    }

    /// <summary>Octets of its record.</summary>
    public int Write(Span<byte> target, byte kind, long unixMs)
    {
        Span<byte> number = stackalloc byte[OptOutKey.LongestNumber];
        Span<byte> sender = stackalloc byte[OptOutKey.LongestSender];
        Span<byte> keyword = stackalloc byte[OptOutChange.LongestKeyword];
        return new OptOutChange
        {
            Action = Action,
            Source = Source,
            Account = Account,
            Number = number[..Encoding.ASCII.GetBytes(Number, number)],
            Sender = sender[..Encoding.ASCII.GetBytes(Sender, sender)],
            Keyword = keyword[..Encoding.UTF8.GetBytes(Keyword, keyword)],
            At = unixMs,
        }.Write(target, kind);
    }
}
