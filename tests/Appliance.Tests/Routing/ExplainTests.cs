using Appliance.Money;
using Appliance.Numbering;
using Appliance.Numbering.Lookups;
using Appliance.Operate;
using Appliance.Routing;
using Appliance.Routing.Explain;
using Appliance.Routing.Live;
using Xunit;
using static Appliance.Tests.Routing.RouteSamples;
using MessageClasses = Appliance.Policy.MessageClasses;

namespace Appliance.Tests.Routing;

/// <summary>What people are told of a decision.</summary>
public class ExplainTests
{
    private static readonly LookupAnswer German = new(
        true, "+4915112345678", "Vodafone", "262", "02", "mobile", true, "DE", 49, "mnp", null);

    private static readonly LookupAnswer Unknown = new(
        false, "x", null, null, null, "unknown", false, null, null, null, null);

    private readonly LiveStats _stats = new(new LiveStatsOptions());
    private readonly List<ExplainStep> _before = [];
    private readonly List<ExplainStep> _within = [];
    private MarginPolicy _margin;
    private int _gone;

    public ExplainTests()
    {
        for (ushort carrier = 1; carrier <= 3; carrier++) _stats.Health(carrier).Bound(Noon);
    }

    [Fact]
    public void Each_step_is_there_with_its_numbers()
    {
        _stats.Health(3).Unbound();
        Assert.Equal("""
            number   0151 12345678 is +4915112345678, mobile, DE
            network  26202 Vodafone, known from mnp, ported
            routes   5 of 7; 2 are for other destinations, or further behind
               route    order  holds               conditions
               codes    1      no: another class   class otp
            *  german   100    yes                 network 26202
               a2's     100    yes, behind it      account a1, a2
               senders  100    no: another sender  sender BANK*
               all      100    yes, behind it      all
            price    0.0075 EUR a segment, 0.015 for 2
            choice   score; score = (cost x 0.4 + delivery x 0.3 + latency x 0.2 + load x 0.1) / 1
               carrier  standing  price  rate  seconds  health  cost  delivery  latency  load  score
            *  c1       usable    0.004  0.90  5.00     1.00    1.00  0.90      1.00     1.00  0.9700
               c2       usable    0.008  0.90  5.00     1.00    0.50  0.90      1.00     1.00  0.7700
               c3       down      -      0.90  5.00     0.00    0.50  0.90      1.00     1.00  0.7700
            result   c1: the best score

            """, Explain("a2"));
    }

    [Fact]
    public void A_number_that_is_none()
    {
        var answer = Unknown with { Reason = "a foreign character" };
        _before.Add(new ExplainStep("destination", StepVerdict.Refused, "", "expected 1 to 20 digits"));
        Assert.Equal("""
            number   0151 12345678: a foreign character
            before
               step         verdict  rule  numbers
            !  destination  refused        expected 1 to 20 digits
            result   refused: destination: expected 1 to 20 digits

            """, Explain("a2", answer, digits: ""));
    }

    [Fact]
    public void A_number_that_the_plan_does_not_know_has_a_route_all_the_same()
    {
        var text = Explain("a3", Unknown with { Reason = "too long" }, digits: "9991234567890123");
        Assert.Contains("number   0151 12345678: too long; messages go to 9991234567890123 as it stands", text,
            StringComparison.Ordinal);
        Assert.Contains("network  not known", text, StringComparison.Ordinal);
        Assert.EndsWith("result   c1: the first in order\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_step_is_told_and_the_first_refusal_counts()
    {
        _before.Add(new ExplainStep("sender", StepVerdict.Changed, "german", "INFO becomes BANK"));
        _before.Add(new ExplainStep("opt_out", StepVerdict.Passes, "opt_out", ""));
        _before.Add(new ExplainStep("quiet_hours", StepVerdict.Waits, "night", "quiet_hours, until 2030-01-01T07:00:00Z"));
        _within.Add(new ExplainStep("balance", StepVerdict.Passes, "", "0.015 of 1 EUR"));
        var text = Explain("a2");
        Assert.Contains("""
            before
               step         verdict  rule     numbers
               sender       changed  german   INFO becomes BANK
               opt_out      passes   opt_out
               quiet_hours  waits    night    quiet_hours, until 2030-01-01T07:00:00Z
            routes   5 of 7
            """, text, StringComparison.Ordinal);
        Assert.EndsWith("""
            then
               step     verdict  rule  numbers
               balance  passes         0.015 of 1 EUR
            result   c1: the best score; it waits, quiet_hours, rule night: quiet_hours, until 2030-01-01T07:00:00Z

            """, text, StringComparison.Ordinal);
        _within.Add(new ExplainStep("fraud", StepVerdict.Refused, "fraud", "blocked"));
        Assert.EndsWith("result   refused: fraud, rule fraud: blocked\n", Explain("a2"), StringComparison.Ordinal);
        _before.Add(new ExplainStep("content", StepVerdict.Refused, "links", "content"));
        Assert.EndsWith("result   refused: content, rule links: content\n", Explain("a2"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_carrier_that_is_not_configured_any_more_takes_nothing()
    {
        _gone = 1;
        Assert.Contains("result   c2: the best score", Explain("a2"), StringComparison.Ordinal);
    }

    [Fact]
    public void No_route()
    {
        var text = Explain("a2", German with { Mcc = null, Mnc = null, Country = null }, withAll: false);
        Assert.Contains("network  not known", text, StringComparison.Ordinal);
        Assert.EndsWith("result   refused: no route\n", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(MarginPolicy.Allow, "result   c1: the best score")]
    [InlineData(MarginPolicy.Refuse, "result   refused: its price is below the cost of c1")]
    [InlineData(MarginPolicy.NextCarrier, "result   c3: the best score")]
    public void The_margin_is_seen(MarginPolicy margin, string expected)
    {
        _margin = margin;
        Assert.Contains(expected, Explain("a7"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_carrier_that_waits_is_seen()
    {
        for (ushort carrier = 1; carrier <= 3; carrier++) _stats.Health(carrier).Unbound();
        Assert.Contains("result   c1: the best score; it is down as all others are or worse", Explain("a2"),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Conditions_in_a_line() => Assert.Equal(
        "network 26201, 26202, 26203 and 1 more; prefix 49; country DE; account a1; sender x; class otp; "
        + "mon sat 22:00 to 06:30 Europe/Berlin",
        RouteConditions.Write(Of(
            "r", "49", ["26201", "26202", "26203", "26207"], ["DE"], ["a1"], ["x"], MessageClasses.Otp,
            new RouteTimeConfiguration { Days = 0b1000010, From = 22 * 60, To = 390, Zone = "Europe/Berlin" })));

    private string Explain(
        string account, LookupAnswer? lookup = null, bool withAll = true, string digits = "4915112345678")
    {
        RouteConfiguration[] routes =
        [
            Of("french", countries: ["FR"]), Of("49152", prefix: "49152"), Of("codes", classes: MessageClasses.Otp, order: 1),
            Of("a2's", accounts: ["a1", "a2"]), Of("senders", senders: ["BANK*"]),
            new RouteConfiguration
            {
                Name = "german", MccMnc = ["26202"], Carriers = ["c1", "c2", "c3"], Choice = RouteChoice.Score, Explore = 0,
                Terms = new Dictionary<string, RouteCarrierTerms> { ["c1"] = new(1, 4_000), ["c2"] = new(1, 8_000) },
            },
            Of("all"),
        ];
        var compiled = Compile([.. routes.Where(route => withAll || route.Name is not ("all" or "a2's"))]);
        var prices = new RateCard.Builder();
        prices.TryAddPrefix(0, "49", 7_500);
        prices.TryAddPrefix(7, "49", 3_900);
        var money = new MoneyTables(new MoneyConfiguration { Margin = _margin }, prices.Build(), RateCard.Empty);
        var explainer = new RouteExplainer(compiled, new RouteChooser(_stats, money.Costs, null), money, IdOf, id => id != _gone);
        var request = new ExplainRequest("0151 12345678", account, "INFO", MessageClasses.Transactional, 2, 7);
        var output = new StringWriter { NewLine = "\n" };
        lookup ??= German;
        var number = new ExplainedNumber(
            lookup, digits, Network.CodeOf(lookup.Mcc, lookup.Mnc), CountryKey.Of(lookup.Country));
        var explanation = explainer.Explain(request, number, Noon) with { Before = _before, Within = _within };
        ExplanationText.Write(explanation, output);
        return output.ToString();
    }
}
