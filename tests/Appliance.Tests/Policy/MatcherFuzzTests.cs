using System.Text.RegularExpressions;
using Appliance.Policy.Content;
using Appliance.Policy.Text;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Appliance.Tests.Policy;

/// <summary>Any pattern, any text: no exception, the right answer, and a step for a character.</summary>
public class MatcherFuzzTests
{
    private static readonly string[] Pieces =
    [
        "a", "b", "c", "ab", "1", " ", "-", "e", ".", "^", "$", "|", "(", ")", "(?:", "[ab]", "[^a]", "[a-c1]", "\\d",
        "\\w", "\\s", "\\b", "\\B", "*", "+", "?", "{2}", "{1,3}", "{0,}", "\\.", "\\", "[", "{", "(a|b)", "(ab)+",
    ];

    private static readonly char[] Letters = [.. "abc1 -.\n_Aé\u0301日\uD83D\uDE00\0"];

    [Fact]
    public void A_random_expression_finds_what_the_frameworks_finds()
    {
        var random = new Random(606);
        var (built, found) = (0, 0);
        for (var round = 0; round < 20_000; round++)
        {
            var pattern = string.Concat(Enumerable.Range(0, random.Next(1, 9)).Select(_ => Pieces[random.Next(Pieces.Length)]));
            // .NET subtracts one class from another so; we know no such thing.
            if (pattern.Contains("-[", StringComparison.Ordinal)) continue;
            if (ExpressionParser.Fault(pattern) is not null) continue;
            var expression = Expression.Build(pattern);
            var known = new Regex(pattern, RegexOptions.Singleline | RegexOptions.CultureInvariant);
            built++;
            for (var i = 0; i < 5; i++)
            {
                // Letters of which .NET and we say the same about \w and \b; $ there also stands before a last \n.
                var text = string.Concat(Enumerable.Range(0, random.Next(0, 12)).Select(_ => "abc1 -._e"[random.Next(9)]));
                Assert.True(known.IsMatch(text) == expression.IsFound(text, out var steps), $"{pattern} in \"{text}\"");
                Assert.InRange(steps, 1, text.Length + 1);
                found += expression.IsFound(text) ? 1 : 0;
            }
        }

        Assert.InRange(built, 2000, 20_000);
        Assert.InRange(found, built / 2, (built * 5) - 100);
    }

    [Fact]
    public void Any_text_is_an_expression_or_has_a_fault_and_every_step_is_one_character()
    {
        var random = new Random(607);
        for (var round = 0; round < 3000; round++)
        {
            var pattern = string.Concat(Enumerable.Range(0, random.Next(0, 20)).Select(_ =>
                random.Next(3) == 0 ? "éß" + (char)random.Next(0x10000) : Pieces[random.Next(Pieces.Length)]));
            if (ExpressionParser.Fault(pattern) is not null) continue;
            var expression = Expression.Build(pattern);
            var text = TextFold.Plain.Fold(RandomText(random, 300));
            expression.IsFound(text, out var steps);
            Assert.InRange(steps, 1, text.Length + 1);
        }
    }

    [Theory]
    [InlineData("(((a{200}){200}){200})")]
    [InlineData("((((((){200}){200}){200}){200}){200})")]
    [InlineData("(a|b)*a(a|b){30}")]
    [InlineData("(.{1,200}){1,20}")]
    public void An_expression_that_would_take_too_much_is_refused_when_it_is_read(string pattern) =>
        Assert.NotNull(ExpressionParser.Fault(pattern));

    [Theory]
    [InlineData("(a+)+$")]
    [InlineData("(a|aa)+$")]
    [InlineData("(.*a){5}b")]
    public void What_makes_others_backtrack_takes_a_step_a_character(string pattern)
    {
        var text = new string('a', 50_000) + "!";
        Assert.False(Expression.Build(pattern).IsFound(text, out var steps));
        Assert.Equal(text.Length + 1, steps);
    }

    [Theory]
    [InlineData(@"\d{6}", "code 123456", true)]
    [InlineData(@"\d{6}", "code ١٢٣٤٥٦", true)]
    [InlineData(@"^win\b", "Win now", true)]
    [InlineData(@"^win\b", "we win", false)]
    [InlineData(@"now!$", "Buy NOW!", true)]
    [InlineData(@"gr(ü|u)(ss|ß)e", "GRÜSSE", true)]
    [InlineData(@"[á-é]x", "cX", true)]
    [InlineData(@"[^\d\s]+@", "a@", true)]
    [InlineData(@"\bor\b", "order", false)]
    public void An_expression_sees_the_folded_text(string pattern, string text, bool found) =>
        Assert.Equal(found, Expression.Build(pattern).IsFound(TextFold.Plain.Fold(text)));

    [Theory]
    [InlineData("", "characters")]
    [InlineData("(", "a )")]
    [InlineData("a)", "no )")]
    [InlineData("*a", "to repeat")]
    [InlineData("a**", "one repetition")]
    [InlineData("a{3,2}", "n up to m")]
    [InlineData("a{999}", "up to 200")]
    [InlineData("[a", "a ]")]
    [InlineData("[z-a]", "a range")]
    [InlineData(@"\1", "one of")]
    [InlineData("(?=a)", "a : after (?")]
    [InlineData("a*", "not found in every text")]
    [InlineData("", "characters", 1001)]
    public void A_fault_says_what_was_expected(string pattern, string expected, int longer = 0) => Assert.Contains(
        expected, ExpressionParser.Fault(pattern + new string('a', longer)), StringComparison.Ordinal);

    [Fact]
    public void Several_expressions_are_one_or_where_that_is_too_large_each_its_own()
    {
        Assert.Empty(Expression.BuildAny([]));
        var one = Assert.Single(Expression.BuildAny(["ab", @"\bc\d", "x$"]));
        Assert.Equal([true, true, true, false], new[] { "xab", "c1", "ax", "bc1xa" }.Select(text => one.IsFound(text)));
        var large = Enumerable.Range(0, 9).Select(i => $"{(char)('a' + i)}.{{3}}{(char)('a' + i)}").ToArray();
        var each = Expression.BuildAny(large);
        Assert.Equal(9, each.Length);
        Assert.Contains(each, expression => expression.IsFound("zzcabdczz"));
    }

    [Fact]
    public void Words_are_found_as_a_plain_search_finds_them()
    {
        var random = new Random(608);
        var hits = 0;
        for (var round = 0; round < 2000; round++)
        {
            var words = Enumerable.Range(0, random.Next(1, 8))
                .Select(_ => new string([.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => "ab "[random.Next(3)])]))
                .Where(word => WordMatcherBuilder.Fault(word) is null).ToList();
            var builder = new WordMatcherBuilder(TextFold.Plain);
            for (var i = 0; i < words.Count; i++) builder.Add(words[i], i);
            var matcher = builder.Build();
            var text = new string([.. Enumerable.Range(0, random.Next(0, 20)).Select(_ => "ab -"[random.Next(4)])]);
            RuleBits found = default;
            var steps = matcher.Match(text, ref found);
            Assert.InRange(steps, 1, text.Length + 2);
            var plain = $" {string.Join(' ', text.Split([' ', '-'], StringSplitOptions.RemoveEmptyEntries))} ";
            for (var i = 0; i < words.Count; i++)
            {
                var word = string.Join(' ', words[i].Split(' ', StringSplitOptions.RemoveEmptyEntries));
                Assert.Equal(plain.Contains($" {word} ", StringComparison.Ordinal), found.Contains(i));
                hits += found.Contains(i) ? 1 : 0;
            }
        }

        Assert.True(hits > 500);
    }

    [Fact]
    public void Any_text_is_folded_within_its_bounds_and_again_to_itself() =>
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            var text = RandomText(new Random(seed), 60);
            var folded = TextFold.Plain.Fold(text);
            _ = TextFold.Lookalikes.Fold(text);
            return folded.Length <= text.Length * TextFold.MostExpansion && TextFold.Plain.Fold(folded) == folded;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(3000).WithQuietOnSuccess(true));

    [Fact]
    public void Any_text_has_links_or_none() =>
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            string[] pieces = ["http", "://", "a.com", "@", ":", "/", ".", "..", " ", "x", "?", "%", "\u3002", "-", "é.io"];
            var random = new Random(seed);
            var text = string.Concat(Enumerable.Range(0, 20).Select(_ => random.Next(9) == 0
                ? RandomText(random, 2) : pieces[random.Next(pieces.Length)]));
            var scanner = new LinkScanner(text);
            var count = 0;
            while (scanner.MoveNext())
            {
                if (scanner.Host.Length is 0 or > LinkScanner.LongestHost || ++count > text.Length) return false;
            }

            return true;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(5000).WithQuietOnSuccess(true));

    private static string RandomText(Random random, int longest) => new([.. Enumerable.Range(0, random.Next(longest + 1))
        .Select(_ => random.Next(2) == 0 ? Letters[random.Next(Letters.Length)] : (char)random.Next(0x10000))]);
}
