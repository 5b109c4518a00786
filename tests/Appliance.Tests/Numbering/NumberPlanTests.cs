using System.Text;
using Appliance.Numbering;
using Xunit;

namespace Appliance.Tests.Numbering;

public class NumberPlanTests
{
    [Fact]
    public void Every_example_of_every_country_has_its_country_and_type()
    {
        Assert.True(Plan.Examples.Count > 1000);
        foreach (var (digits, iso, type) in Plan.Examples)
        {
            var info = Plan.Find(digits);
            Assert.Equal((digits, iso, type), (digits, info.Country?.Iso, info.Type.Name()));
            Assert.StartsWith(info.CallingCode.ToString(), digits);
        }
        Assert.True(Plan.Examples.Select(example => example.Iso).Distinct().Count() > 240);
    }

    [Theory]
    [InlineData("447400123456", "GB", "mobile", 44, "234", "20", "Three")]
    [InlineData("491711234567", "DE", "mobile", 49, "262", "01", "T-Mobile")]
    [InlineData("79031234567", "RU", "mobile", 7, "250", "99", "Beeline")]
    [InlineData("77011234567", "KZ", "mobile", 7, "401", "02", "Kcell/Activ")]
    [InlineData("33612345678", "FR", "mobile", 33, "208", "10", "SFR")]
    [InlineData("12025550123", "US", "fixed_or_mobile", 1, null, null, null)]
    [InlineData("18002345678", "US", "toll_free", 1, null, null, null)]
    [InlineData("390612345678", "IT", "fixed", 39, null, null, null)]
    [InlineData("80012345678", "", "toll_free", 800, null, null, null)]
    public void A_number_tells_its_country_type_and_first_network(string digits, string iso, string type,
        int callingCode, string? mcc, string? mnc, string? name)
    {
        var info = Plan.Find(digits);
        Assert.True(info.IsValid);
        Assert.Equal((iso, type, callingCode), (info.Country!.Iso, info.Type.Name(), info.CallingCode));
        Assert.Equal((mcc, mnc, name), (info.Network?.Mcc, info.Network?.Mnc, info.Network?.Name));
        Assert.Equal(NumberSource.Plan, info.Source);
    }

    [Theory]
    [InlineData("999123456", NumberFault.UnknownCountryCode)]
    [InlineData("4", NumberFault.UnknownCountryCode)]
    [InlineData("", NumberFault.Empty)]
    [InlineData("44", NumberFault.TooShort)]
    [InlineData("4474001234567", NumberFault.TooLong)]
    [InlineData("44740012345", NumberFault.NotInUse)]
    [InlineData("12005550123", NumberFault.NotInUse)]
    [InlineData("120255501234", NumberFault.TooLong)]
    [InlineData("3531234567890123", NumberFault.TooLong)]
    [InlineData("99512345", NumberFault.TooShort)]
    [InlineData("441234567", NumberFault.NotInUse)]
    [InlineData("44123456789", NumberFault.NotInUse)]
    [InlineData("4412345678", NumberFault.WrongLength)]
    public void What_is_no_number_says_why(string digits, NumberFault fault)
    {
        var info = Plan.Find(digits);
        Assert.False(info.IsValid);
        Assert.Equal(fault, info.Fault);
        Assert.NotEqual("", info.Fault.Explain());
        Assert.NotEqual("none", info.Fault.Name());
    }

    [Fact]
    public void A_network_is_found_by_its_codes_and_the_length_of_an_MNC_counts()
    {
        Assert.Equal("Vodafone", Plan.Default.NetworkOf("262", "02")!.Name);
        Assert.Null(Plan.Default.NetworkOf("262", "002"));
        Assert.Null(Plan.Default.NetworkOf("26", "202"));
        Assert.Null(Plan.Default.NetworkOf(null, "02"));
        Assert.True(Plan.Default.Networks.Count > 2900);
        Assert.All(Plan.Default.Networks, network => Assert.NotEqual(0u, network.Code));
    }

    [Theory]
    [InlineData("447400123456", "Europe/London")]
    [InlineData("4930123456", "Europe/Berlin")]
    [InlineData("14155550123", "America/Los_Angeles")]
    [InlineData("61291234567", "Australia/Sydney")]
    public void A_number_tells_its_time_zone(string digits, string zone) =>
        Assert.Contains(zone, Plan.Default.TimeZonesOf(Encoding.ASCII.GetBytes(digits)));

    [Fact]
    public void The_plan_names_its_sources()
    {
        Assert.Equal(4, Plan.Default.Sources.Count);
        Assert.Contains(Plan.Default.Sources, source => source.StartsWith("libphonenumber-js 1.", StringComparison.Ordinal));
    }

    [Fact]
    public void Neither_reading_nor_asking_allocates()
    {
        byte[][] texts = [.. new[] { "+44 7400 123456", "0171 1234567", "491711234567", "001141999", "x" }.Select(Encoding.ASCII.GetBytes)];
        var home = Plan.Default.CountryOf("DE");
        var digits = new byte[NumberPlan.MaxDigits];
        var (valid, rounds) = (0, 0);
        Assert.Equal(0, Measured.Allocations.Least(() =>
        {
            for (var round = 0; round < 2000; round++, rounds++)
                foreach (var text in texts) valid += Plan.Default.TryNormalise(text, NumberForm.Any, home, digits, out _) ? 1 : 0;
        }));
        Assert.Equal(3 * rounds, valid);
    }
}
