using System.Text;
using Appliance.Numbering;
using Appliance.Operate;
using Appliance.Routing;
using FsCheck;
using FsCheck.Fluent;
using Xunit;
using static Appliance.Tests.Routing.RouteSamples;
using MessageClasses = Appliance.Policy.MessageClasses;

namespace Appliance.Tests.Routing;

/// <summary>The tables find what reading all routes in order of rank finds.</summary>
public class RouteFindProperties
{
    private static readonly string[] Networks = ["26201", "26202", "310260"];
    private static readonly string[] Countries = ["DE", "FR", "US"];
    private static readonly string[] Senders = ["BANK", "bank1", "BANK*", "b*", "*", "49151", "INFO"];
    private static readonly string[] Addresses = ["", "Bank", "BANK1", "bank12", "info", "49151", "x"];

    [Fact]
    public void Tables_agree_with_the_list() =>
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            var random = new System.Random(seed);
            var routes = Compile([.. Enumerable.Range(0, random.Next(40)).Select(i => Draw(random, i))]);
            for (var i = 0; i < 50; i++)
            {
                var query = Query(random);
                RouteRule? expected = null;
                foreach (var rule in routes.Rules)
                {
                    if (!routes.Holds(rule, in query)) continue;
                    expected = rule;
                    break;
                }

                Assert.Same(expected, routes.Find(in query));
            }

            return true;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1_000).WithQuietOnSuccess(true));

    private static RouteConfiguration Draw(System.Random random, int index) => Of(
        $"r{index}",
        prefix: random.Next(2) == 0 ? "" : Number(random, random.Next(4)),
        networks: Some(random, Networks),
        countries: Some(random, Countries),
        accounts: Some(random, ["a1", "a2", "a3"]),
        senders: Some(random, Senders),
        classes: (MessageClasses)random.Next(1, 8),
        time: random.Next(4) > 0 ? null : new RouteTimeConfiguration
        {
            Days = random.Next(1, 128), From = random.Next(700), To = random.Next(700, 1440),
        },
        order: random.Next(10) == 0 ? random.Next(3) : RouteConfiguration.DefaultOrder);

    private static string[] Some(System.Random random, string[] all) =>
        random.Next(2) == 0 ? [] : [.. all.Where(_ => random.Next(2) == 0)];

    private static string Number(System.Random random, int length) =>
        string.Concat(Enumerable.Range(0, length).Select(_ => (char)('1' + random.Next(2))));

    private static RouteQuery Query(System.Random random) => new()
    {
        Destination = Encoding.ASCII.GetBytes((random.Next(2) == 0 ? "+" : "") + Number(random, random.Next(8))),
        Network = random.Next(4) == 0 ? 0 : RouteRank.NetworkOf(Networks[random.Next(Networks.Length)]),
        Country = random.Next(4) == 0 ? (ushort)0 : CountryKey.Of(Countries[random.Next(Countries.Length)]),
        Account = (ushort)random.Next(5),
        Sender = Encoding.ASCII.GetBytes(Addresses[random.Next(Addresses.Length)]),
        Class = (MessageClasses)(1 << random.Next(3)),
        Now = Noon + (random.Next(7 * 1440) * 60_000L),
    };
}
