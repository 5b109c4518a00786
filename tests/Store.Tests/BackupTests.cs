using System.Text;
using Store.Numbers;
using Xunit;

namespace Store.Tests;

public sealed class BackupTests : IDisposable
{
    private readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_restored_backup_holds_what_was_committed_before_it_and_uses_no_position_again()
    {
        List<(ulong Position, byte[] Record)> first, second;
        ulong lost;
        using (var journal = Journal.Open(_folder.Options))
        {
            Append(journal, 3000);
            first = JournalTests.Scan(journal, 0);
            Assert.Equal(1, Create(journal).Id);
            Append(journal, 3000);
            second = JournalTests.Scan(journal, 0);
            Assert.Equal(2, Create(journal).Id);
            lost = journal.Append("after the backup"u8);
            journal.Commit();
        }
        Backup.Restore(_folder.File("backup"), _folder.File("latest"), null);
        Backup.Restore(_folder.File("backup"), _folder.File("older"), null, id: 1);
        using var latest = Journal.Open(_folder.Options with { Path = _folder.File("latest") });
        using var older = Journal.Open(_folder.Options with { Path = _folder.File("older") });
        Assert.Equal(second.Select(r => r.Record), JournalTests.Scan(latest, 0).Select(r => r.Record));
        Assert.Equal(first.Select(r => r.Position), JournalTests.Scan(older, 0).Select(r => r.Position));
        Assert.Equal("fact"u8.ToArray(), latest.GetMeta("fact"u8));
        Assert.Equal(-1, latest.Read(lost, []));
        Append(latest, 10);
        Assert.Equal(-1, latest.Read(lost, []));
        Assert.True(latest.NextPosition > lost);
        Assert.Equal(second.Count + 10, JournalTests.Scan(latest, 0).Count);
        Assert.Equal(["WATERMARK"], Directory.GetFiles(_folder.File("latest"), "WATER*").Select(Path.GetFileName));
    }

    [Fact]
    public void A_second_backup_copies_only_what_is_new()
    {
        using var journal = Journal.Open(_folder.Options);
        Append(journal, 100_000);
        Create(journal);
        var files = Tables();
        Append(journal, 10);
        Create(journal);
        Assert.True(files.Count > 0 && files.All(Tables().Contains));
        Assert.InRange(Tables().Count - files.Count, 1, 3);

        HashSet<string> Tables() => [.. Directory.GetFiles(_folder.File("backup/journal"), "*.sst",
            SearchOption.AllDirectories)];
    }

    [Fact]
    public async Task A_backup_under_load_is_a_moment_in_time()
    {
        using (var journal = Journal.Open(_folder.Options))
        {
            var stop = false;
            var done = 0L;
            var writer = Task.Factory.StartNew(() =>
            {
                for (long n = 0; !Volatile.Read(ref stop); n += 50)
                {
                    for (var i = n; i < n + 50; i++)
                    {
                        journal.Append(CrashChild.Record(i));
                    }
                    journal.Commit();
                    Volatile.Write(ref done, n + 50);
                }
            }, TaskCreationOptions.LongRunning);
            Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref done) > 1000, TimeSpan.FromSeconds(30)));
            var before = Volatile.Read(ref done);
            Create(journal);
            Volatile.Write(ref stop, true);
            await writer;
            Backup.Restore(_folder.File("backup"), _folder.File("restored"), null);
            using var restored = Journal.Open(_folder.Options with { Path = _folder.File("restored") });
            var records = JournalTests.Scan(restored, 0);
            Assert.InRange(records.Count, before, Volatile.Read(ref done));
            Assert.Equal(0, records.Count % 50);
            Assert.True(records.Select((r, i) => r.Record.AsSpan().SequenceEqual(CrashChild.Record(i))).All(same =>
                same));
        }
    }

    [Fact]
    public void Ported_numbers_come_along()
    {
        using (var journal = Journal.Open(_folder.Options))
        using (var numbers = NumberStore.Open(_folder.File("numbers")))
        {
            var format = new ImportFormat { Name = "XX", CountryCode = "49", Columns = new() { Number = "1",
                Operator = "2" } };
            numbers.Apply(NumberImport.Prepare(format, new MemoryStream("151111,A\n"u8.ToArray()),
                numbers.StorePath).Package);
            Append(journal, 10);
            var made = Backup.Create(journal, numbers, _folder.File("backup"));
            // Its size is that of both.
            var alone = Backup.Create(journal, null, _folder.File("alone")).Bytes;
            Assert.True(made.Bytes > alone + 100, $"{made.Bytes} with numbers, {alone} without");
            Assert.Equal(made.Bytes, Assert.Single(Backup.List(_folder.File("backup"))).Bytes);
        }
        Backup.Restore(_folder.File("backup"), _folder.File("r/journal"), _folder.File("r/numbers"));
        using var restored = NumberStore.Open(_folder.File("r/numbers"));
        Assert.True(restored.TryFind(49151111, out var found));
        Assert.Equal("A", found.Operator.Code);
        Assert.Equal(1, restored.Verify());
    }

    [Fact]
    public void Old_backups_go_and_the_list_says_what_is_there()
    {
        using var journal = Journal.Open(_folder.Options);
        for (var i = 0; i < 4; i++)
        {
            Append(journal, 10);
            Backup.Create(journal, null, _folder.File("backup"), keep: 2);
        }
        Assert.Equal([3, 4], Backup.List(_folder.File("backup")).Select(b => b.Id));
    }

    [Fact]
    public void A_backup_folder_of_the_format_before_is_gone_on_with()
    {
        using (var journal = Journal.Open(_folder.Options))
        {
            Append(journal, 100);
            Create(journal);
        }

        foreach (var folder in (string[])["journal", "backup/journal"])
            File.WriteAllText(_folder.File(folder + "/FORMAT"), "journal 3 node 7\n");
        using (var journal = Journal.Open(_folder.Options))
        {
            Append(journal, 100);
            Create(journal);
        }

        Assert.Equal("journal 4 node 7\n", File.ReadAllText(_folder.File("backup/journal/FORMAT")));
        Backup.Restore(_folder.File("backup"), _folder.File("again"), null, 1);
    }

    [Fact]
    public void What_cannot_be_restored_is_refused_with_its_reason()
    {
        using (var journal = Journal.Open(_folder.Options))
        {
            Append(journal, 100);
            Create(journal);
        }
        Refuse(StoreFault.Failed, "not empty", () => Backup.Restore(_folder.File("backup"), _folder.File("journal"),
            null));
        Refuse(StoreFault.MissingFile, "no backups", () => Backup.Restore(_folder.File("none"), _folder.File("a"),
            null));
        Refuse(StoreFault.MissingFile, "no backup 9; there are 1",
            () => Backup.Restore(_folder.File("backup"), _folder.File("b"), null, 9));
        using (var other = Journal.Open(_folder.Options with { Path = _folder.File("other"), Node = 8 }))
        {
            Refuse(StoreFault.WrongVersion, "Use another folder", () => Create(other));
        }
        var table = Directory.GetFiles(_folder.File("backup/journal"), "*.sst", SearchOption.AllDirectories)
            .OrderByDescending(f => new FileInfo(f).Length).First();
        FaultTests.Flip(table, 100);
        Refuse(StoreFault.Corrupt, "", () => Backup.Restore(_folder.File("backup"), _folder.File("c"), null));
    }

    private static void Refuse(StoreFault fault, string says, Action action)
    {
        var error = Assert.Throws<StoreException>(action);
        Assert.True(error.Message.Contains(says, StringComparison.Ordinal), error.Message);
        Assert.Equal(fault, error.Fault);
    }

    private BackupInfo Create(Journal journal) => Backup.Create(journal, null, _folder.File("backup"));

    private static void Append(Journal journal, int count)
    {
        for (var i = 0; i < count; i++)
        {
            journal.Append(Encoding.ASCII.GetBytes("record " + i));
        }
        journal.PutMeta("fact"u8, "fact"u8);
        journal.Commit();
    }
}
