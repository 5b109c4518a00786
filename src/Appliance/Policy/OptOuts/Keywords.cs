using System.Text;
using Appliance.Policy.Text;

namespace Appliance.Policy.OptOuts;

public enum KeywordAction : byte
{
    None,
    Stop,
    Start,
    Help,
}

/// <summary>What a reply asks for.</summary>
/// <param name="Keyword">As it is in the table.</param>
/// <param name="Language">Of the answer.</param>
/// <param name="Reply">The answer's text; empty for none.</param>
public readonly record struct KeywordMatch(KeywordAction Action, string Keyword, string Language, string Reply);

/// <summary>
/// Finds what a mobile-originated message asks for. Case, accents and punctuation make no difference ("Stop!",
/// "s.t.o.p", "arrêt"). A stop word counts at the beginning of a message, whatever follows; those that also begin
/// sentences about something else ("end", "cancel") and words for START and HELP only where they are all of it.
/// </summary>
/// <remarks>On the path of replies, not of messages: it may allocate.</remarks>
public sealed class Keywords
{
    /// <summary>Words of the longest keyword.</summary>
    private const int MostWords = 4;

    private readonly Dictionary<string, KeywordMatch> _first = new(StringComparer.Ordinal);
    private readonly Dictionary<string, KeywordMatch> _alone = new(StringComparer.Ordinal);

    public Keywords(OptOutRules rules)
    {
        ArgumentNullException.ThrowIfNull(rules);
        foreach (var set in Merged(rules))
        {
            if (rules.Languages.Count > 0 && !rules.Languages.Contains(set.Language, StringComparer.Ordinal)) continue;
            Add(_first, set, set.Stop, KeywordAction.Stop, set.StopReply);
            Add(_alone, set, set.StopAlone, KeywordAction.Stop, set.StopReply);
            Add(_alone, set, set.Start, KeywordAction.Start, set.StartReply);
            Add(_alone, set, set.Help, KeywordAction.Help, set.HelpReply);
        }

        // STOP is understood all over the world, so it counts whatever languages were chosen.
        var english = KeywordTable.All[0];
        Add(_first, english, ["STOP"], KeywordAction.Stop, english.StopReply);
    }

    /// <summary>Languages that have keywords.</summary>
    public static IEnumerable<string> Languages => KeywordTable.All.Select(set => set.Language);

    /// <summary>The keyword as it is compared: words in lower case without marks, a space between them.</summary>
    public static string Normalise(ReadOnlySpan<char> text)
    {
        const int Longest = 200;
        var folded = TextFold.Plain.Fold(text[..Math.Min(text.Length, Longest)].ToString());
        var words = new StringBuilder();
        foreach (var c in folded)
        {
            if (TextFold.IsWord(c))
                words.Append(c);
            else if (words.Length > 0 && words[^1] != ' ')
                words.Append(' ');
        }

        return Joined(words.ToString().TrimEnd());
    }

    /// <summary>Action None where the message is no keyword's.</summary>
    public KeywordMatch Match(ReadOnlySpan<char> text)
    {
        var normal = Normalise(text);
        if (normal.Length == 0) return default;
        if (_alone.TryGetValue(normal, out var match)) return match;
        var words = normal.Split(' ');
        for (var count = Math.Min(MostWords, words.Length); count > 0; count--)
        {
            if (_first.TryGetValue(string.Join(' ', words, 0, count), out match)) return match;
        }

        return default;
    }

    /// <summary>"s t o p" is one word that was spelt.</summary>
    private static string Joined(string words)
    {
        const int Shortest = 3;
        var single = words.Length >= Shortest;
        for (var i = 1; single && i < words.Length; i += 2) single = words[i] == ' ';
        return single ? words.Replace(" ", "", StringComparison.Ordinal) : words;
    }

    private static void Add(
        Dictionary<string, KeywordMatch> table, KeywordSet set, IReadOnlyList<string> words, KeywordAction action,
        string? reply)
    {
        // The first language that has a word keeps it.
        foreach (var word in words)
            table.TryAdd(Normalise(word), new KeywordMatch(action, word, set.Language, reply ?? ""));
    }

    /// <summary>The table's languages with what the configuration adds, then languages of the configuration alone.
    /// </summary>
    private static IEnumerable<KeywordSet> Merged(OptOutRules rules)
    {
        foreach (var known in KeywordTable.All)
        {
            var own = rules.Keywords.Where(set => set.Language == known.Language).ToList();
            yield return own.Aggregate(known, (set, more) => set with
            {
                Stop = [.. set.Stop, .. more.Stop],
                StopAlone = [.. set.StopAlone, .. more.StopAlone],
                Start = [.. set.Start, .. more.Start],
                Help = [.. set.Help, .. more.Help],
                StopReply = more.StopReply ?? set.StopReply,
                StartReply = more.StartReply ?? set.StartReply,
                HelpReply = more.HelpReply ?? set.HelpReply,
            });
        }

        foreach (var set in rules.Keywords)
        {
            if (!Languages.Contains(set.Language, StringComparer.Ordinal)) yield return set;
        }
    }
}
