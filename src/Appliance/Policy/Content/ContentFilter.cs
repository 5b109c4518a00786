using System.Buffers;
using Appliance.Policy.Text;

namespace Appliance.Policy.Content;

/// <summary>All content rules, ready to look at a text: each character once for all words, once for each rule's
/// expressions, once for all links.</summary>
public sealed class ContentFilter
{
    /// <summary>Content rules of a configuration.</summary>
    public const int MostRules = RuleBits.Capacity;

    private const int UsualFold = 1024;

    private readonly Entry[] _rules;
    private readonly WordMatcher? _words;
    private readonly WordMatcher? _lookalikes;
    private readonly bool _anyLinks;

    private sealed record Entry(
        ContentRule Rule, RuleScope Scope, Expression[] Expressions, Domains? Denied, Domains? Allowed)
    {
        public bool HasLinks => Denied is not null || Allowed is not null || Rule.Shorteners;
    }

    /// <exception cref="FormatException">An expression that <see cref="ExpressionParser.Fault"/> refuses.</exception>
    /// <exception cref="InvalidOperationException">More rules or words than there may be.</exception>
    public ContentFilter(IReadOnlyList<ContentRule> rules, IReadOnlyDictionary<string, ushort> accounts)
    {
        ArgumentNullException.ThrowIfNull(rules);
        if (rules.Count > MostRules)
            throw new InvalidOperationException($"{rules.Count} content rules, and at most {MostRules} may be");
        _rules = [.. rules.Select(rule => Compile(rule, accounts))];
        _words = Words(rules, lookalikes: false);
        _lookalikes = Words(rules, lookalikes: true);
        _anyLinks = _rules.Any(rule => rule.HasLinks);
    }

    /// <summary>What is wrong with all rules' words together, as "expected ..."; null for nothing.</summary>
    public static string? Fault(IReadOnlyList<ContentRule> rules)
    {
        try
        {
            Words(rules, lookalikes: false);
            Words(rules, lookalikes: true);
            return null;
        }
        catch (InvalidOperationException)
        {
            return $"words that need at most {WordMatcherBuilder.MostPlaces} places of a table: fewer of them";
        }
    }

    /// <summary>The first blocking rule the text breaks, or null.</summary>
    /// <param name="monitored">The first watching rule it breaks, or null.</param>
    public string? Check(in PolicyInput input, out string? monitored)
    {
        monitored = null;
        if (_rules.Length == 0 || input.Text.IsEmpty) return null;
        RuleBits scope = default;
        for (var i = 0; i < _rules.Length; i++)
        {
            if (_rules[i].Scope.Holds(input)) scope.Add(i);
        }

        if (scope.IsEmpty) return null;
        var broken = Find(input.Text, scope);
        for (var i = broken.TakeFirst(); i >= 0; i = broken.TakeFirst())
        {
            if (!scope.Contains(i)) continue;
            if (_rules[i].Rule.Block) return _rules[i].Rule.Name;
            monitored ??= _rules[i].Rule.Name;
        }

        return null;
    }

    /// <summary>The rules that are about a message, by name.</summary>
    public IReadOnlyList<string> RulesOf(in PolicyInput input)
    {
        var names = new List<string>();
        foreach (var entry in _rules)
            if (entry.Scope.Holds(input)) names.Add(entry.Rule.Name);
        return names;
    }

    private RuleBits Find(ReadOnlySpan<char> text, in RuleBits scope)
    {
        RuleBits broken = default;
        var room = text.Length * TextFold.MostExpansion;
        var rented = room > UsualFold ? ArrayPool<char>.Shared.Rent(room) : null;
        var buffer = rented ?? stackalloc char[UsualFold];
        if (_lookalikes is not null)
            _lookalikes.Match(buffer[..TextFold.Lookalikes.Fold(text, buffer)], ref broken);
        var folded = buffer[..TextFold.Plain.Fold(text, buffer)];
        _words?.Match(folded, ref broken);
        for (var i = 0; i < _rules.Length; i++)
        {
            if (!scope.Contains(i) || broken.Contains(i)) continue;
            foreach (var expression in _rules[i].Expressions)
            {
                if (!expression.IsFound(folded)) continue;
                broken.Add(i);
                break;
            }
        }

        if (rented is not null) ArrayPool<char>.Shared.Return(rented);
        if (_anyLinks && LinkScanner.MayHaveLink(text)) FindLinks(text, scope, ref broken);
        return broken;
    }

    private void FindLinks(ReadOnlySpan<char> text, in RuleBits scope, ref RuleBits broken)
    {
        Span<char> plain = stackalloc char[LinkScanner.LongestHost];
        Span<char> folded = stackalloc char[LinkScanner.LongestHost * TextFold.MostExpansion];
        var scanner = new LinkScanner(text);
        while (scanner.MoveNext())
        {
            var host = plain[..Lower(scanner.Host, plain)];
            var seen = folded[..TextFold.Plain.Fold(host, folded)];
            for (var i = 0; i < _rules.Length; i++)
            {
                if (_rules[i].HasLinks && scope.Contains(i) && Refuses(_rules[i], host, seen)) broken.Add(i);
            }
        }
    }

    /// <summary>
    /// A denied domain is one however it is dressed up (bít.ly); an allowed one must be just that.
    /// </summary>
    private static bool Refuses(Entry rule, ReadOnlySpan<char> host, ReadOnlySpan<char> folded) =>
        (rule.Denied is { } denied && (denied.Contains(host) || denied.Contains(folded)))
        || (rule.Rule.Shorteners && Domains.Shorteners.Contains(folded)
            && !(rule.Allowed is { } own && own.Contains(host)))
        || (rule.Allowed is { } allowed && !allowed.Contains(host));

    private static int Lower(ReadOnlySpan<char> host, Span<char> target)
    {
        for (var i = 0; i < host.Length; i++)
            target[i] = LinkScanner.IsDot(host[i]) ? '.' : char.ToLowerInvariant(host[i]);
        return host.Length;
    }

    private static Entry Compile(ContentRule rule, IReadOnlyDictionary<string, ushort> accounts) => new(
        rule, new RuleScope(rule, accounts), Expression.BuildAny(rule.Expressions),
        rule.DeniedDomains.Count > 0 ? new Domains(rule.DeniedDomains) : null,
        rule.AllowedDomains is { } allowed ? new Domains(allowed) : null);

    private static WordMatcher? Words(IReadOnlyList<ContentRule> rules, bool lookalikes)
    {
        var builder = new WordMatcherBuilder(lookalikes ? TextFold.Lookalikes : TextFold.Plain);
        var any = false;
        foreach (var (index, rule) in rules.Index())
        {
            if (rule.Lookalikes != lookalikes) continue;
            foreach (var word in rule.Words)
            {
                builder.Add(word, index);
                any = true;
            }
        }

        return any ? builder.Build() : null;
    }
}
