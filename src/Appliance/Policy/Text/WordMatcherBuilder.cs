namespace Appliance.Policy.Text;

/// <summary>Makes a <see cref="WordMatcher"/> of rules' words.</summary>
public sealed class WordMatcherBuilder(TextFold fold)
{
    /// <summary>Places of the table: 128 MB, more than 100,000 usual words.</summary>
    public const int MostPlaces = 1 << 25;

    /// <summary>Characters of a word or phrase.</summary>
    public const int LongestWord = 200;

    private const int None = -1;

    private readonly List<(string Text, int Rule)> _words = [];

    /// <summary>What is wrong with a word, as "expected ..."; null for a good one.</summary>
    public static string? Fault(string word)
    {
        ArgumentNullException.ThrowIfNull(word);
        if (word.Length > LongestWord) return $"up to {LongestWord} characters";
        var inner = word.AsSpan().TrimStart('*').TrimEnd('*');
        if (word.Length - inner.Length > 2 || inner.Contains('*')) return "a word or phrase, with * at its ends only";
        foreach (var c in TextFold.Plain.Fold(inner.ToString()))
        {
            if (TextFold.IsWord(c)) return null;
        }

        return "a word or phrase with a letter or digit";
    }

    /// <param name="word">One that has no <see cref="Fault"/>.</param>
    public void Add(string word, int rule)
    {
        ArgumentNullException.ThrowIfNull(word);
        var open = word.StartsWith('*') ? "" : " ";
        var close = word.EndsWith('*') ? "" : " ";
        var text = open + fold.Fold(word.Trim('*')) + close;
        _words.Add((text, rule));
    }

    /// <exception cref="InvalidOperationException">The words need more than <see cref="MostPlaces"/>.</exception>
    public WordMatcher Build()
    {
        var classes = new ushort[char.MaxValue + 1];
        var classCount = Classify(classes);
        var trie = new Trie(classCount);
        foreach (var (text, rule) in _words)
        {
            trie.Add(Kinds(text, classes), rule);
            if ((long)trie.Count * classCount > MostPlaces)
                throw new InvalidOperationException($"the words need more than {MostPlaces} places of a table");
        }

        return trie.Resolve(classes);
    }

    /// <summary>A class for each character of the words, one for all other letters, one for what separates.</summary>
    private int Classify(ushort[] classes)
    {
        const int Other = WordMatcher.Separator + 1;
        for (var c = 0; c <= char.MaxValue; c++)
            classes[c] = TextFold.IsWord((char)c) ? (ushort)Other : (ushort)WordMatcher.Separator;
        var count = Other + 1;
        foreach (var (text, _) in _words)
        {
            foreach (var c in text)
            {
                if (classes[c] == Other) classes[c] = (ushort)count++;
            }
        }

        return count;
    }

    private static List<int> Kinds(string text, ushort[] classes)
    {
        var kinds = new List<int>(text.Length);
        foreach (var c in text)
        {
            int kind = classes[c];
            if (kind == WordMatcher.Separator && kinds is [.., WordMatcher.Separator]) continue;
            kinds.Add(kind);
        }

        return kinds;
    }

    /// <summary>The words as a tree, a row of next states each.</summary>
    private sealed class Trie(int classCount)
    {
        private readonly List<int[]> _next = [NewRow(classCount)];
        private readonly List<RuleBits> _rules = [default];

        public int Count => _next.Count;

        public void Add(List<int> kinds, int rule)
        {
            var state = 0;
            foreach (var kind in kinds)
            {
                if (_next[state][kind] == None)
                {
                    _next[state][kind] = _next.Count;
                    _next.Add(NewRow(classCount));
                    _rules.Add(default);
                }

                state = _next[state][kind];
            }

            var rules = _rules[state];
            rules.Add(rule);
            _rules[state] = rules;
        }

        /// <summary>
        /// Breadth first, so that the state a failed one falls back to, which is nearer to the root, is whole
        /// already.
        /// </summary>
        public WordMatcher Resolve(ushort[] classes)
        {
            var fallback = new int[Count];
            var queue = new Queue<int>();
            queue.Enqueue(0);
            while (queue.TryDequeue(out var state))
            {
                var row = _next[state];
                for (var kind = 0; kind < classCount; kind++)
                {
                    var behind = state == 0 ? 0 : _next[fallback[state]][kind];
                    if (row[kind] == None)
                    {
                        row[kind] = behind;
                        continue;
                    }

                    fallback[row[kind]] = behind;
                    var rules = _rules[row[kind]];
                    rules.Add(_rules[behind]);
                    _rules[row[kind]] = rules;
                    queue.Enqueue(row[kind]);
                }
            }

            return Flatten(classes);
        }

        private WordMatcher Flatten(ushort[] classes)
        {
            var places = new Dictionary<RuleBits, int>();
            var outputs = new int[Count];
            for (var state = 0; state < Count; state++)
            {
                if (_rules[state].IsEmpty) continue;
                if (!places.TryGetValue(_rules[state], out var place))
                {
                    place = places.Count;
                    places.Add(_rules[state], place);
                }

                outputs[state] = place;
            }

            var table = new int[Count * classCount];
            for (var state = 0; state < Count; state++)
            {
                var row = table.AsSpan(state * classCount, classCount);
                for (var kind = 0; kind < classCount; kind++)
                    row[kind] = (_next[state][kind] << 1) | (_rules[_next[state][kind]].IsEmpty ? 0 : 1);
            }

            return new WordMatcher(classes, classCount, table, outputs, [.. places.Keys]);
        }

        private static int[] NewRow(int classCount)
        {
            var row = new int[classCount];
            Array.Fill(row, None);
            return row;
        }
    }
}
