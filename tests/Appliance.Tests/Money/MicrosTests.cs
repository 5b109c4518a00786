using Appliance.Money;
using Xunit;

namespace Appliance.Tests.Money;

/// <summary>Amounts as text and back.</summary>
public class MicrosTests
{
    [Theory]
    [InlineData("0", 0, "0.00")]
    [InlineData("0.0045", 4_500, "0.0045")]
    [InlineData("0.000001", 1, "0.000001")]
    [InlineData("1.10", 1_100_000, "1.10")]
    [InlineData("-12.5", -12_500_000, "-12.50")]
    [InlineData(".5", 500_000, "0.50")]
    [InlineData("1000000", 1_000_000_000_000, "1000000.00")]
    public void An_amount_is_read_and_written(string text, long micros, string written)
    {
        Assert.True(Micros.TryParse(text, out var read));
        Assert.Equal(micros, read);
        Assert.Equal(written, Micros.Format(read));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0.0000001")]
    [InlineData("1000000.000001")]
    [InlineData("1,5")]
    [InlineData("1e3")]
    [InlineData(" 1")]
    [InlineData("99999999999999999999999999999999999")]
    public void Anything_else_is_not(string text) => Assert.False(Micros.TryParse(text, out _));
}
