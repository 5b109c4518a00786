using FsCheck;
using FsCheck.Fluent;
using Store.Numbers;
using Xunit;

namespace Store.Tests.Numbers;

/// <summary>Which numbers are surely not ported.</summary>
public class NumberFilterTests
{
    /// <summary>None that was added is denied, however small the filter is.</summary>
    [Fact]
    public void What_was_added_may_be_there() =>
        Prop.ForAll(ArbMap.Default.ArbFor<ulong[]>(), ArbMap.Default.ArbFor<ushort>(), (numbers, bytes) =>
        {
            var filter = new NumberFilter(numbers.Length, bytes);
            foreach (var number in numbers) filter.Add(number);
            return numbers.All(filter.MayHave);
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(1 << 20, 0.02)]
    [InlineData(70_000, 0.15)]
    public void Of_the_others_few(int mostBytes, double share)
    {
        const int numbers = 100_000;
        var filter = new NumberFilter(numbers, mostBytes);
        Assert.InRange(filter.Bytes, 1, Math.Min(mostBytes, numbers * 10 / 8));
        for (var i = 0UL; i < numbers; i++) filter.Add(26_370_000_000 + (i * 100));
        var wrong = 0;
        for (var i = 0UL; i < numbers; i++) wrong += filter.MayHave(26_370_000_001 + (i * 100)) ? 1 : 0;
        Assert.InRange(wrong / (double)numbers, 0, share);
    }
}
