using System.Globalization;
using System.Numerics;
using System.Text;
using Appliance.Decide;
using Xunit;

namespace Appliance.Tests.Decide;

/// <summary>The forms in which carriers give one id.</summary>
public sealed class MessageIdsTests
{
    [Theory]
    [InlineData("1A2B3C", "1a2b3c")]
    [InlineData("0000001a2b3c", "1A2B3C")]
    [InlineData("0", "000")]
    public void Case_and_leading_zeros_make_no_difference(string one, string other) =>
        Assert.Equal(Text(one), Text(other));

    [Fact]
    public void A_decimal_id_has_the_key_of_its_hexadecimal_and_the_reverse()
    {
        var random = new Random(7);
        for (var i = 0; i < 1000; i++)
        {
            var bytes = new byte[random.Next(1, 24)];
            random.NextBytes(bytes);
            var number = new BigInteger(bytes, isUnsigned: true) + 1;
            var dec = number.ToString(CultureInfo.InvariantCulture);
            var hex = number.ToString("x", CultureInfo.InvariantCulture).TrimStart('0');
            Assert.Equal(Text(hex), MessageIds.DecimalToHexKey(1, Encoding.ASCII.GetBytes(dec)));
            Assert.Equal(Text(dec), MessageIds.HexToDecimalKey(1, Encoding.ASCII.GetBytes(hex)));
        }
    }

    [Fact]
    public void What_is_no_number_has_no_converted_key()
    {
        Assert.Equal(0UL, MessageIds.DecimalToHexKey(1, "12a"u8));
        Assert.Equal(0UL, MessageIds.HexToDecimalKey(1, "a-b"u8));
        Assert.Equal(0UL, MessageIds.HexToDecimalKey(1, ""u8));
    }

    [Fact]
    public void Any_bytes_have_a_key_and_carriers_do_not_share_them()
    {
        var random = new Random(8);
        for (var i = 0; i < 1000; i++)
        {
            var id = new byte[random.Next(0, 65)];
            random.NextBytes(id);
            Assert.NotEqual(0UL, MessageIds.TextKey(1, id));
            Assert.NotEqual(MessageIds.TextKey(1, id), MessageIds.TextKey(2, id));
            MessageIds.HexToDecimalKey(1, id);
            MessageIds.DecimalToHexKey(1, id);
        }
    }

    /// <summary>Keys stand on the disk: they must stay what they are.</summary>
    [Theory]
    [InlineData("01a1fb2d-e4f0-7001-8000-000000010000", 0x216F837880E9601CUL)]
    [InlineData("ABCDEFGHIJKLMNOPQRSTUVWXYZ@[`{", 0xD2FE6049384B2458UL)]
    [InlineData("7", 0x7E08E0CBFD5967D6UL)]
    public void A_key_is_what_it_was(string id, ulong key) => Assert.Equal(key, Text(id));

    [Fact]
    public void Only_the_case_of_letters_makes_no_difference()
    {
        var random = new Random(9);
        for (var round = 0; round < 1000; round++)
        {
            var id = new byte[random.Next(1, MessageIds.Longest + 1)];
            random.NextBytes(id);
            var lower = Array.ConvertAll(id, octet => octet is >= (byte)'A' and <= (byte)'Z' ? (byte)(octet + 32) : octet);
            Assert.Equal(MessageIds.TextKey(1, lower), MessageIds.TextKey(1, id));
            var other = (byte[])lower.Clone();
            other[random.Next(id.Length)] ^= 0x80;
            Assert.NotEqual(MessageIds.TextKey(1, lower), MessageIds.TextKey(1, other));
        }
    }

    private static ulong Text(string id) => MessageIds.TextKey(1, Encoding.ASCII.GetBytes(id));
}
