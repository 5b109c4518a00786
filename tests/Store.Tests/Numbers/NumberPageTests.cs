using FsCheck;
using FsCheck.Fluent;
using Store.Numbers;
using Xunit;

namespace Store.Tests.Numbers;

public sealed class NumberPageTests
{
    [Theory]
    [InlineData(1, 1, 0)]
    [InlineData(64, 1, 1)]
    [InlineData(65, 2, 2)]
    [InlineData(500, 16, 1)]
    [InlineData(500, 17, 2)]
    [InlineData(1000, 255, 0)]
    [InlineData(1000, 256, 2)]
    [InlineData(1000, 1000, 1)]
    public void Every_width_of_every_column_is_read_back(int count, int operators, int dates) =>
        Check(count, operators, dates, new Random(count + operators));

    [Fact]
    public void Any_page_is_read_back() => Prop.ForAll(
        Gen.Choose(1, 1000).ToArbitrary(), Gen.Choose(1, 1000).ToArbitrary(), Gen.Choose(0, 3).ToArbitrary(),
        (count, operators, dates) => Check(count, operators, dates, new Random((count * 7) + operators + dates)))
        .QuickCheckThrowOnFailure();

    [Fact]
    public void A_damaged_length_is_noticed()
    {
        var page = new byte[NumberPage.MaxSize];
        var length = NumberPage.Encode(Entries(100, 3, 2, new Random(1)), page);
        Assert.True(NumberPage.IsWhole(page.AsSpan(0, length)));
        Assert.False(NumberPage.IsWhole(page.AsSpan(0, length - 1)));
        Assert.False(NumberPage.IsWhole(page.AsSpan(0, length + 1)));
        Assert.False(NumberPage.IsWhole([]));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(9, 1)]
    [InlineData(10, 2)]
    [InlineData(99, 2)]
    [InlineData(999_999_999_999_999, 15)]
    [InlineData(1_000_000_000_000_000, 16)]
    public void Digits_are_counted(long number, int digits) => Assert.Equal(digits, NumberKey.Digits((ulong)number));

    [Fact]
    public void Digits_are_right_at_every_power() => Assert.All(Enumerable.Range(1, 18), digits =>
    {
        Assert.Equal(digits + 1, NumberKey.Digits(NumberKey.Powers[digits]));
        Assert.Equal(digits, NumberKey.Digits(NumberKey.Powers[digits] - 1));
    });

    [Fact]
    public void Page_keys_order_like_numbers_and_are_read_back()
    {
        ulong[] keys = [NumberKey.Whole(1000), NumberKey.Whole(491_511_234_567), NumberKey.Whole(999_999_999_999_999),
            NumberKey.Block(49, 2), NumberKey.Block(4950, 4), NumberKey.Block(495_041_748, 9)];
        Assert.Equal(keys.Order(), keys);
        byte[]? last = null;
        foreach (var key in keys)
        {
            var bytes = new byte[NumberKey.PageKeySize];
            NumberKey.WritePage(bytes, NumberKey.Page(key));
            Assert.True(last == null || last.AsSpan().SequenceCompareTo(bytes) < 0);
            Assert.Equal(key, NumberKey.Of(NumberKey.ReadPage(bytes), NumberKey.Low(key)));
            last = bytes;
        }
    }

    private static bool Check(int count, int operators, int dates, Random random)
    {
        var entries = Entries(count, operators, dates, random);
        var page = new byte[NumberPage.MaxSize];
        var value = page.AsSpan(0, NumberPage.Encode(entries, page)).ToArray();
        Assert.True(NumberPage.IsWhole(value));
        Assert.Equal(count, NumberPage.Count(value));
        var expected = entries.ToDictionary(e => NumberKey.Low(e.Key));
        for (var low = 0; low < 1000; low++)
        {
            Assert.Equal(expected.TryGetValue(low, out var entry), NumberPage.TryFind(value, low, out var id,
                out var date));
            Assert.Equal((entry.Operator, entry.Date), (id, date));
        }
        var decoded = new List<NumberChange>();
        NumberPage.Decode(NumberKey.Page(entries[0].Key), value, decoded);
        Assert.Equal(entries, decoded);
        return true;
    }

    private static NumberChange[] Entries(int count, int operators, int dates, Random random) =>
        [.. Enumerable.Range(0, 1000).OrderBy(_ => random.Next()).Take(count).Order().Select((low, i) =>
            new NumberChange
        {
            Key = 491_511_234_000 + (ulong)low,
            Operator = (ushort)(i % operators * 60),
            Date = dates switch { 0 => 0, 1 => (uint)(86400 * random.Next(1, 9000)), 2 => (uint)random.Next(),
                _ => (uint)(random.Next(2) * random.Next()) },
        })];
}
