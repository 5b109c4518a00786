using Appliance;
using Appliance.Operate;

namespace Operate.Tests.Configurations;

/// <summary>Whose the number is that a mobile writes to.</summary>
public class InboundNumberTests
{
    private static readonly InboundNumbers Numbers = new(
    [
        Account("a", "72345", "+4477*"),
        Account("b", "447700*", "447700900123"),
        Account("c", "72345", "+447700900123"),
    ]);

    [Theory]
    [InlineData("72345", "a c")]
    [InlineData("447700900123", "b c")]
    [InlineData("447700900124", "b")]
    [InlineData("447711", "a")]
    [InlineData("4477", "a")]
    [InlineData("447", "")]
    [InlineData("723456", "")]
    public void The_number_itself_counts_before_the_longest_beginning(string digits, string owners) =>
        Assert.Equal(owners, string.Join(' ', Numbers.OwnersOf(digits)));

    [Theory]
    [InlineData("123", true)]
    [InlineData("+447700900123", true)]
    [InlineData("1*", true)]
    [InlineData("+12345678901234*", true)]
    [InlineData("123456789012345*", false)]
    [InlineData("*", false)]
    [InlineData("4*4", false)]
    [InlineData("12", false)]
    [InlineData("Shop", false)]
    public void What_may_be_configured(string text, bool valid) => Assert.Equal(valid, InboundNumbers.IsValid(text));

    [Fact]
    public void A_number_that_is_none_is_named()
    {
        var result = Configuration.Parse("""{"accounts": [{"name": "a", "numbers": ["12x*"]}]}"""u8, "test");
        var error = Assert.Single(result.Errors, error => error.Path.Contains("numbers", StringComparison.Ordinal));
        Assert.Contains("*", error.Expected, StringComparison.Ordinal);
    }

    [Fact]
    public void Complaints_name_each_number_once_a_minute_and_no_more_than_ten()
    {
        var told = new List<string>();
        var complaints = new InboundComplaints(told.Add);
        for (var turn = 0; turn < 3; turn++)
            for (var i = 0; i < 30; i++) complaints.Note(i.ToString(System.Globalization.CultureInfo.InvariantCulture), 100_000);
        Assert.Equal(Enumerable.Range(0, 10).Select(i => i.ToString(System.Globalization.CultureInfo.InvariantCulture)), told);
        complaints.Note("0", 159_999);
        Assert.Equal(10, told.Count);
        complaints.Note("0", 160_000);
        Assert.Equal(11, told.Count);
    }

    private static AccountConfiguration Account(string name, params string[] numbers) =>
        new() { Name = name, Numbers = numbers };
}
