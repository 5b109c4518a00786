using Appliance.Numbering;
using Xunit;

namespace Appliance.Tests.Numbering;

public class NumberReaderTests
{
    [Theory]
    [InlineData("+49 171 1234567", null, "491711234567")]
    [InlineData("0049 171 1234567", null, "491711234567")]
    [InlineData("491711234567", null, "491711234567")]
    [InlineData("+49 (0)171 123-45-67", null, "491711234567")]
    [InlineData(" +1 (202) 555.0123 ", null, "12025550123")]
    [InlineData("0171/1234567", "DE", "491711234567")]
    [InlineData("171 1234567", "DE", "491711234567")]
    [InlineData("4915112345678", "DE", "4915112345678")]
    [InlineData("447400123456", "DE", "447400123456")]
    [InlineData("+447400123456", "DE", "447400123456")]
    [InlineData("00447400123456", "DE", "447400123456")]
    [InlineData("011447400123456", "US", "447400123456")]
    [InlineData("00447400123456", "US", "447400123456")]
    [InlineData("2025550123", "US", "12025550123")]
    [InlineData("1 202 555 0123", "US", "12025550123")]
    [InlineData("8 (916) 123-45-67", "RU", "79161234567")]
    [InlineData("810447400123456", "RU", "447400123456")]
    [InlineData("06 698 12345", "IT", "390669812345")]
    [InlineData("011 15 2345-6789", "AR", "5491123456789")]
    [InlineData("0 15 11 98765-4321", "BR", "5511987654321")]
    [InlineData("555 0123", "BS", null)]
    [InlineData("359 1234", "BS", "12423591234")]
    [InlineData("12345", "DE", null)]
    public void A_number_is_read_in_the_form_it_comes_in(string text, string? home, string? digits)
    {
        var (read, info) = Plan.Read(text, home);
        Assert.Equal(digits, info.IsValid ? read : null);
    }

    [Theory]
    [InlineData("", null, NumberFault.Empty)]
    [InlineData("+", null, NumberFault.Empty)]
    [InlineData("ACME", null, NumberFault.ForeignCharacter)]
    [InlineData("+44+7400123456", null, NumberFault.ForeignCharacter)]
    [InlineData("44 7400 123456 ext 3", null, NumberFault.ForeignCharacter)]
    [InlineData("4\u00b37400123456", null, NumberFault.ForeignCharacter)]
    [InlineData("01711234567", null, NumberFault.NoCountryCode)]
    [InlineData("+0171", null, NumberFault.UnknownCountryCode)]
    [InlineData("0012025", null, NumberFault.TooShort)]
    [InlineData("1234567890123456789012345", null, NumberFault.TooLong)]
    [InlineData("0171 12", "DE", NumberFault.NotInUse)]
    [InlineData("07400 12", "GB", NumberFault.TooShort)]
    [InlineData("07400 1234567", "GB", NumberFault.TooLong)]
    public void What_cannot_be_read_says_why(string text, string? home, NumberFault fault) =>
        Assert.Equal(fault, Plan.Read(text, home).Info.Fault);

    [Fact]
    public void A_form_that_is_told_is_kept()
    {
        // National it is a landline in Garrel, international a British mobile.
        Assert.Equal("49447400123456", Plan.Read("447400123456", "DE", NumberForm.National).Digits);
        Assert.Equal("447400123456", Plan.Read("447400123456", "DE", NumberForm.International).Digits);
        Assert.Equal(NumberFault.NoCountryCode, Plan.Read("01711234567", "DE", NumberForm.International).Info.Fault);
        Assert.Equal("447400123456", Plan.Read("00447400123456", "DE", NumberForm.International).Digits);
    }

    [Fact]
    public void A_short_code_is_one_at_home_only()
    {
        var (digits, info) = Plan.Read("24280", "US");
        Assert.Equal(("24280", NumberType.ShortCode, "US"), (digits, info.Type, info.Country!.Iso));
        Assert.False(Plan.Read("24280").Info.IsValid);
        Assert.False(Plan.Read("+24280", "US").Info.IsValid);
    }
}
