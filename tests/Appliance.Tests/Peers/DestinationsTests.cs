using System.Globalization;
using System.Text;
using Appliance.Peers.Sending;
using Xunit;

namespace Appliance.Tests.Peers;

public sealed class DestinationsTests
{
    [Theory]
    [InlineData("2637####", true)]
    [InlineData("2637####", false)]
    [InlineData("26370000-26370009", true)]
    [InlineData("263770000000", true)]
    [InlineData("2637###,447700900###,+33612345#", true)]
    public void A_number_leads_back_to_the_latest_message_sent_to_it(string ranges, bool spread)
    {
        var destinations = Destinations.Parse(ranges, spread);
        for (long n = 0; n < 5_000; n++)
        {
            string number = Number(destinations, n);
            Assert.True(destinations.TryFind(Encoding.ASCII.GetBytes(number), n + 1, out long found));
            Assert.Equal(n, found);
            Assert.True(destinations.TryFind(Encoding.ASCII.GetBytes("+" + number), n + 1, out found));
            Assert.Equal(n, found);
        }
    }

    [Fact]
    public void An_earlier_message_to_the_number_is_found_until_the_number_comes_again()
    {
        var destinations = Destinations.Parse("2637###", spread: true);
        var number = Encoding.ASCII.GetBytes(Number(destinations, 17));
        Assert.False(destinations.TryFind(number, issued: 17, out _));
        Assert.True(destinations.TryFind(number, issued: 1017, out long found));
        Assert.Equal(17, found);
        Assert.True(destinations.TryFind(number, issued: 1018, out found));
        Assert.Equal(1017, found);
    }

    [Theory]
    [InlineData("2637####", true)]
    [InlineData("26370000-26371233", true)]
    public void Every_number_comes_once_in_a_period(string ranges, bool spread)
    {
        var destinations = Destinations.Parse(ranges, spread);
        var seen = new HashSet<string>();
        for (long n = 0; n < destinations.Period; n++) Assert.True(seen.Add(Number(destinations, n)));
        Assert.DoesNotContain(Number(destinations, 0), seen.Skip(1));
        Assert.Equal(Number(destinations, 0), Number(destinations, destinations.Period));
    }

    /// <summary>As routes to prefixes of four digits more and twenty carriers in turn see it.</summary>
    [Theory]
    [InlineData("2637########")]
    [InlineData("2637######")]
    public void Numbers_are_spread_over_prefixes_and_over_those_who_take_them_in_turn(string range)
    {
        const int numbers = 5_000, carriers = 20;
        var destinations = Destinations.Parse(range, spread: true);
        var prefixes = new HashSet<int>();
        var taken = new int[carriers];
        for (long n = 0; n < numbers; n++)
        {
            var prefix = int.Parse(Number(destinations, n).AsSpan(4, 4), CultureInfo.InvariantCulture);
            prefixes.Add(prefix);
            taken[prefix % carriers]++;
        }

        Assert.InRange(prefixes.Count, numbers / 2, numbers);
        Assert.All(taken, count => Assert.InRange(count, numbers / carriers / 2, numbers / carriers * 2));
    }

    [Theory]
    [InlineData("26380001")]
    [InlineData("263700010")]
    [InlineData("Alpha")]
    [InlineData("")]
    [InlineData("99999999999999999999999")]
    public void A_number_of_no_range_is_not_found(string number) =>
        Assert.False(Destinations.Parse("2637####", spread: true).TryFind(Encoding.ASCII.GetBytes(number), 99, out _));

    [Theory]
    [InlineData("")]
    [InlineData("26#7###")]
    [InlineData("2##########")]
    [InlineData("100-99")]
    [InlineData("99-100")]
    [InlineData("abc")]
    public void What_is_no_range_is_refused_with_what_was_expected(string text)
    {
        var error = Assert.Throws<FormatException>(() => Destinations.Parse(text, spread: true));
        Assert.Contains("2637########", error.Message, StringComparison.Ordinal);
    }

    private static string Number(Destinations destinations, long n)
    {
        var number = new byte[destinations.Digits((int)(n % destinations.RangeCount))];
        destinations.Write(n, number);
        return Encoding.ASCII.GetString(number);
    }
}
