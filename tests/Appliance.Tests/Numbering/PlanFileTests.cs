using Appliance.Numbering;
using Xunit;

namespace Appliance.Tests.Numbering;

public class PlanFileTests
{
    private static readonly byte[] File = System.IO.File.ReadAllBytes(
        Path.Combine(Plan.Root, "src/Appliance/Numbering/numbering.plan"));

    [Fact]
    public void The_file_is_the_resource() =>
        Assert.Equal(NumberPlan.Read(File).Sources, Plan.Default.Sources);

    [Fact]
    public void A_file_that_ends_too_early_is_refused()
    {
        for (var length = 0; length < File.Length; length += length < 64 ? 1 : 4999)
            Assert.Throws<InvalidDataException>(() => NumberPlan.Read(File.AsSpan(0, length)));
    }

    [Fact]
    public void A_file_with_another_octet_is_refused_or_means_the_same()
    {
        var random = new Random(3);
        for (var i = 0; i < 300; i++)
        {
            var damaged = File.ToArray();
            damaged[i < 46 ? i : random.Next(46, damaged.Length)] ^= (byte)random.Next(1, 256);
            // The last bits of the compression mean nothing; whatever is read has the checksum of the content.
            if (Record.Exception(() => NumberPlan.Read(damaged)) is { } error) Assert.IsType<InvalidDataException>(error);
            else Assert.True(i >= 46);
        }
    }

    [Fact]
    public void The_next_version_is_refused_by_its_number()
    {
        var other = File.ToArray();
        other[8] = 2;
        var error = Assert.Throws<InvalidDataException>(() => NumberPlan.Read(other));
        Assert.Contains("version 2, expected 1", error.Message, StringComparison.Ordinal);
    }
}
