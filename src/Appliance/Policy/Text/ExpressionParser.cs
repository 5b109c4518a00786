using System.Globalization;

namespace Appliance.Policy.Text;

/// <summary>
/// Reads an expression. The syntax is what usual expressions have that a finite automaton can do:
/// <code>
/// alternatives = sequence *("|" sequence)
/// sequence     = *(item ["*" / "+" / "?" / "{n}" / "{n,}" / "{n,m}"])
/// item         = character / "." / "(" alternatives ")" / "(?:" alternatives ")"
///              / "[" ["^"] 1*(character / character "-" character / "\d" "\w" "\s" "\D" "\W" "\S") "]"
///              / "\d" "\D" (digits)  "\w" "\W" (letters, digits, _)  "\s" "\S" (space)  "\n" "\r" "\t"
///              / "\b" "\B" (a word's border, none)  "^" "$" (the text's ends)  "\" sign
/// </code>
/// An expression is found anywhere in the folded text, so letters stand for themselves with any case and marks. There
/// are no back-references and no look-around: those cannot be matched in one pass.
/// </summary>
public sealed class ExpressionParser
{
    /// <summary>Characters of an expression.</summary>
    public const int LongestExpression = 1000;

    private const int MostRepeats = 200;
    private const int DeepestGroup = 50;

    private readonly string _text;
    private int _at;
    private int _depth;

    private ExpressionParser(string text) => _text = text;

    /// <summary>What is wrong with an expression, as "expected ..."; null for one that can be built.</summary>
    public static string? Fault(string expression)
    {
        try
        {
            Expression.Build(expression);
            return null;
        }
        catch (FormatException error)
        {
            return error.Message;
        }
    }

    /// <exception cref="FormatException">Its message says what was expected, and where.</exception>
    internal static ExpressionNode Parse(string expression)
    {
        ArgumentNullException.ThrowIfNull(expression);
        if (expression.Length is 0 or > LongestExpression)
            throw new FormatException($"1 to {LongestExpression} characters");
        var parser = new ExpressionParser(expression);
        var node = parser.ReadAlternatives();
        return parser.AtEnd ? node : throw parser.Expected("no ) without its (");
    }

    private bool AtEnd => _at == _text.Length;

    private ExpressionNode ReadAlternatives()
    {
        if (++_depth > DeepestGroup) throw Expected($"at most {DeepestGroup} groups within each other");
        var items = new List<ExpressionNode> { ReadSequence() };
        while (TryTake('|')) items.Add(ReadSequence());
        _depth--;
        return items.Count == 1 ? items[0] : new Alternatives(items);
    }

    private Sequence ReadSequence()
    {
        var items = new List<ExpressionNode>();
        while (!AtEnd && _text[_at] is not ('|' or ')')) items.Add(ReadRepeat(ReadItem()));
        return new Sequence(items);
    }

    private ExpressionNode ReadRepeat(ExpressionNode item)
    {
        if (AtEnd || _text[_at] is not ('*' or '+' or '?' or '{')) return item;
        if (item is AtPlace) throw Expected("something to repeat");
        var (least, most) = _text[_at++] switch
        {
            '*' => (0, -1),
            '+' => (1, -1),
            '?' => (0, 1),
            _ => ReadBounds(),
        };
        if (!AtEnd && _text[_at] is '*' or '+' or '?' or '{') throw Expected("one repetition of an item");
        return new Repeat(item, least, most);
    }

    private (int Least, int Most) ReadBounds()
    {
        var least = ReadNumber();
        var most = least;
        if (TryTake(',')) most = !AtEnd && _text[_at] == '}' ? -1 : ReadNumber();
        if (!TryTake('}')) throw Expected("a }");
        if (most >= 0 && most < least) throw Expected("{n,m} with n up to m");
        return (least, most);
    }

    private int ReadNumber()
    {
        var start = _at;
        while (!AtEnd && char.IsAsciiDigit(_text[_at])) _at++;
        return int.TryParse(_text.AsSpan(start, _at - start), NumberStyles.None, CultureInfo.InvariantCulture,
            out var number) && number <= MostRepeats
            ? number
            : throw Expected($"a number up to {MostRepeats}");
    }

    private ExpressionNode ReadItem()
    {
        var c = _text[_at++];
        switch (c)
        {
            case '(':
                if (TryTake('?') && !TryTake(':')) throw Expected("a : after (?");
                var group = ReadAlternatives();
                return TryTake(')') ? group : throw Expected("a )");
            case '[':
                return new OneOf(ReadSet());
            case '.':
                return new OneOf(CharSet.Any);
            case '^':
                return new AtPlace(ExpressionPlace.Start);
            case '$':
                return new AtPlace(ExpressionPlace.End);
            case '\\':
                return ReadEscape();
            case '*' or '+' or '?' or '{':
                throw Expected("something to repeat");
            default:
                return Literal(c);
        }
    }

    private ExpressionNode ReadEscape()
    {
        if (TryTake('b')) return new AtPlace(ExpressionPlace.WordBorder);
        if (TryTake('B')) return new AtPlace(ExpressionPlace.NoWordBorder);
        return TryReadClass(out var set) ? new OneOf(set) : Literal(ReadEscaped());
    }

    private bool TryReadClass(out CharSet set)
    {
        set = (AtEnd ? '\0' : _text[_at]) switch
        {
            'd' => CharSet.Digit,
            'D' => CharSet.Digit.Complement(),
            'w' => CharSet.Word,
            'W' => CharSet.Word.Complement(),
            's' => CharSet.Space,
            'S' => CharSet.Space.Complement(),
            _ => CharSet.Empty,
        };
        if (set.Ranges.Count == 0) return false;
        _at++;
        return true;
    }

    private char ReadEscaped()
    {
        if (AtEnd) throw Expected("a character after \\");
        var c = _text[_at++];
        return c switch
        {
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            _ when char.IsLetterOrDigit(c) => throw Expected("one of \\d \\D \\w \\W \\s \\S \\b \\B \\n \\r \\t"),
            _ => c,
        };
    }

    private CharSet ReadSet()
    {
        var negated = TryTake('^');
        var set = CharSet.Empty;
        var start = _at;
        while (_at == start || AtEnd || _text[_at] != ']')
        {
            if (AtEnd) throw Expected("a ]");
            if (_text[_at] == '\\')
            {
                _at++;
                if (TryReadClass(out var known))
                {
                    set = set.With(known);
                    continue;
                }

                _at--;
            }

            set = set.With(ReadRange());
        }

        _at++;
        return negated ? set.Complement() : set;
    }

    private CharSet ReadRange()
    {
        const int LongestRange = 2000;
        var first = ReadMember();
        var last = first;
        if (_at + 1 < _text.Length && _text[_at] == '-' && _text[_at + 1] != ']')
        {
            _at++;
            last = ReadMember();
        }

        if (last < first || last - first > LongestRange)
            throw Expected($"a range from a lower to a higher character, {LongestRange} of them at the most");
        var set = CharSet.Empty;
        for (int c = first; c <= last; c++)
        {
            // What folds to two letters, or to none, cannot be one character of a folded text.
            if (TextFold.Plain.Fold(((char)c).ToString()) is [var folded]) set = set.With(CharSet.Of(folded, folded));
        }

        return set;
    }

    private char ReadMember()
    {
        if (AtEnd) throw Expected("a ]");
        var c = _text[_at++];
        return c == '\\' ? ReadEscaped() : c;
    }

    private static Sequence Literal(char c) =>
        new([.. TextFold.Plain.Fold(c.ToString()).Select(folded => new OneOf(CharSet.Of(folded, folded)))]);

    private bool TryTake(char c)
    {
        if (AtEnd || _text[_at] != c) return false;
        _at++;
        return true;
    }

    private FormatException Expected(string what) => new($"an expression with {what} (character {_at + 1})");
}
