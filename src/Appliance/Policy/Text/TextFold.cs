using System.Globalization;

namespace Appliance.Policy.Text;

/// <summary>
/// Text as rules compare it: lower case, letters without their marks, full-width and mathematical letters as the
/// plain ones, digits of all scripts as 0 to 9, nothing invisible. Rules' words go through the same table.
/// </summary>
/// <remarks>
/// A table of our own because the program runs without ICU, which Unicode's normal forms would need, and because one
/// load a character is all that a message may cost.
/// </remarks>
public sealed class TextFold
{
    /// <summary>A fold is at most so many times as long as the text.</summary>
    public const int MostExpansion = 2;

    /// <summary>In the table: the character stands for the pair of that number behind <see cref="FirstPair"/>.
    /// </summary>
    private const char FirstPair = '\uE000';
    private const char LastPrivate = '\uF8FF';
    private const char Nothing = '\0';

    private readonly char[] _table = new char[char.MaxValue + 1];
    private readonly List<(char First, char Second)> _pairs = [];
    private readonly bool _lookalikes;

    private TextFold(bool lookalikes)
    {
        _lookalikes = lookalikes;
        var marks = Rows(FoldTable.Marks);
        var like = lookalikes ? Rows(FoldTable.Lookalikes) : [];
        for (var c = 0; c <= char.MaxValue; c++) _table[c] = Fold((char)c, marks, like);
    }

    /// <summary>Case, marks and width.</summary>
    public static TextFold Plain { get; } = new(lookalikes: false);

    /// <summary>And look-alikes: Cyrillic and Greek letters, and digits and signs that stand for letters.</summary>
    public static TextFold Lookalikes { get; } = new(lookalikes: true);

    /// <summary>Folds all of the text; gives the length.</summary>
    /// <param name="target"><see cref="MostExpansion"/> times as long as the text.</param>
    public int Fold(ReadOnlySpan<char> text, Span<char> target)
    {
        var length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            var folded = _table[c];
            if (IsSign(c) && !(_lookalikes && IsWithinWord(text, i)))
            {
                target[length++] = c;
            }
            else if (folded is >= FirstPair and <= LastPrivate)
            {
                var (first, second) = _pairs[folded - FirstPair];
                target[length++] = first;
                target[length++] = second;
            }
            else if (char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                length += Supplementary(char.ConvertToUtf32(c, text[++i]), target[length..]);
            }
            else if (folded != Nothing)
            {
                target[length++] = folded;
            }
        }

        return length;
    }

    /// <summary>For rules' own words.</summary>
    public string Fold(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var target = new char[text.Length * MostExpansion];
        return new string(target, 0, Fold(text, target));
    }

    /// <summary>Whether it is part of a word: a letter, a digit, or a mark on one (as Indian vowel signs are).
    /// </summary>
    public static bool IsWord(char c) =>
        char.IsLetterOrDigit(c) || char.IsSurrogate(c) || CharUnicodeInfo.GetUnicodeCategory(c) is
            UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;

    /// <summary>Signs that look like letters; only within a word, since they are mostly what they are.</summary>
    private static bool IsSign(char c) => c is '@' or '$' or '|';

    private static bool IsWithinWord(ReadOnlySpan<char> text, int at) =>
        at > 0 && at + 1 < text.Length
        && (IsSign(text[at - 1]) || char.IsLetterOrDigit(text[at - 1]))
        && (IsSign(text[at + 1]) || char.IsLetterOrDigit(text[at + 1]));

    private char Fold(char c, Dictionary<char, string> marks, Dictionary<char, string> like)
    {
        if (c is >= FirstPair and <= LastPrivate) return '\uFFFD';
        if (IsInvisible(c)) return Nothing;
        if (c is >= '\uFF01' and <= '\uFF5E') c = (char)(c - 0xFEE0);
        else if (c == '\u3000') c = ' ';
        // 0-9 of every script; superscripts have a digit's value too but are no decimal digits.
        if (char.IsDigit(c)) c = (char)('0' + CharUnicodeInfo.GetDecimalDigitValue(c));
        if (char.IsUpper(c) && like.TryGetValue(c, out var capital)) return capital[0];
        c = char.ToLowerInvariant(c);
        if (marks.TryGetValue(c, out var target))
        {
            if (target.Length > 1) return Pair(target);
            c = target[0];
        }

        return like.TryGetValue(c, out var letter) ? letter[0] : c;
    }

    private char Pair(string target)
    {
        // "ll" in the middle of a pair would need a fold of its own letters; the only one is lj, whose l is an i.
        var first = _lookalikes && target[0] == 'l' ? 'i' : target[0];
        var second = target[1];
        var index = _pairs.IndexOf((first, second));
        if (index < 0)
        {
            index = _pairs.Count;
            _pairs.Add((first, second));
        }

        return (char)(FirstPair + index);
    }

    /// <summary>What phones don't show, and senders put between letters to hide a word; Latin combining marks and
    /// Arabic vowel signs, which are left out at will.</summary>
    private static bool IsInvisible(char c) => c is '\0' or '\u00AD' or '\u0640' or '\u061C' or '\u180E' or '\uFEFF'
        or (>= '\u0300' and <= '\u036F') or (>= '\u064B' and <= '\u065F') or '\u0670'
        or (>= '\u200B' and <= '\u200F') or (>= '\u202A' and <= '\u202E') or (>= '\u2060' and <= '\u2064')
        or (>= '\uFE00' and <= '\uFE0F');

    /// <summary>Characters beyond U+FFFF: mathematical letters and digits (U+1D400 to U+1D7FF) are plain ones in 13
    /// and 5 styles; others stay.</summary>
    private int Supplementary(int code, Span<char> target)
    {
        const int FirstLetter = 0x1D400;
        const int LastLetter = 0x1D6A3;
        const int FirstDigit = 0x1D7CE;
        const int LastDigit = 0x1D7FF;
        const int AToZTwice = 52;
        if (code is >= FirstLetter and <= LastLetter)
        {
            target[0] = _table['a' + ((code - FirstLetter) % AToZTwice % 26)];
            return 1;
        }

        if (code is >= FirstDigit and <= LastDigit)
        {
            target[0] = _table['0' + ((code - FirstDigit) % 10)];
            return 1;
        }

        target[0] = (char)(0xD800 + ((code - 0x10000) >> 10));
        target[1] = (char)(0xDC00 + ((code - 0x10000) & 0x3FF));
        return 2;
    }

    private static Dictionary<char, string> Rows(string table)
    {
        var rows = new Dictionary<char, string>();
        foreach (var row in table.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var space = row.IndexOf(' ', StringComparison.Ordinal);
            foreach (var c in row.AsSpan(space + 1)) rows[c] = row[..space];
        }

        return rows;
    }
}
