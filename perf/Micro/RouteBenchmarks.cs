using System.Globalization;
using System.Text;
using Appliance.Money;
using Appliance.Numbering;
using Appliance.Numbering.Lookups;
using Appliance.Operate;
using Appliance.Operate.Metrics;
using Appliance.Operate.Storage;
using Appliance.Routing;
using Appliance.Routing.Live;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.Logging.Abstractions;

namespace Micro;

/// <summary>
/// Decisions with 10,000 routes (prefixes, networks, countries, a thousand accounts, senders), 1,000 accounts and 32
/// carriers, over 4,096 messages in random order. Each operation is one message.
/// </summary>
[MemoryDiagnoser]
public class RouteBenchmarks
{
    private const int Count = 4096;
    private const int Accounts = 1000;
    private const int Carriers = 32;
    private const long Now = 1_777_464_000_000;

    private readonly Message[] _messages = new Message[Count];
    private readonly CarrierScore[] _scores = new CarrierScore[RouteConfiguration.MostCarriers];
    private readonly LiveStats _stats = new(new LiveStatsOptions());
    private readonly Balances _balances = new();
    private readonly byte[] _number = new byte[NumberPlan.MaxDigits];
    private ulong _state = 88_172_645_463_325_252;
    private PortedNumbers? _ported;
    private DestinationFinder _finder = DestinationFinder.PlanOnly;
    private Routes? _routes;
    private MoneyTables? _money;
    private RouteChooser? _chooser;

    private sealed record Message(byte[] Number, uint Network, ushort Country, ushort Account, byte[] Sender);

    /// <summary>The route of a message.</summary>
    [Benchmark(OperationsPerInvoke = Count)]
    public int RouteFind()
    {
        var found = 0;
        for (var i = 0; i < Count; i++) found += _routes!.Find(Query(i)) is null ? 0 : 1;
        return found;
    }

    /// <summary>Route, price, carriers that are too dear, carrier by score, charge, and what is remembered.</summary>
    [Benchmark(OperationsPerInvoke = Count)]
    public int RouteDecide()
    {
        var done = 0;
        for (var i = 0; i < Count; i++)
        {
            var query = Query(i);
            if (TryDecide(in query)) done++;
        }

        return done;
    }

    private bool TryDecide(in RouteQuery query)
    {
        if (_routes!.Find(in query) is not { } rule) return false;
        var quote = _money!.Quote(in query, 1);
        var pick = _chooser!.Choose(rule, in query, _money.TooDear(rule, in query, in quote), _scores);
        if (pick.Place < 0 || _balances.TryCharge(query.Account, quote.Amount) != ChargeResult.Done) return false;
        _chooser.Chosen(in query, rule.Carriers[pick.Place].Id);
        _balances.Refund(query.Account, quote.Amount);
        return true;
    }

    /// <summary>The same for numbers that are looked up first, among the ported ones too.</summary>
    [Benchmark(OperationsPerInvoke = Count)]
    public int RouteDecidePorted()
    {
        var done = 0;
        Span<byte> digits = stackalloc byte[NumberPlan.MaxDigits];
        for (var i = 0; i < Count; i++)
        {
            var number = NextNumber();
            var destination = _finder.Find(number, 1, null, digits);
            var query = Query(i) with { Destination = number, Network = destination.Network, Country = destination.Country };
            if (TryDecide(in query)) done++;
        }

        return done;
    }

    [GlobalCleanup]
    public void End() => _ported?.Dispose();

    [GlobalSetup]
    public void Prepare()
    {
        // The store that perf/Numbers has made; none is looked at without it.
        if (Environment.GetEnvironmentVariable("BENCH_PORTED") is { Length: > 0 } data)
        {
            _ported = new PortedNumbers(data, new MetricsRegistry(), NullLogger.Instance);
            _ported.TakeOver();
        }

        _finder = new DestinationFinder(
            new LivePlan(NumberPlan.Shipped), _ported, new NumbersConfiguration().Order, hlr: null);
        var random = new Random(1);
        var networks = NumberPlan.Shipped.Networks.Where(network => network.Code != 0).ToArray();
        var countries = NumberPlan.Shipped.Countries.Where(one => CountryKey.Of(one) != 0).ToArray();
        var routes = Enumerable.Range(0, 10_000).Select(i => Route(random, i, networks, countries))
            .ToList();
        if (routes.Count != 10_000) throw new InvalidOperationException($"{routes.Count} routes");
        _routes = RouteCompiler.Compile(routes, Id, Id);
        var prices = new RateCard.Builder();
        var costs = new RateCard.Builder();
        for (ushort account = 0; account <= Accounts; account++)
        {
            prices.TryAddPrefix(account, "", 50_000);
            foreach (var network in random.GetItems(networks, 20))
                prices.TryAddNetwork(account, network.Code, random.Next(40_000, 60_000));
        }

        for (ushort carrier = 1; carrier <= Carriers; carrier++)
        {
            _stats.Health(carrier).Bound(Now);
            _stats.Health(carrier).Load = random.NextDouble();
            costs.TryAddPrefix(carrier, "", 30_000 + random.Next(10_000));
            foreach (var network in random.GetItems(networks, 500))
            {
                costs.TryAddNetwork(carrier, network.Code, random.Next(20_000, 60_000));
                _stats.Outcome(carrier, network.Code, Now - 5_000, Now, random.Next(10) > 0);
            }
        }

        _money = new MoneyTables(
            new MoneyConfiguration { Margin = MarginPolicy.NextCarrier }, prices.Build(), costs.Build());
        _chooser = new RouteChooser(_stats, _money.Costs, new DestinationMemory(262_144));
        _balances.Configure(Enumerable.Range(1, Accounts).Select(account =>
            KeyValuePair.Create((ushort)account, new BillingConfiguration { CreditLimit = Micros.Most })));
        for (var i = 0; i < Count; i++) _messages[i] = Draw(random, networks, countries);
        if (RouteFind() < Count || RouteDecide() < Count * 9 / 10)
            throw new InvalidOperationException($"{RouteFind()} found, {RouteDecide()} decided of {Count}");
    }

    private RouteQuery Query(int i)
    {
        var message = _messages[i];
        return new RouteQuery
        {
            Destination = message.Number,
            Network = message.Network,
            Country = message.Country,
            Account = message.Account,
            Sender = message.Sender,
            Now = Now + 5_000,
            Seed = (ulong)i,
        };
    }

    private static Message Draw(Random random, Network[] networks, Country[] countries)
    {
        var country = countries[random.Next(countries.Length)];
        var number = string.Create(
            CultureInfo.InvariantCulture, $"{country.CallingCode}{random.Next(100_000_000, 999_999_999)}");
        return new Message(
            Encoding.ASCII.GetBytes(number), networks[random.Next(networks.Length)].Code, CountryKey.Of(country),
            (ushort)random.Next(1, Accounts + 1), Encoding.ASCII.GetBytes($"SENDER{random.Next(2000)}"));
    }

    /// <summary>A number of the range in which one in nine is ported.</summary>
    private ReadOnlySpan<byte> NextNumber()
    {
        _state ^= _state << 13;
        _state ^= _state >> 7;
        _state ^= _state << 17;
        System.Buffers.Text.Utf8Formatter.TryFormat(79_000_000_000UL + (_state % 900_000_000), _number, out var length);
        return _number.AsSpan(0, length);
    }

    private static RouteConfiguration Route(Random random, int index, Network[] networks, Country[] countries)
    {
        var kind = index == 0 ? -1 : index % 5;
        var country = countries[random.Next(countries.Length)];
        var network = networks[random.Next(networks.Length)];
        return new RouteConfiguration
        {
            Prefix = kind is 0 or 4
                ? string.Create(CultureInfo.InvariantCulture, $"{country.CallingCode}{random.Next(1000)}")
                : "",
            MccMnc = kind == 1 ? [network.Mcc + network.Mnc] : [],
            Countries = kind == 2 ? [country.Iso] : [],
            Accounts = kind is 2 or 3 or 4 ? [$"a{random.Next(1, Accounts + 1)}"] : [],
            Senders = kind is 1 or 3 ? [$"SENDER{random.Next(2000)}"] : [],
            Carriers = [.. Enumerable.Range(0, 4).Select(i => $"c{((index + (i * 7)) % Carriers) + 1}")],
            Choice = RouteChoice.Score,
        };
    }

    private static ushort Id(string name) => ushort.Parse(name.AsSpan(1), CultureInfo.InvariantCulture);
}
