using FsCheck;
using FsCheck.Fluent;
using Store.Numbers;
using Xunit;

namespace Store.Tests.Numbers;

public sealed class ChangeSorterTests
{
    [Fact]
    public void Changes_come_in_key_order_and_those_of_one_key_as_they_were_added() => Prop.ForAll(
        Gen.Choose(0, 5000).ToArbitrary(), Gen.Elements(16, 100, 1000, 100_000).ToArbitrary(),
        Gen.Elements(3, 1000, int.MaxValue).ToArbitrary(), (count, chunk, range) =>
        {
            using var folder = new Folder();
            var random = new Random(count);
            var changes = Enumerable.Range(0, count).Select(i => new NumberChange
            {
                Key = (ulong)random.Next(range) * (ulong)random.Next(1, 3) << random.Next(2) * 20,
                Date = (uint)i,
            }).ToArray();
            using var sorter = new ChangeSorter(folder.Path, chunk);
            Array.ForEach(changes, change => sorter.Add(change));
            using var sorted = sorter.Complete();
            var result = new List<NumberChange>();
            while (sorted.MoveNext())
            {
                result.Add(sorted.Current);
            }
            Assert.Equal(changes.OrderBy(c => c.Key).ThenBy(c => c.Date), result);
            return true;
        }).QuickCheckThrowOnFailure();
}
