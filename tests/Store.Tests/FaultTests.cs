using Xunit;

namespace Store.Tests;

/// <summary>What is wrong with a folder is named, with what to do, and nothing in it is changed.</summary>
public sealed class FaultTests : IDisposable
{
    private readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_second_journal_on_the_folder_is_refused()
    {
        using var first = Journal.Open(_folder.Options);
        Expect(StoreFault.Locked, "in use by another process");
    }

    [Fact]
    public void A_folder_of_another_process_is_refused()
    {
        using var child = new ChildProcess(_folder.File("journal"), 1);
        child.WaitForCommits(1);
        Expect(StoreFault.Locked, "in use by another process");
    }

    [Fact]
    public void A_newer_format_is_refused()
    {
        Fill(1);
        File.WriteAllText(_folder.File("journal/FORMAT"), "journal 99 node 7\n");
        Expect(StoreFault.WrongVersion, "newer version");
    }

    [Fact]
    public void The_format_before_is_read_and_is_this_one_from_then_on()
    {
        Fill(1);
        File.WriteAllText(_folder.File("journal/FORMAT"), "journal 3 node 7\n");
        Journal.Open(_folder.Options).Dispose();
        Assert.Equal("journal 4 node 7\n", File.ReadAllText(_folder.File("journal/FORMAT")));
        File.WriteAllText(_folder.File("journal/FORMAT"), "journal 2 node 7\n");
        Expect(StoreFault.WrongVersion, "this one knows 3 to 4");
    }

    [Fact]
    public void Another_nodes_folder_is_refused()
    {
        Fill(1);
        var error = Assert.Throws<StoreException>(() => Journal.Open(_folder.Options with { Node = 8 }));
        Assert.Equal(StoreFault.WrongVersion, error.Fault);
        Assert.Contains("belongs to node 7", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("FORMAT", "FORMAT is missing")]
    [InlineData("CURRENT", "CURRENT is missing")]
    [InlineData("MANIFEST-*", "MANIFEST")]
    [InlineData("*.sst", ".sst")]
    [InlineData("*.log", "restore the folder")]
    public void A_missing_file_is_named(string pattern, string says)
    {
        Fill(40_000);
        var files = Directory.GetFiles(_folder.File("journal"), pattern);
        Assert.NotEmpty(files);
        File.Delete(files[^1]);
        var left = _folder.Files(".sst");
        Expect(StoreFault.MissingFile, says);
        Assert.Equal(left, _folder.Files(".sst"));
    }

    [Fact]
    public void A_missing_only_log_is_refused()
    {
        Fill(1);
        File.Delete(Assert.Single(_folder.Files(".log")));
        Expect(StoreFault.MissingFile, "had been synced");
    }

    [Fact]
    public void A_log_that_lost_its_end_by_hand_is_refused()
    {
        Fill(1000);
        var log = _folder.Files(".log")[^1];
        File.WriteAllBytes(log, File.ReadAllBytes(log)[..^40_000]);
        Expect(StoreFault.MissingFile, "had been synced");
    }

    [Fact]
    public void What_a_refused_start_missed_can_be_put_back()
    {
        var positions = Fill(1000);
        var log = _folder.Files(".log")[^1];
        var whole = File.ReadAllBytes(log);
        File.WriteAllBytes(log, whole[..^40_000]);
        Expect(StoreFault.MissingFile, "had been synced");
        Expect(StoreFault.MissingFile, "had been synced");
        File.WriteAllBytes(log, whole);
        using var journal = Journal.Open(_folder.Options);
        Assert.Equal(positions.Count, JournalTests.Scan(journal, 0).Count);
    }

    /// <summary>RocksDB takes a MANIFEST that was cut for whole, and deletes the tables that it then lacks.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_manifest_that_lost_its_end_is_refused_and_no_table_deleted(bool zeros)
    {
        var records = Fill(40_000).Count;
        Journal.Open(_folder.Options).Dispose();
        var manifest = Assert.Single(Directory.GetFiles(_folder.File("journal"), "MANIFEST-*"));
        var whole = File.ReadAllBytes(manifest);
        var tables = _folder.Files(".sst");
        for (var length = whole.Length - 1; length > 0; length -= 23)
        {
            var cut = whole[..length];
            File.WriteAllBytes(manifest, zeros ? [.. cut, .. new byte[whole.Length - length]] : cut);
            Expect(StoreFault.Corrupt, "bytes had been written");
            Assert.Equal(tables, _folder.Files(".sst"));
        }
        File.WriteAllBytes(manifest, whole);
        using var journal = Journal.Open(_folder.Options);
        Assert.Equal(records, JournalTests.Scan(journal, 0).Count);
    }

    [Fact]
    public void An_older_manifest_put_in_its_place_is_refused()
    {
        Fill(1000);
        var folder = _folder.File("journal");
        var (older, current) = (Directory.GetFiles(folder, "MANIFEST-*")[0], Path.Combine(folder, "CURRENT"));
        var (bytes, text) = (File.ReadAllBytes(older), File.ReadAllText(current));
        Journal.Open(_folder.Options).Dispose();
        Assert.False(File.Exists(older));
        File.WriteAllBytes(older, bytes);
        File.WriteAllText(current, text);
        Expect(StoreFault.Corrupt, "an older file was put in its place");
    }

    [Fact]
    public void What_grows_while_it_is_open_is_noted_at_the_second_look()
    {
        using (var journal = Journal.Open(_folder.Options with { LogWriteBuffer = 1 << 20 }))
        {
            var noted = File.ReadAllText(_folder.File("journal/LENGTHS"));
            var record = new byte[1000];
            for (var i = 0; i < 5000; i++)
            {
                Random.Shared.NextBytes(record);
                journal.Append(record);
                journal.Commit();
            }
            Assert.NotEmpty(_folder.Files(".sst"));
            journal.NoteFiles();
            journal.NoteFiles();
            Assert.NotEqual(noted, File.ReadAllText(_folder.File("journal/LENGTHS")));
        }
    }

    [Fact]
    public void A_flipped_byte_in_the_write_ahead_log_is_refused()
    {
        Fill(1000);
        var log = _folder.Files(".log")[^1];
        Flip(log, new FileInfo(log).Length / 2);
        Expect(StoreFault.Corrupt, "damaged");
    }

    [Fact]
    public void A_flipped_byte_in_a_table_is_named_by_scan_and_read()
    {
        var positions = Fill(60_000);
        var table = _folder.Files(".sst").OrderByDescending(f => new FileInfo(f).Length).First();
        Flip(table, new FileInfo(table).Length / 2);
        using var journal = Journal.Open(_folder.Options);
        var scan = Assert.Throws<StoreException>(() => JournalTests.Scan(journal, 0));
        Assert.Equal(StoreFault.Corrupt, scan.Fault);
        Assert.Contains(Path.GetFileName(table), scan.Message, StringComparison.Ordinal);
        var failed = positions.Count(p =>
        {
            try
            {
                return journal.Read(p, []) < 0;
            }
            catch (StoreException error) when (error.Fault == StoreFault.Corrupt)
            {
                return true;
            }
        });
        Assert.InRange(failed, 1, positions.Count / 10);
    }

    [Fact]
    public void A_folder_that_is_none_is_refused()
    {
        File.WriteAllText(_folder.File("journal"), "a file");
        Expect(StoreFault.Failed, "");
    }

    internal static void Flip(string file, long at)
    {
        using var stream = new FileStream(file, FileMode.Open);
        stream.Position = at;
        var value = stream.ReadByte();
        stream.Position = at;
        stream.WriteByte((byte)(value ^ 0x40));
    }

    private List<ulong> Fill(int records)
    {
        var positions = new List<ulong>();
        using var journal = Journal.Open(_folder.Options with { LogWriteBuffer = 1 << 20 });
        var random = new Random(1);
        var record = new byte[200];
        for (var i = 0; i < records; i++)
        {
            random.NextBytes(record);
            positions.Add(journal.Append(record));
            if (i % 100 == 0)
            {
                journal.Commit();
            }
        }
        journal.Commit();
        return positions;
    }

    private void Expect(StoreFault fault, string says)
    {
        var error = Assert.Throws<StoreException>(() => Journal.Open(_folder.Options).Dispose());
        Assert.Equal(fault, error.Fault);
        Assert.True(error.Message.Contains(says, StringComparison.Ordinal), error.Message);
    }
}
