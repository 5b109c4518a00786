using System.Buffers;

namespace Appliance.Policy.Dlt;

/// <summary>
/// A registered template: fixed pieces with variable parts between them. Each {#var#} is up to 30 characters; the
/// typed ones that the registry has since 2024 ({#numeric#}, {#alphanumeric#}, {#url#}, {#urlott#}, {#cbn#}, {#email#})
/// are no narrower here, since what they hold is the operators' to check.
/// </summary>
/// <remarks>
/// Matched by the set of places the text so far may end at, a bit each: every piece moves the set on, so there is no
/// backtracking, and the work is at most the pieces' characters times the text's.
/// </remarks>
public sealed class DltTemplate
{
    /// <summary>Characters of a variable part.</summary>
    public const int LongestVariable = 30;

    /// <summary>Characters of a registered text.</summary>
    public const int LongestText = 2000;

    private const int WordBits = 64;
    private const int UsualWords = 32;

    private static readonly string[] Variables =
        ["{#var#}", "{#numeric#}", "{#alphanumeric#}", "{#url#}", "{#urlott#}", "{#cbn#}", "{#email#}"];

    /// <summary>A piece of text, or null for a variable part.</summary>
    private readonly List<string?> _pieces = [];

    public DltTemplate(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var rest = Collapse(text).AsSpan();
        while (!rest.IsEmpty)
        {
            var at = NextVariable(rest, out var length);
            if (at > 0) _pieces.Add(rest[..at].ToString());
            if (length > 0) _pieces.Add(null);
            rest = rest[(at + length)..];
        }
    }

    /// <summary>Whether the text is the template with its variable parts filled in. Runs of white space count as one
    /// space; all else must be the same.</summary>
    public bool Fits(ReadOnlySpan<char> text)
    {
        var rented = text.Length > UsualWords * WordBits ? ArrayPool<char>.Shared.Rent(text.Length) : null;
        var buffer = rented ?? stackalloc char[UsualWords * WordBits];
        var collapsed = buffer[..Collapse(text, buffer)];
        var words = (collapsed.Length / WordBits) + 1;
        var rentedBits = words > UsualWords ? ArrayPool<ulong>.Shared.Rent(words) : null;
        var places = (rentedBits ?? stackalloc ulong[UsualWords])[..words];
        var fits = Fits(collapsed, places);
        if (rented is not null) ArrayPool<char>.Shared.Return(rented);
        if (rentedBits is not null) ArrayPool<ulong>.Shared.Return(rentedBits);
        return fits;
    }

    private bool Fits(ReadOnlySpan<char> text, Span<ulong> places)
    {
        places.Clear();
        Set(places, 0);
        foreach (var piece in _pieces)
        {
            if (piece is null)
                Widen(places, text.Length);
            else if (!Advance(text, piece, places))
                return false;
        }

        return Has(places, text.Length);
    }

    /// <summary>A variable part: every place, and up to 30 behind it.</summary>
    private static void Widen(Span<ulong> places, int last)
    {
        var left = -1;
        for (var i = 0; i <= last; i++)
        {
            if (Has(places, i))
                left = LongestVariable;
            else if (left >= 0)
                Set(places, i);
            left--;
        }
    }

    /// <summary>A fixed piece: behind it, from where it stands. From the last place back, so that what is set is not
    /// met again.</summary>
    private static bool Advance(ReadOnlySpan<char> text, string piece, Span<ulong> places)
    {
        var any = false;
        for (var i = text.Length; i >= 0; i--)
        {
            if (!Has(places, i)) continue;
            places[i / WordBits] &= ~(1UL << (i % WordBits));
            if (!text[i..].StartsWith(piece)) continue;
            Set(places, i + piece.Length);
            any = true;
        }

        return any;
    }

    private static bool Has(Span<ulong> places, int at) => (places[at / WordBits] >> (at % WordBits) & 1) != 0;

    private static void Set(Span<ulong> places, int at) => places[at / WordBits] |= 1UL << (at % WordBits);

    private static int NextVariable(ReadOnlySpan<char> text, out int length)
    {
        var first = text.Length;
        length = 0;
        foreach (var variable in Variables)
        {
            var at = text.IndexOf(variable, StringComparison.OrdinalIgnoreCase);
            if (at < 0 || at >= first) continue;
            first = at;
            length = variable.Length;
        }

        return first;
    }

    private static string Collapse(string text)
    {
        var target = new char[text.Length];
        return new string(target, 0, Collapse(text, target));
    }

    private static int Collapse(ReadOnlySpan<char> text, Span<char> target)
    {
        var length = 0;
        foreach (var c in text)
        {
            var space = char.IsWhiteSpace(c);
            if (space && (length == 0 || target[length - 1] == ' ')) continue;
            target[length++] = space ? ' ' : c;
        }

        return length > 0 && target[length - 1] == ' ' ? length - 1 : length;
    }
}
