using System.Text;
using Appliance.Operate;
using Appliance.Policy;
using Appliance.Policy.Fraud;
using Appliance.Policy.Hours;

namespace Operate.Tests.Configurations;

public class PolicyConfigurationTests
{
    private const string Whole = """
        { "accounts": [{"name": "acme"}, {"name": "other"}],
          "policy": {
            "default_class": "promotional",
            "opt_out": {"classes": ["promotional", "transactional"], "scope": "account", "replies": true, "languages": ["fr", "de"],
                        "keywords": [{"language": "fr", "stop": ["ASSEZ"], "stop_alone": ["NON"], "start": ["OUI"],
                                      "help": ["QUOI"], "stop_reply": "Fini.", "help_reply": ""}]},
            "quiet_hours": [{"name": "fr", "countries": ["FR", "be"], "accounts": ["acme"], "classes": ["promotional"],
                             "quiet": [{"days": ["mon", "sat"], "from": "20:00", "to": "10:00"},
                                       {"days": ["sun"], "from": "00:00", "to": "24:00"}],
                             "action": "refuse", "time_zone": "Europe/Paris"}],
            "senders": [{"name": "us", "countries": ["US"], "allowed": ["long_number", "short_code"],
                         "registration": ["long_number"], "registered": ["+12025550100"],
                         "replacement": "12025550100", "longest_alphanumeric": 6}],
            "content": [{"name": "bad", "action": "monitor", "words": ["casino*", "free money"],
                         "expressions": ["\\d{6}"], "lookalikes": true, "denied_domains": ["bad.com"],
                         "allowed_domains": [], "shorteners": "refuse"}],
            "dlt": [{"name": "in", "entity": "optional", "template": "required", "chain": "ignored",
                     "templates": [{"id": "1107161234567890123", "text": "Hi {#var#}"}]}],
            "fraud": {"range_digits": 2, "ranges": 100, "mode": "monitor", "messages": 50, "window": "5m",
                      "distinct_share": 0.5, "sequential_share": 0.25, "delivered_share": 0.75,
                      "converted_share": 0.2, "block_for": "2h",
                      "accounts": [{"account": "acme", "mode": "block", "messages": 500}],
                      "receipts": {"mode": "monitor", "floor": "1s", "receipts": 100, "score": 0.9}} } }
        """;

    [Fact]
    public void Every_member_has_its_own_value()
    {
        var policy = Good(Whole);
        Assert.Equal(MessageClass.Promotional, policy.DefaultClass);
        Assert.Equal(MessageClasses.Promotional | MessageClasses.Transactional, policy.OptOut.Classes);
        Assert.True(policy.OptOut.WholeAccount);
        Assert.True(policy.OptOut.Replies);
        Assert.Equal(["fr", "de"], policy.OptOut.Languages);
        var keywords = Assert.Single(policy.OptOut.Keywords);
        Assert.Equal(["ASSEZ", "NON", "OUI", "QUOI"],
            [.. keywords.Stop, .. keywords.StopAlone, .. keywords.Start, .. keywords.Help]);
        Assert.Equal(("Fini.", null, ""), (keywords.StopReply, keywords.StartReply, keywords.HelpReply));
        var quiet = Assert.Single(policy.QuietHours);
        Assert.Equal(("fr", MessageClasses.Promotional, false, "Europe/Paris"),
            (quiet.Name, quiet.Classes, quiet.Defer, quiet.TimeZone));
        Assert.Equal([Country.Parse("FR"), Country.Parse("BE")], quiet.Countries);
        Assert.Equal(["acme"], quiet.Accounts);
        Assert.Equal(
            [
                new QuietWindow(DayOfWeek.Monday, 1200, 600), new QuietWindow(DayOfWeek.Saturday, 1200, 600),
                new QuietWindow(DayOfWeek.Sunday, 0, 1440),
            ],
            quiet.Quiet);
        var sender = Assert.Single(policy.Senders);
        Assert.Equal((SenderKinds.LongNumber | SenderKinds.ShortCode, SenderKinds.LongNumber, "12025550100", 6),
            (sender.Allowed, sender.Registration, sender.Replacement, sender.LongestAlphanumeric));
        var content = Assert.Single(policy.Content);
        Assert.Equal((false, true, true, 2, 1), (
            content.Block, content.Lookalikes, content.Shorteners, content.Words.Count, content.Expressions.Count));
        Assert.Equal(["bad.com"], content.DeniedDomains);
        Assert.Empty(content.AllowedDomains!);
    }

    [Fact]
    public void Registry_and_fraud_have_theirs()
    {
        var policy = Good(Whole);
        var dlt = Assert.Single(policy.Dlt);
        Assert.Equal((DltPresence.Optional, DltPresence.Required, DltPresence.Ignored),
            (dlt.Entity, dlt.Template, dlt.Chain));
        Assert.Equal(Country.Parse("IN"), Assert.Single(dlt.Countries));
        Assert.Equal(new DltTemplateText("1107161234567890123", "Hi {#var#}"), Assert.Single(dlt.Templates));
        var all = new RangeLimits
        {
            Mode = FraudMode.Monitor, Messages = 50, Window = TimeSpan.FromMinutes(5), DistinctShare = 0.5,
            SequentialShare = 0.25, DeliveredShare = 0.75, ConvertedShare = 0.2, BlockFor = TimeSpan.FromHours(2),
        };
        Assert.Equal((2, 100, all), (policy.Fraud.RangeDigits, policy.Fraud.Ranges, policy.Fraud.Limits));
        Assert.Equal(all with { Mode = FraudMode.Block, Messages = 500 }, policy.Fraud.Accounts["acme"]);
        Assert.Equal(
            new ReceiptLimits
            {
                Mode = FraudMode.Monitor, Floor = TimeSpan.FromSeconds(1), Receipts = 100, Score = 0.9,
            },
            policy.Fraud.Receipts);
    }

    [Fact]
    public void Without_rules_all_are_off()
    {
        var policy = Good("{}");
        Assert.Equal((0, 0, 0, 0), (
            policy.QuietHours.Count, policy.Senders.Count, policy.Content.Count, policy.Dlt.Count));
        Assert.Equal((FraudMode.Off, FraudMode.Off), (policy.Fraud.Limits.Mode, policy.Fraud.Receipts.Mode));
        var senders = Good("""{"policy": {"senders": [{"name": "s"}]}}""").Senders[0];
        Assert.Equal((SenderKinds.All, SenderKinds.None, MessageClasses.All),
            (senders.Allowed, senders.Registration, senders.Classes));
    }

    [Theory]
    [InlineData("""{"default_class": "spam"}""", "default_class", "spam", "transactional, promotional, otp")]
    [InlineData("""{"opt_out": {"keywords": [{"language": "fr", "help_reply": "x"}]}}""", "opt_out.keywords",
        "texts of replies, though none are sent", "\"replies\": true")]
    [InlineData("""{"opt_out": {"scope": "all"}}""", "opt_out.scope", "all", "sender, account")]
    [InlineData("""{"opt_out": {"languages": ["fra"]}}""", "opt_out.languages[0]", "fra", "two letters")]
    [InlineData("""{"opt_out": {"keywords": [{"language": "fr", "stop": ["?!"]}]}}""",
        "opt_out.keywords[0].stop[0]", "?!", "a word")]
    [InlineData("""{"opt_out": {"keywords": [{}]}}""", "opt_out.keywords[0].language", "nothing", "two letters")]
    [InlineData("""{"quiet_hours": [{"name": "q"}]}""", "quiet_hours[0].quiet", "nothing", "quiet windows")]
    [InlineData("""{"quiet_hours": [{"name": "q", "quiet": [{"from": "8:00", "to": "09:00"}]}]}""",
        "quiet_hours[0].quiet[0].from", "8:00", "00:00")]
    [InlineData("""{"quiet_hours": [{"name": "q", "quiet": [{"from": "09:00", "to": "09:00"}]}]}""",
        "quiet_hours[0].quiet[0].to", "begins", "another time")]
    [InlineData("""{"quiet_hours": [{"name": "q", "quiet": [{"days": ["Monday"], "from": "09:00", "to": "10:00"}]}]}""",
        "quiet_hours[0].quiet[0].days[0]", "Monday", "mon, tue")]
    [InlineData("""{"quiet_hours": [{"name": "q", "quiet": [{"from": "00:00", "to": "24:00"}]}]}""",
        "quiet_hours[0].quiet", "the whole week", "some time")]
    [InlineData("""{"quiet_hours": [{"name": "q", "countries": ["RU"], "quiet": [{"from": "20:00", "to": "10:00"}]}]}""",
        "quiet_hours[0].countries", "never all outside", "time_zone")]
    [InlineData("""{"quiet_hours": [{"name": "q", "time_zone": "Paris", "quiet": [{"from": "20:00", "to": "10:00"}]}]}""",
        "quiet_hours[0].time_zone", "Paris", "Europe/Paris")]
    [InlineData("""{"quiet_hours": [{"name": "q", "countries": ["FRA"], "quiet": []}]}""",
        "quiet_hours[0].countries[0]", "FRA", "two letters")]
    [InlineData("""{"senders": [{}]}""", "senders[0].name", "nothing", "1 to 32")]
    [InlineData("""{"senders": [{"name": "a"}, {"name": "a"}]}""", "senders[1].name", "senders[0]", "once")]
    [InlineData("""{"senders": [{"name": "a", "accounts": ["nobody"]}]}""",
        "senders[0].accounts[0]", "nobody", "one of the accounts")]
    [InlineData("""{"senders": [{"name": "a", "allowed": ["letters"]}]}""",
        "senders[0].allowed[0]", "letters", "alphanumeric, short_code, long_number")]
    [InlineData("""{"senders": [{"name": "a", "replacement": "much too long a name"}]}""",
        "senders[0].replacement", "much too", "a sender")]
    [InlineData("""{"senders": [{"name": "a", "registered": ["ok", ""]}]}""", "senders[0].registered[1]", "\"\"", "a sender")]
    [InlineData("""{"content": [{"name": "c", "words": ["a*b"]}]}""", "content[0].words[0]", "a*b", "ends only")]
    [InlineData("""{"content": [{"name": "c", "expressions": ["ok", "(a"]}]}""",
        "content[0].expressions[1]", "(a", "a )")]
    [InlineData("""{"content": [{"name": "c", "expressions": ["(a|b)*a(a|b){30}"]}]}""",
        "content[0].expressions[0]", "(a|b)", "states")]
    [InlineData("""{"content": [{"name": "c", "denied_domains": ["http://x.com"]}]}""",
        "content[0].denied_domains[0]", "http", "example.com")]
    [InlineData("""{"content": [{"name": "c", "lookalikes": 1}]}""", "content[0].lookalikes", "1", "true or false")]
    [InlineData("""{"dlt": [{"name": "d", "templates": [{"id": "x", "text": "y"}]}]}""",
        "dlt[0].templates[0].id", "x", "15 to 20 digits")]
    [InlineData("""{"dlt": [{"templates": [{"id": "1107161234567890", "text": "y"}, {"id": "1107161234567890"}]}]}""",
        "dlt[0].templates", "2 times", "once")]
    [InlineData("""{"fraud": {"distinct_share": 1.5}}""", "fraud.distinct_share", "1.5", "from 0 to 1")]
    [InlineData("""{"fraud": {"mode": "on"}}""", "fraud.mode", "on", "off, monitor, block")]
    [InlineData("""{"fraud": {"range_digits": 9}}""", "fraud.range_digits", "9", "2 to 4")]
    [InlineData("""{"fraud": {"accounts": [{"account": "nobody"}]}}""", "fraud.accounts", "nobody", "an account")]
    [InlineData("""{"fraud": {"receipts": {"mode": "block"}}}""", "fraud.receipts.mode", "block", "off, monitor")]
    public void A_wrong_field_is_named_with_what_was_found_and_expected(
        string json, string path, string found, string expected)
    {
        var errors = Parse("{\"policy\": " + json + "}").Errors;
        Assert.Contains(errors, error => error.Path == "policy." + path
            && error.Found.Contains(found, StringComparison.Ordinal)
            && error.Expected.Contains(expected, StringComparison.Ordinal));
    }

    [Fact]
    public void Each_member_is_in_the_documentation()
    {
        var table = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "configuration.md"));
        (string Path, string Json)[] places =
        [
            ("policy", "?"), ("policy.opt_out", """{"opt_out": ?}"""),
            ("policy.opt_out.keywords[]", """{"opt_out": {"keywords": [?]}}"""),
            ("policy.quiet_hours[]", """{"quiet_hours": [?]}"""),
            ("policy.quiet_hours[].quiet[]", """{"quiet_hours": [{"quiet": [?]}]}"""),
            ("policy.senders[]", """{"senders": [?]}"""), ("policy.content[]", """{"content": [?]}"""),
            ("policy.dlt[]", """{"dlt": [?]}"""), ("policy.dlt[].templates[]", """{"dlt": [{"templates": [?]}]}"""),
            ("policy.fraud", """{"fraud": ?}"""), ("policy.fraud.receipts", """{"fraud": {"receipts": ?}}"""),
        ];
        foreach (var (path, json) in places)
        {
            var unknown = Parse("{\"policy\": " + json.Replace("?", """{"?": 0}""", StringComparison.Ordinal) + "}")
                .Errors.Single(error => error.Found == "an unknown member");
            foreach (var member in unknown.Expected["one of ".Length..].Split(", "))
                Assert.Contains($"| `{path}.{member}` |", table, StringComparison.Ordinal);
        }
    }

    private static PolicyRules Good(string json)
    {
        var result = Parse(json);
        Assert.Empty(result.Errors);
        return result.Configuration!.Policy;
    }

    private static ConfigurationResult Parse(string json) => Configuration.Parse(Encoding.UTF8.GetBytes(json), "file");
}
