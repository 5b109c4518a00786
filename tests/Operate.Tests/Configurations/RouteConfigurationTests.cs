using System.Text;
using Appliance.Operate;
using Appliance.Routing;
using MessageClasses = Appliance.Policy.MessageClasses;

namespace Operate.Tests.Configurations;

/// <summary>Routes of the configuration: what is read, and what is wrong with them.</summary>
public class RouteConfigurationTests
{
    [Fact]
    public void All_members_are_read()
    {
        var route = Assert.Single(Read("""
            {"name": "night", "order": 5, "prefix": "49", "mcc_mnc": ["26201", "262-02"], "countries": ["DE"],
             "accounts": ["one"], "senders": ["BANK*", "49151"], "classes": ["otp", "transactional"],
             "time": {"days": ["mon", "sun"], "from": "22:00", "to": "06:30", "zone": "Europe/Berlin"},
             "carriers": ["a", {"name": "b", "weight": 3, "cost": 0.0045}], "choice": "split",
             "weights": {"cost": 1, "delivery": 0, "latency": 0.5, "load": 0}, "explore": 0.02, "keep": "1m",
             "overflow": true, "canary": {"carrier": "b", "share": 0.1, "below": 0.2, "receipts": 50}}
            """).Configuration!.Routes);
        Assert.Equal(("night", 5, "49"), (route.Name, route.Order, route.Prefix));
        Assert.Equal(["26201", "262-02"], route.MccMnc);
        Assert.Equal(["DE"], route.Countries);
        Assert.Equal(["one"], route.Accounts);
        Assert.Equal(["BANK*", "49151"], route.Senders);
        Assert.Equal(MessageClasses.Otp | MessageClasses.Transactional, route.Classes);
        var time = route.Time!;
        Assert.Equal((3, 22 * 60, (6 * 60) + 30, "Europe/Berlin"), (time.Days, time.From, time.To, time.Zone));
        Assert.Equal(["a", "b"], route.Carriers);
        Assert.Equal(new RouteCarrierTerms(3, 4500), Assert.Single(route.Terms).Value);
        Assert.Equal(RouteChoice.Split, route.Choice);
        Assert.Equal(new RouteWeights(1, 0, 0.5, 0), route.Weights);
        Assert.Equal((0.02, TimeSpan.FromMinutes(1), true), (route.Explore, route.Keep, route.Overflow));
        Assert.Equal(new RouteCanary("b", 0.1, 0.2, 50), route.Canary);
    }

    [Fact]
    public void A_prefix_and_carriers_are_enough()
    {
        var route = Assert.Single(Read("""{"prefix": "49", "carriers": ["a"]}""").Configuration!.Routes);
        Assert.Null(route.Choice);
        Assert.Equal(RouteWeights.Usual, route.Weights);
        Assert.Equal((MessageClasses.All, false, 0.01), (route.Classes, route.Overflow, route.Explore));
    }

    [Theory]
    [InlineData("""{"carriers": ["a"], "mcc_mnc": ["2620"]}""", "routes[0].mcc_mnc[0]", "2620", "MCC and MNC")]
    [InlineData("""{"carriers": ["a"], "mcc_mnc": []}""", "routes[0].mcc_mnc", "empty", "at least one")]
    [InlineData("""{"carriers": ["a"], "mcc_mnc": "26201"}""", "routes[0].mcc_mnc", "26201", "list")]
    [InlineData("""{"carriers": ["a"], "countries": ["de"]}""", "routes[0].countries[0]", "de", "ISO 3166")]
    [InlineData("""{"carriers": ["a"], "countries": ["DE", "DE"]}""", "routes[0].countries", "second", "once")]
    [InlineData("""{"carriers": ["a"], "accounts": ["two"]}""", "routes[0].accounts[0]", "two", "one of the accounts")]
    [InlineData("""{"carriers": ["a"], "senders": ["x*y", ""]}""", "routes[0].senders[1]", "", "20 ASCII")]
    [InlineData("""{"carriers": ["a"], "classes": ["spam"]}""", "routes[0].classes[0]", "spam", "promotional")]
    [InlineData("""{"carriers": ["a"], "time": {"from": "8"}}""", "routes[0].time.from", "8", "08:00")]
    [InlineData("""{"carriers": ["a"], "time": {"from": "24:00"}}""", "routes[0].time.from", "24:00", "08:00")]
    [InlineData("""{"carriers": ["a"], "time": {"from": "08:00", "to": "08:00"}}""", "routes[0].time.to", "from", "another")]
    [InlineData("""{"carriers": ["a"], "time": {"zone": "Mars"}}""", "routes[0].time.zone", "Mars", "Europe/Paris")]
    [InlineData("""{"carriers": ["a"], "choice": "best"}""", "routes[0].choice", "best", "least_cost")]
    [InlineData("""{"carriers": [{"name": "a", "cost": 0.00000001}]}""", "routes[0].carriers[0].cost", "0.00000001", "6 decimal")]
    [InlineData("""{"carriers": [{"name": "a", "cost": -1}]}""", "routes[0].carriers[0].cost", "-1", "0 to")]
    [InlineData("""{"carriers": [{"weight": 1}]}""", "routes[0].carriers[0].name", "nothing", "name")]
    [InlineData("""{"carriers": ["a", {"name": "x"}]}""", "routes[0].carriers[1]", "x", "one of the carriers")]
    [InlineData("""{"carriers": ["a"], "weights": {"cost": 2}}""", "routes[0].weights.cost", "2", "0 to 1")]
    [InlineData("""{"carriers": ["a"], "weights": {"cost": 0, "delivery": 0, "latency": 0, "load": 0}}""", "routes[0].weights.cost", "no weight", "above 0")]
    [InlineData("""{"carriers": ["a", "b"], "canary": {"carrier": "c"}}""", "routes[0].canary.carrier", "c", "route's carriers")]
    [InlineData("""{"carriers": ["a"], "canary": {"carrier": "a"}}""", "routes[0].canary", "one carrier", "another")]
    [InlineData("""{"carriers": [{"name": "a", "weight": 0}], "choice": "split"}""", "routes[0].carriers", "no weight", "above 0")]
    [InlineData("""{"carriers": ["a"], "prefix": "49"}, {"carriers": ["b"], "prefix": "49"}""", "routes[1].prefix", "as at routes[0]", "once")]
    [InlineData("""{"carriers": ["a"], "mcc_mnc": ["26201", "26202"]}, {"carriers": ["b"], "mcc_mnc": ["262-02"]}""", "routes[1]", "routes[0]", "order")]
    [InlineData("""{"carriers": ["a"], "senders": ["Bank"]}, {"carriers": ["b"], "senders": ["BANK"]}""", "routes[1]", "routes[0]", "exclude")]
    [InlineData("""{"carriers": ["a"], "time": {"to": "12:00"}}, {"carriers": ["b"], "time": {"from": "11:00"}}""", "routes[1]", "routes[0]", "exclude")]
    [InlineData("""{"carriers": ["a"], "order": 1}, {"carriers": ["b"], "prefix": "49"}""", "routes[1]", "routes[0] with order 1", "below")]
    [InlineData("""{"carriers": ["a"], "order": 1, "senders": ["b*"]}, {"carriers": ["b"], "senders": ["BANK"]}""", "routes[1]", "routes[0]", "below")]
    [InlineData("""{"carriers": ["a"], "name": "x"}, {"carriers": ["b"], "name": "x", "prefix": "1"}""", "routes[1].name", "routes[0]", "once")]
    public void A_fault_is_named(string routes, string path, string found, string expected)
    {
        var errors = Read(routes).Errors;
        var error = Assert.Single(errors);
        Assert.Equal(path, error.Path);
        Assert.Contains(found, error.Found, StringComparison.Ordinal);
        Assert.Contains(expected, error.Expected, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"carriers": ["a"], "classes": ["otp"]}, {"carriers": ["b"], "classes": ["promotional"]}, {"carriers": ["b"]}""")]
    [InlineData("""{"carriers": ["a"], "time": {"to": "12:00"}}, {"carriers": ["b"], "time": {"from": "12:00"}}""")]
    [InlineData("""{"carriers": ["a"], "order": 1, "accounts": ["one"]}, {"carriers": ["b"], "prefix": "49"}""")]
    [InlineData("""{"carriers": ["a"], "mcc_mnc": ["26201"], "prefix": "491"}, {"carriers": ["b"], "mcc_mnc": ["26201"], "prefix": "492"}""")]
    [InlineData("""{"carriers": ["a"], "mcc_mnc": ["26201", "26202"]}, {"carriers": ["b"], "mcc_mnc": ["26202", "26203"], "order": 7}""")]
    public void Routes_that_exclude_each_other_are_good(string routes) => Assert.Empty(Read(routes).Errors);

    private static ConfigurationResult Read(string routes) => Configuration.Parse(Encoding.UTF8.GetBytes($$"""
        {"accounts": [{"name": "one"}],
         "carriers": [{"name": "a", "host": "h", "port": 1, "system_id": "s"},
                      {"name": "b", "host": "h", "port": 2, "system_id": "s"}],
         "routes": [{{routes}}]}
        """), "test");
}
