using Appliance.Operate;
using Appliance.Routing;
using Xunit;
using static Appliance.Tests.Routing.RouteSamples;
using MessageClasses = Appliance.Policy.MessageClasses;

namespace Appliance.Tests.Routing;

/// <summary>Which route a message takes.</summary>
public class RouteFindTests
{
    private static readonly Routes Everything = Compile(
        Of("all"),
        Of("germany", countries: ["DE"]),
        Of("49", prefix: "49"),
        Of("4915", prefix: "4915"),
        Of("telekom", networks: ["26201", "262-06"]),
        Of("us", networks: ["310-260", "311-480"]),
        Of("telekom in Berlin", networks: ["26201"], prefix: "4930"),
        Of("a1", accounts: ["a1"]),
        Of("a1 to 49", accounts: ["a1", "a2"], prefix: "49"),
        Of("bank", senders: ["BANK*"]),
        Of("bank of one", senders: ["Bank1"]),
        Of("a2's bank", accounts: ["a2"], senders: ["bank1", "bank2"]),
        Of("france", countries: ["FR"]),
        Of("french codes", countries: ["FR"], classes: MessageClasses.Otp),
        Of("french nights", countries: ["FR"], time: new RouteTimeConfiguration
        {
            From = 22 * 60, To = 6 * 60, Zone = "Europe/Paris", Days = 1 << (int)DayOfWeek.Wednesday,
        }),
        Of("first", prefix: "9", order: 1));

    [Theory]
    [InlineData("1", "", "", 0, "", "all")]
    [InlineData("", "", "", 0, "", "all")]
    [InlineData("+331", "", "", 0, "", "all")]
    [InlineData("4917", "", "", 0, "", "49")]
    [InlineData("+4917", "", "", 0, "", "49")]
    [InlineData("491512", "", "DE", 0, "", "4915")]
    [InlineData("49", "", "DE", 0, "", "49")]
    [InlineData("4", "", "DE", 0, "", "germany")]
    [InlineData("491512", "26201", "DE", 0, "", "telekom")]
    [InlineData("491512", "26206", "DE", 0, "", "telekom")]
    [InlineData("491512", "26202", "DE", 0, "", "4915")]
    [InlineData("4930123", "26201", "DE", 0, "", "telekom in Berlin")]
    [InlineData("12025550000", "310260", "US", 0, "", "us")]
    [InlineData("12025550000", "31026", "US", 0, "", "all")]
    [InlineData("1", "", "", 1, "", "a1")]
    [InlineData("1", "", "", 3, "", "all")]
    [InlineData("4917", "", "", 2, "", "a1 to 49")]
    [InlineData("491512", "", "", 2, "", "4915")]
    [InlineData("1", "", "", 0, "bank99", "bank")]
    [InlineData("1", "", "", 0, "BANK1", "bank of one")]
    [InlineData("1", "", "", 0, "BAN", "all")]
    [InlineData("1", "", "", 2, "BANK1", "a2's bank")]
    [InlineData("1", "", "", 1, "BANK1", "a1")]
    [InlineData("1", "", "", 0, "ABANK1", "all")]
    [InlineData("1", "", "", 0, "a sender of more than 20 octets", "all")]
    [InlineData("9", "26201", "DE", 1, "BANK1", "first")]
    public void Most_specific_first(
        string number, string network, string country, int account, string sender, string expected) =>
        Assert.Equal(expected, Everything.Find(number, network, country, (ushort)account, sender));

    [Fact]
    public void A_class_counts()
    {
        Assert.Equal("french codes", Everything.Find("331", country: "FR", kind: MessageClasses.Otp));
        Assert.Equal("france", Everything.Find("331", country: "FR", kind: MessageClasses.Promotional));
        Assert.Equal("france", Everything.Find("331", country: "FR", kind: MessageClasses.None));
    }

    /// <summary>Wednesday 29 April 2026, summer time in Paris: two hours ahead.</summary>
    [Theory]
    [InlineData(19 * 60 + 59, "france")]
    [InlineData(20 * 60, "french nights")]
    [InlineData(27 * 60 + 59, "french nights")]
    [InlineData(28 * 60, "france")]
    [InlineData(44 * 60, "france")]
    [InlineData(-4 * 60, "france")]
    public void A_time_counts_in_its_zone(int minute, string expected)
    {
        var midnight = Noon - (12 * 3_600_000);
        Assert.Equal(expected, Everything.Find("331", country: "FR", now: midnight + (minute * 60_000L)));
    }

    [Fact]
    public void None_where_none_holds()
    {
        var routes = Compile(Of("49", prefix: "49"), Of("a1", accounts: ["a1"]));
        Assert.Null(routes.Find("33"));
        Assert.Null(routes.Find("4"));
        Assert.Equal("a1", routes.Find("33", account: 1));
        Assert.Null(Compile().Find("49"));
    }

    [Fact]
    public void A_route_without_a_name_is_called_by_its_place() =>
        Assert.Equal("routes[1]", Compile(Of("49", prefix: "49"), Of("")).Find("33"));

    [Fact]
    public void Score_is_chosen_where_two_carriers_have_a_cost()
    {
        var costs = new Dictionary<string, RouteCarrierTerms> { ["c2"] = new(1, 4500) };
        RouteConfiguration route = new() { Carriers = ["c1", "c2"], Terms = costs };
        Assert.Equal(RouteChoice.Priority, Compile(route).Rules[0].Choice);
        var listed = RouteCompiler.Compile([route], IdOf, IdOf, name => name == "c1");
        Assert.Equal(RouteChoice.Score, listed.Rules[0].Choice);
    }
}
