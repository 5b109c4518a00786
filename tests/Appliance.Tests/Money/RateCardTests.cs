using System.Text;
using Appliance.Money;
using Appliance.Numbering;
using Appliance.Operate;
using Appliance.Routing;
using Appliance.Tests.Routing;
using Xunit;

namespace Appliance.Tests.Money;

/// <summary>Prices and costs by party and destination, and what is wrong with their files.</summary>
public sealed class RateCardTests : IDisposable
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".csv");

    public void Dispose() => File.Delete(_file);

    [Theory]
    [InlineData("a1", "26201", "49151", "DE", 10)]
    [InlineData("a1", "26202", "49151", "DE", 20)]
    [InlineData("a1", "26202", "+4930", "DE", 25)]
    [InlineData("a1", "26202", "431", "DE", 30)]
    [InlineData("a1", "", "1", "US", 40)]
    [InlineData("a2", "26201", "49151", "DE", 50)]
    [InlineData("a2", "", "33", "FR", 60)]
    [InlineData("a3", "26201", "33", "FR", 50)]
    [InlineData("a3", "", "1", "", 70)]
    public void The_nearest_amount_of_the_account_counts(
        string account, string network, string number, string country, long expected)
    {
        var tables = Compile("""
            account,mcc_mnc,prefix,country,price
            a1,26201,,,0.000010
            a1,,49151,,0.000020
            a1,,49,,0.000025
            a1,,,DE,0.000030
            a1,,,,0.000040
            ,262-01,,,0.000050
            a2,,,fr,0.000060
            ,,,,0.000070
            """);
        Span<int> keys = stackalloc int[DestinationKeys.Most];
        var code = network.Length == 0 ? 0 : RouteRank.NetworkOf(network);
        var count = tables.Prices.Locate(code, Encoding.ASCII.GetBytes(number), CountryKey.Of(country), keys);
        Assert.Equal(expected, tables.Prices.Find(RouteSamples.IdOf(account), keys[..count]));
    }

    [Fact]
    public void Nothing_is_known_of_what_no_line_is_about()
    {
        var tables = Compile("account,prefix,price\na1,49,1");
        Span<int> keys = stackalloc int[DestinationKeys.Most];
        foreach (var (account, number) in (IEnumerable<(ushort, string)>)[(1, "48"), (2, "49")])
        {
            var count = tables.Prices.Locate(0, Encoding.ASCII.GetBytes(number), 0, keys);
            Assert.Equal(RateCard.None, tables.Prices.Find(account, keys[..count]));
        }
    }

    [Theory]
    [InlineData("account,price\na9,1", "line 2 account", "a9", "one of the accounts")]
    [InlineData("account,price\na1,", "line 2 price", "\"\"", "6 decimal")]
    [InlineData("account,price\na1,-1", "line 2 price", "-1", "0 to")]
    [InlineData("account,price\n\na1,1\na1,2", "line 4", "already", "once")]
    [InlineData("mcc_mnc,price\n2620,1", "line 2 mcc_mnc", "2620", "5 or 6")]
    [InlineData("mcc,mnc,price\n262,1,1", "line 2 mcc_mnc", "2621", "5 or 6")]
    [InlineData("mcc_mnc,prefix,price\n26201,49,1", "line 2 mcc_mnc", "26201", "one of")]
    [InlineData("country,price\nXX,1", "line 2 country", "XX", "ISO 3166")]
    [InlineData("prefix,price\n4x,1", "line 2 prefix", "4x", "digits")]
    [InlineData("account,cost\na1,1", "line 1", "cost", "mcc_mnc")]
    [InlineData("account,prefix\na1,1", "line 1 price", "no such column", "a column")]
    [InlineData("account,price\n\"a1,1", "line 2", "quote", "closing")]
    [InlineData("", "", "is empty", "a readable CSV file")]
    public void A_fault_is_named_with_its_line(string csv, string place, string found, string expected)
    {
        var errors = new List<ConfigurationError>();
        Assert.Null(Compile(csv, errors));
        var error = errors[0];
        Assert.Equal(place.Length == 0 ? _file : $"{_file} {place}", error.Path);
        Assert.Contains(found, error.Found, StringComparison.Ordinal);
        Assert.Contains(expected, error.Expected, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_there_is_a_fault()
    {
        var errors = new List<ConfigurationError>();
        var configuration = new Configuration { Money = new MoneyConfiguration { CostFiles = [_file] } };
        Assert.Null(MoneyCompiler.Compile(configuration, RouteSamples.IdOf, RouteSamples.IdOf, errors));
        Assert.Equal(_file, Assert.Single(errors).Path);
    }

    [Theory]
    [InlineData(MarginPolicy.Allow, 0, true)]
    [InlineData(MarginPolicy.Refuse, 0, false)]
    [InlineData(MarginPolicy.NextCarrier, 0b0101, false)]
    public void The_margin_is_guarded(MarginPolicy policy, int mask, bool mayTakeFirst)
    {
        var prices = new RateCard.Builder();
        prices.TryAddPrefix(1, "49", 1_000);
        var costs = new RateCard.Builder();
        costs.TryAddPrefix(1, "", 1_001);
        costs.TryAddPrefix(2, "", 1_000);
        costs.TryAddPrefix(3, "", 500);
        var tables = new MoneyTables(new MoneyConfiguration { Margin = policy }, prices.Build(), costs.Build());
        var rule = RouteSamples.Compile(new RouteConfiguration
        {
            Carriers = ["c1", "c2", "c3", "c4"],
            Terms = new Dictionary<string, RouteCarrierTerms> { ["c3"] = new(1, 2_000) },
        }).Rules[0];
        var query = new RouteQuery { Destination = "49151"u8, Account = 1, Now = RouteSamples.Noon };
        var quote = tables.Quote(in query, 3);
        Assert.Equal(new Quote(1_000, 3_000), quote);
        Assert.Equal(mask, tables.TooDear(rule, in query, in quote));
        Assert.Equal(mayTakeFirst, tables.MayTake(rule, 0, in query, in quote));
        Assert.True(tables.MayTake(rule, 1, in query, in quote));
        Assert.True(tables.MayTake(rule, 3, in query, in quote));
        var other = new RouteQuery { Destination = "33"u8, Account = 1, Now = RouteSamples.Noon };
        var unknown = tables.Quote(in other, 3);
        Assert.False(unknown.IsPriced);
        Assert.Equal(0, tables.TooDear(rule, in other, in unknown));
    }

    private MoneyTables Compile(string csv)
    {
        var errors = new List<ConfigurationError>();
        var tables = Compile(csv, errors);
        Assert.Empty(errors);
        return tables!;
    }

    private MoneyTables? Compile(string csv, List<ConfigurationError> errors)
    {
        File.WriteAllText(_file, csv);
        var configuration = new Configuration
        {
            Accounts = [.. Enumerable.Range(1, 3).Select(i => new AccountConfiguration { Name = $"a{i}" })],
            Money = new MoneyConfiguration { PriceFiles = [_file] },
        };
        return MoneyCompiler.Compile(configuration, RouteSamples.IdOf, RouteSamples.IdOf, errors);
    }
}
