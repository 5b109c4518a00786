using System.Text;
using Appliance.Numbering;
using Appliance.Numbering.Lookups;
using Appliance.Operate;
using Appliance.Operate.Metrics;
using Appliance.Operate.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Store.Numbers;
using Xunit;

namespace Appliance.Tests.Numbering.Lookups;

public sealed class DestinationFinderTests : IDisposable
{
    private const byte International = 1;
    private const byte National = 2;

    private readonly string _data = Directory.CreateTempSubdirectory("destinations").FullName;
    private readonly MetricsRegistry _metrics = new();
    private readonly PortedNumbers _ported;

    public DestinationFinderTests()
    {
        using var numbers = new MemoryStream("1;x;20000001;BC2;2020.01.01 00:00:00\n"u8.ToArray());
        NumberImport.Prepare(ImportFormat.Load("lv"), numbers, PortedNumbers.Folder(_data));
        _ported = new PortedNumbers(_data, _metrics, NullLogger.Instance);
        _ported.TakeOver();
    }

    public void Dispose()
    {
        _ported.Dispose();
        Directory.Delete(_data, recursive: true);
    }

    [Theory]
    [InlineData("491711234567", International, "", "26201 DE 491711234567")]
    [InlineData("+491711234567", International, "", "26201 DE +491711234567")]
    [InlineData("12025550123", 0, "", "0 US 12025550123")]
    // Without a country nothing is another form of anything.
    [InlineData("00491711234567", 0, "", "0  00491711234567")]
    [InlineData("01711234567", National, "", "0  01711234567")]
    [InlineData("01711234567", National, "DE", "26201 DE 491711234567")]
    [InlineData("1711234567", National, "DE", "26201 DE 491711234567")]
    [InlineData("01711234567", 0, "DE", "26201 DE 491711234567")]
    [InlineData("00491711234567", 0, "FR", "26201 DE 491711234567")]
    [InlineData("491711234567", International, "FR", "26201 DE 491711234567")]
    [InlineData("+491711234567", 0, "DE", "26201 DE 491711234567")]
    // What the plan does not know goes on as it came.
    [InlineData("99912345678", International, "DE", "0  99912345678")]
    [InlineData("49", International, "", "0 DE 49")]
    [InlineData("110", 0, "DE", "0 DE 110")]
    public void A_number_has_a_network_a_country_and_one_form(string address, byte ton, string home, string expected) =>
        Assert.Equal(expected, Find(Finder(null), address, ton, home));

    [Fact]
    public void Ported_numbers_have_their_new_network_and_those_that_are_not_their_first()
    {
        Assert.Equal("24702 LV 37120000001", Find(Finder(null), "37120000001"));
        Assert.Equal("24701 LV 37129200002", Find(Finder(null), "37129200002"));
        Assert.Equal("24701 LV 37129200002", Find(Finder(null, LookupSource.Prefix), "37129200002"));
    }

    [Fact]
    public async Task What_the_provider_said_before_counts_and_messages_ask_it_where_they_may()
    {
        await using var provider = await FakeProvider.StartAsync();
        provider.Answer = () => Task.FromResult((200, """{"mcc":"262","mnc":"02"}"""));
        using var quiet = new HlrClient(new HlrConfiguration { Url = provider.Url }, new MetricsRegistry(), TimeProvider.System);
        Assert.Equal("26201 DE 491711234567", Find(Finder(quiet), "491711234567"));
        Assert.Empty(provider.Asked);
        await quiet.AskAsync("491711234567", default);
        Assert.Equal("26202 DE 491711234567", Find(Finder(quiet), "491711234567"));

        using var asking = new HlrClient(
            new HlrConfiguration { Url = provider.Url, Messages = true }, new MetricsRegistry(), TimeProvider.System);
        Assert.Equal("26201 DE 491711234568", Find(Finder(asking), "491711234568"));
        // The same question is joined where it is under way, and answered from what is kept else.
        await asking.AskAsync("491711234568", default);
        Assert.Equal("26202 DE 491711234568", Find(Finder(asking), "491711234568"));
        Assert.Equal(2, provider.Asked.Count);
    }

    [Theory]
    [InlineData("01711234567", "DE")]
    [InlineData("491711234567", "")]
    [InlineData("37120000001", "")]
    [InlineData("37129200002", "")]
    public void Nothing_is_allocated(string address, string country)
    {
        var finder = Finder(null);
        var home = country.Length == 0 ? null : NumberPlan.Shipped.CountryOf(country);
        var octets = Encoding.ASCII.GetBytes(address);
        var digits = new byte[NumberPlan.MaxDigits];
        finder.Find(octets, National, home, digits);
        Assert.Equal(0, Measured.Allocations.Least(() =>
        {
            for (var i = 0; i < 1000; i++) finder.Find(octets, National, home, digits);
        }));
    }

    private DestinationFinder Finder(HlrClient? hlr, params LookupSource[] order) => new(
        new LivePlan(NumberPlan.Shipped), _ported, order.Length > 0 ? order : new NumbersConfiguration().Order, hlr);

    private static string Find(DestinationFinder finder, string address, byte ton = International, string home = "")
    {
        Span<byte> digits = stackalloc byte[NumberPlan.MaxDigits];
        var octets = Encoding.ASCII.GetBytes(address);
        var found = finder.Find(octets, ton, home.Length == 0 ? null : NumberPlan.Shipped.CountryOf(home), digits);
        var number = found.Length == 0 ? address : Encoding.ASCII.GetString(digits[..found.Length]);
        // Network.CodeOf of an MNC of two digits.
        var network = found.Network == 0 ? "0" : $"{found.Network / 2000}{found.Network % 2000:D2}";
        return $"{network} {CountryKey.Name(found.Country)} {number}";
    }
}
