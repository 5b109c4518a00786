using Appliance.Decide;
using Appliance.Limits;
using Appliance.Operate;
using Appliance.Routing;
using Appliance.Routing.Live;
using Xunit;

namespace Appliance.Tests.Decide;

/// <summary>The short way to a carrier leads to the one that the long way leads to.</summary>
public sealed class PlainChoiceTests
{
    private const int Carriers = 3;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void The_choice_is_the_same_whatever_becomes_of_the_carriers(int seed)
    {
        var random = new Random(seed);
        var routes = new[]
        {
            Route("1", 60, "1", "2", "3"), Route("2", 0, "3", "1"), Route("3", 0, "2"),
            new RouteConfiguration { Prefix = "4", Carriers = ["2", "3"], Overflow = true },
            new RouteConfiguration { Prefix = "5", Carriers = ["1", "3"], Choice = RouteChoice.Split },
        };
        var (plain, full) = (Choice(routes), Choice(routes));
        var (now, plainly, kept) = (1_700_000_000_000L, 0, 0);
        for (var step = 0; step < 20_000; step++)
        {
            now += random.Next(200);
            if (random.Next(800) == 0) Disturb(random, now, plain.Stats, full.Stats);
            var slot = Message(plain, $"{random.Next(1, 6)}{random.Next(40):00}", now);
            var query = CarrierChoice.QueryOf(ref slot, (ulong)step);
            var rule = full.RuleOf(in slot, in query)!;
            var expected = full.Choose(rule, in query, 0, now);
            if (plain.ChoosePlainly(in slot) is { } chosen)
            {
                plainly++;
                if (rule.Carriers.Length > 1 && chosen.Options.Id != rule.Carriers[0].Id) kept++;
                Assert.Equal(expected!.Options.Id, chosen.Options.Id);
            }
            else
            {
                Assert.Equal(expected?.Options.Id, plain.Choose(rule, in query, 0, now)?.Options.Id);
            }
        }

        // Both ways were taken, and numbers were kept at another carrier than the first.
        Assert.InRange(plainly, 4_000, 16_000);
        Assert.InRange(kept, 10, plainly);
    }

    private static RouteConfiguration Route(string prefix, int keep, params string[] carriers) =>
        new() { Prefix = prefix, Carriers = carriers, Keep = TimeSpan.FromSeconds(keep) };

    private static CarrierChoice Choice(RouteConfiguration[] routes)
    {
        var choice = new CarrierChoice(
            new Ledger(new VirtualLog(), new MessageTable(16)), TestRoutes.Of(routes), new RoutingConfiguration());
        for (ushort id = 1; id <= Carriers; id++)
            choice.Add(new Carrier(DecideRig.Carrier(id), new FairWeights()));
        return choice;
    }

    /// <summary>A carrier comes, goes, or answers badly.</summary>
    private static void Disturb(Random random, long now, params LiveStats[] all)
    {
        var (id, what, bad) = ((ushort)random.Next(1, Carriers + 1), random.Next(8), random.Next(1, 8));
        foreach (var stats in all)
        {
            var health = stats.Health(id);
            if (what == 0) health.Unbound();
            else if (what < 6) health.Bound(now);
            else for (var i = 0; i < bad; i++) health.Answered(CarrierAnswer.Failed, 1, now);
        }
    }

    private static Slot Message(CarrierChoice choice, string to, long now)
    {
        var slot = new Slot { Kind = EventKind.Submit, UnixMs = now, Parts = 1 };
        var number = System.Text.Encoding.ASCII.GetBytes(to);
        slot.Key = AddressHash.Long(number);
        var query = new RouteQuery { Destination = number, Now = now };
        slot.Tables = choice.Tables.Number;
        slot.Route = choice.Tables.Routes.Find(in query)!.Rank;
        // source_addr and destination_addr as a submit_sm's body has them.
        byte[] body = [1, 1, (byte)'S', 0, 1, 1, .. number, 0];
        body.CopyTo(slot.Allocate(body.Length));
        (slot.SourceOffset, slot.DestinationOffset) = (0, 4);
        return slot;
    }
}
