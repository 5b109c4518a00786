using Appliance.Policy;
using Appliance.Policy.Content;
using Appliance.Policy.Text;
using Xunit;

namespace Appliance.Tests.Policy;

public class ContentTests
{
    [Theory]
    [InlineData("casino", "Visit our CASINO today", true)]
    [InlineData("casino", "Visit our cásíno!", true)]
    [InlineData("casino", "cas\u200Bino", true)]
    [InlineData("casino", "casinos", false)]
    [InlineData("casino*", "casinos", true)]
    [InlineData("*casino", "megacasino", true)]
    [InlineData("*casino*", "megacasinos", true)]
    [InlineData("casino", "megacasino", false)]
    [InlineData("free money", "FREE   money", true)]
    [InlineData("free money", "free-money", true)]
    [InlineData("free money", "freemoney", false)]
    [InlineData("free money", "free my money", false)]
    [InlineData("straße", "Die STRASSE", true)]
    [InlineData("кредит", "Дешёвый КРЕДИТ!", true)]
    [InlineData("قرض", "احصل على قرض اليوم", true)]
    [InlineData("ऋण", "सस्ता ऋण", true)]
    [InlineData("*贷款*", "低息贷款服务", true)]
    [InlineData("ｗｉｎ", "win", true)]
    [InlineData("win 100", "WIN 100!", true)]
    [InlineData("win", "", false)]
    [InlineData("casino", "c4s1no", false)]
    public void A_word_is_found_whatever_its_case_and_marks(string word, string text, bool found)
    {
        Assert.Null(WordMatcherBuilder.Fault(word));
        var rule = new ContentRule { Name = "words", Words = [word] };
        Assert.Equal(found, Broken(rule, text));
    }

    [Theory]
    [InlineData("casino", "c4s1no", true)]
    [InlineData("casino", "сasinо", true)] // Cyrillic es and o
    [InlineData("casino", "c@sino", true)]
    [InlineData("casino", "CΑSΙΝΟ", true)] // Greek
    [InlineData("casino", "𝐜𝐚𝐬𝐢𝐧𝐨", true)]
    [InlineData("cash", "ca$h", true)]
    [InlineData("cash", "Get cash$ now", true)]
    [InlineData("paypal", "Pay$ pal", false)]
    [InlineData("hello", "he11o", true)]
    [InlineData("casino", "cousin", false)]
    public void Look_alikes_count_where_the_rule_says_so(string word, string text, bool found) =>
        Assert.Equal(found, Broken(new ContentRule { Name = "words", Words = [word], Lookalikes = true }, text));

    [Theory]
    [InlineData("http://bad.example/x", true)]
    [InlineData("HTTPS://Bad.Example", true)]
    [InlineData("see www.bad.example.", false)] // .example is no domain that phones make a link of
    [InlineData("see bad-site.com.", true)]
    [InlineData("see sub.bad-site.com/path?x=1", true)]
    [InlineData("see notbad-site.com", false)]
    [InlineData("mail me@bad-site.com", false)]
    [InlineData("https://good.com@bad-site.com/login", true)]
    [InlineData("https://user:pw@bad-site.com:8443/", true)]
    [InlineData("https://good.com/bad-site.com", false)]
    [InlineData("https://good.com/?u=https://bad-site.com", true)]
    [InlineData("b\u00e1d-site.com", true)]
    [InlineData("bad\u00AD-site.com", true)]
    [InlineData("bad-site\u3002com", true)]
    [InlineData("(bad-site.com)", true)]
    [InlineData("bad-site.com:443", true)]
    [InlineData("Link:bad-site.com", true)]
    [InlineData("bad-site..com", false)]
    public void A_link_to_a_denied_domain_is_found(string text, bool found) => Assert.Equal(found, Broken(
        new ContentRule { Name = "links", DeniedDomains = ["bad-site.com", "bad.example"] }, text));

    [Theory]
    [InlineData("Go to https://acme.com/x", false)]
    [InlineData("Go to shop.acme.com", false)]
    [InlineData("Go to acme.com.evil.io", true)]
    [InlineData("Go to \u00e1cme.com", true)]
    [InlineData("Go to acme.com and evil.io", true)]
    [InlineData("Thanks.See you", false)]
    [InlineData("wait...what", false)]
    [InlineData("Version 1.2.3", false)]
    [InlineData("http://127.0.0.1/", true)]
    [InlineData("http://localhost", true)]
    [InlineData("No link at all", false)]
    public void Other_links_than_the_allowed_are_found(string text, bool found) => Assert.Equal(found, Broken(
        new ContentRule { Name = "links", AllowedDomains = ["acme.com"] }, text));

    [Theory]
    [InlineData("bit.ly/abc", true)]
    [InlineData("https://BIT.LY/abc", true)]
    [InlineData("http://t.co/x", true)]
    [InlineData("b\u0131t.ly/abc", true)]
    [InlineData("acme.com/bit.ly", false)]
    public void Shorteners_are_found(string text, bool found) =>
        Assert.Equal(found, Broken(new ContentRule { Name = "links", Shorteners = true }, text));

    [Fact]
    public void A_shortener_may_be_allowed_by_name() => Assert.False(Broken(
        new ContentRule { Name = "links", Shorteners = true, AllowedDomains = ["bit.ly"] }, "bit.ly/abc"));

    [Fact]
    public void The_first_blocking_rule_is_named_and_watching_ones_are_told()
    {
        var rules = new PolicyRules
        {
            Content =
            [
                new ContentRule { Name = "watch", Words = ["parcel"], Block = false },
                new ContentRule { Name = "others", Words = ["parcel"], Accounts = ["other"] },
                new ContentRule { Name = "expressions", Expressions = [@"\bpin\s*\d{4}\b"] },
                new ContentRule { Name = "words", Words = ["pin*"] },
            ],
        };
        var verdict = new Samples { Text = "Your parcel, PIN 1234" }.Check(rules);
        Assert.Equal(("expressions", PolicyCode.Content, "watch"), (verdict.Rule, verdict.Code, verdict.Monitored));
        Assert.Equal("others", new Samples { Text = "parcel", Account = Samples.Other }.Check(rules).Rule);
        verdict = new Samples { Text = "parcel" }.Check(rules);
        Assert.Equal((PolicyOutcome.Pass, null, "watch"), (verdict.Outcome, verdict.Rule, verdict.Monitored));
    }

    [Fact]
    public void A_long_text_is_looked_at_to_its_end() => Assert.True(Broken(
        new ContentRule { Name = "w", Words = ["casino"], Expressions = ["zzz"] },
        string.Concat(Enumerable.Repeat("nothing here ", 3000)) + "casino"));

    [Fact]
    public void The_whole_check_allocates_nothing()
    {
        var tables = new PolicyTables(new PolicyRules
        {
            Content =
            [
                new ContentRule
                {
                    Name = "all", Words = ["casino", "free money"], Expressions = [@"\bpin\s*\d{4}\b"],
                    DeniedDomains = ["bad.com"], Shorteners = true,
                },
                new ContentRule { Name = "like", Words = ["viagra"], Lookalikes = true },
            ],
            Senders = [new SenderRule { Name = "s", Registration = SenderKinds.Alphanumeric, Registered = ["ACME"] }],
            QuietHours =
            [
                new QuietHoursRule
                {
                    Name = "q", Countries = [Country.Parse("GB")],
                    Quiet = [new Appliance.Policy.Hours.QuietWindow(DayOfWeek.Wednesday, 21 * 60, 8 * 60)],
                },
            ],
        }, Samples.Accounts);
        var list = new Appliance.Policy.OptOuts.OptOutList();
        Check();
        Assert.Equal(0, Measured.Allocations.Least(() =>
        {
            for (var i = 0; i < 100; i++) Check();
        }));

        void Check()
        {
            var input = new PolicyInput
            {
                Account = Samples.Acme,
                Class = MessageClass.Promotional,
                Country = Country.Parse("GB"),
                Source = "ACME"u8,
                Destination = "447700900123"u8,
                Text = "Grüße: your parcel is at https://acme.com/track?id=1234, ring 0123",
            };
            tables.Check(input, list, Samples.Noon, out var verdict);
            if (verdict.Outcome != PolicyOutcome.Pass) throw new InvalidOperationException($"{verdict.Outcome}");
        }
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("*", false)]
    [InlineData("***", false)]
    [InlineData("a*b", false)]
    [InlineData("!?", false)]
    [InlineData("a", true)]
    public void A_word_has_a_form(string word, bool good) => Assert.Equal(good, WordMatcherBuilder.Fault(word) is null);

    [Theory]
    [InlineData("example.com", true)]
    [InlineData("https://example.com", false)]
    [InlineData("example.com/x", false)]
    [InlineData(".com", false)]
    [InlineData("", false)]
    public void A_domain_has_a_form(string domain, bool good) => Assert.Equal(good, Domains.Fault(domain) is null);

    private static bool Broken(ContentRule rule, string text) =>
        new Samples { Text = text }.Check(new PolicyRules { Content = [rule] }).Code == PolicyCode.Content;
}
