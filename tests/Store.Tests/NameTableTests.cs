using Xunit;

namespace Store.Tests;

public sealed class NameTableTests : IDisposable
{
    private readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Numbers_stay_when_names_come_in_another_order()
    {
        using (var journal = Journal.Open(_folder.Options))
        {
            var accounts = new NameTable(journal, "account");
            var carriers = new NameTable(journal, "carrier");
            Assert.Equal([1, 2, 1], [accounts.GetOrAdd("acme"), accounts.GetOrAdd("zürich"),
                carriers.GetOrAdd("acme")]);
            journal.Commit();
            accounts.GetOrAdd("never committed");
        }
        using (var journal = Journal.Open(_folder.Options))
        {
            var accounts = new NameTable(journal, "account");
            Assert.Equal([2, 1, 3], [accounts.GetOrAdd("zürich"), accounts.GetOrAdd("acme"), accounts.GetOrAdd("new")]);
            Assert.True(accounts.TryGet("acme", out var id));
            Assert.Equal(1, id);
            Assert.False(accounts.TryGet("never committed", out _));
            Assert.Equal([null, "acme", "zürich", "new", null],
                Enumerable.Range(0, 5).Select(i => accounts.Name((ushort)i)));
        }
    }

    [Fact]
    public void All_numbers_can_be_used_and_no_more()
    {
        using var journal = Journal.Open(_folder.Options);
        var table = new NameTable(journal, "account");
        for (var i = 1; i <= ushort.MaxValue; i++)
        {
            Assert.Equal(i, table.GetOrAdd("a" + i));
        }
        Assert.Throws<StoreException>(() => table.GetOrAdd("one too many"));
        journal.Commit();
        Assert.Equal("a65535", new NameTable(journal, "account").Name(65535));
    }
}
