using System.Text;
using Xunit;

namespace Store.Tests;

public sealed class ErasureTests : IDisposable
{
    private readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Records in tables, in the current log and in memory; no file has the old bytes afterwards.</summary>
    [Theory]
    [InlineData(LogCompression.None)]
    [InlineData(LogCompression.Lz4)]
    public void Nothing_of_the_old_bytes_is_left_in_any_file(LogCompression compression)
    {
        var options = _folder.Options with { LogWriteBuffer = 1 << 20, Compression = compression };
        using var journal = Journal.Open(options);
        var all = Fill(journal, 30_000, "before");
        var marked = all.Where((_, i) => i % 1000 == 7).ToList();
        marked.AddRange(Fill(journal, 3, "last"));
        if (compression == LogCompression.None)
        {
            Assert.Contains("MARK", RawText(), StringComparison.Ordinal); // the scan finds what is there
        }
        var tables = _folder.Files(".sst").Concat(_folder.Files(".log")).ToHashSet();
        var report = Erasure.Run(journal, marked.Select(m => m.Position).Append(Position.Of(1UL << 40, 0)), Overwrite);
        Assert.Equal((marked.Count, 0, 1), (report.Records, report.Unchanged, report.Absent));
        Assert.True(report.Files > 0 && report.Frames > 0);
        // The marked frames are spread over the whole log: no file of it is what it was.
        Assert.DoesNotContain(_folder.Files(".sst").Concat(_folder.Files(".log")).Intersect(tables), HasLog);
        var raw = RawText();
        foreach (var (position, text) in marked)
        {
            Assert.DoesNotContain(text, raw, StringComparison.Ordinal);
            Assert.Equal(new string('*', text.Length), Read(journal, position));
        }
        var gone = marked.Select(m => m.Text).ToHashSet();
        Assert.DoesNotContain(JournalTests.Scan(journal, 0), r => gone.Contains(Encoding.ASCII.GetString(r.Record)));
        Assert.Equal(all.Count + 3, JournalTests.Scan(journal, 0).Count);
        Assert.All(all.Where(a => !gone.Contains(a.Text)).Take(2000), a => Assert.Equal(a.Text, Read(journal, a.Position)));

        bool HasLog(string file) => !file.EndsWith(".sst", StringComparison.Ordinal) || TableFile.Of(journal.Database)
            .Any(t => t.Family == JournalDatabase.Log && file.EndsWith(t.Name, StringComparison.Ordinal));
    }

    [Fact]
    public async Task It_works_beside_the_journals_thread_and_survives_a_reopen()
    {
        var options = _folder.Options with { LogWriteBuffer = 1 << 20, Compression = LogCompression.None };
        List<(ulong Position, string Text)> all;
        using (var journal = Journal.Open(options))
        {
            all = Fill(journal, 5000, "early");
            var stop = false;
            using var started = new ManualResetEventSlim();
            var appending = Task.Run(() =>
            {
                var more = new List<(ulong, string)>();
                while (!Volatile.Read(ref stop))
                {
                    more.AddRange(Fill(journal, 200, $"more{more.Count}"));
                    started.Set();
                }
                return more;
            });
            Assert.True(started.Wait(TimeSpan.FromSeconds(60)));
            var marked = all.Where((_, i) => i % 50 == 0).ToList();
            Erasure.Run(journal, marked.Select(m => m.Position), Overwrite);
            Volatile.Write(ref stop, true);
            var rest = await appending.WaitAsync(TimeSpan.FromSeconds(60));
            Assert.NotEmpty(rest);
            all = [.. all.Select((a, i) => i % 50 == 0 ? (a.Position, new string('*', a.Text.Length)) : a), .. rest];
        }
        Assert.True(DataCheck.Run(options.Path).IsWhole);
        using var again = Journal.Open(options);
        Assert.Equal(all, JournalTests.Scan(again, 0).Select(r => (r.Position, Encoding.ASCII.GetString(r.Record))));
    }

    [Fact]
    public void What_the_redactor_leaves_and_what_is_not_committed_stays()
    {
        using var journal = Journal.Open(_folder.Options);
        var all = Fill(journal, 10, "x");
        var open = journal.Append("open"u8);
        var report = Erasure.Run(journal, [all[1].Position, all[2].Position, all[2].Position, open, all[3].Position + 1],
            (position, record) => position == all[2].Position && Overwrite(position, record));
        Assert.Equal(new ErasureReport(1, 1, 2, 1, report.Files), report);
        journal.Commit();
        Assert.Equal("open", Read(journal, open));
        Assert.Equal(all[1].Text, Read(journal, all[1].Position));
    }

    private static bool Overwrite(ulong position, Span<byte> record)
    {
        record.Fill((byte)'*');
        return true;
    }

    private static List<(ulong Position, string Text)> Fill(Journal journal, int count, string what)
    {
        var all = new List<(ulong, string)>();
        for (var i = 0; i < count; i++)
        {
            var text = $"MARK-{what}-{i:D6}-of-a-message-with-some-text-that-is-its-body";
            all.Add((journal.Append(Encoding.ASCII.GetBytes(text)), text));
            if (i % 50 == 49 || i == count - 1)
            {
                journal.Commit();
            }
        }
        return all;
    }

    private static string Read(Journal journal, ulong position)
    {
        var record = new byte[200];
        return Encoding.ASCII.GetString(record.AsSpan(0, journal.Read(position, record)));
    }

    /// <summary>Every byte of every file, as Latin 1; RocksDB's threads delete files meanwhile, and what is gone says nothing.</summary>
    private string RawText() => string.Concat(Directory.GetFiles(_folder.File("journal")).Select(Text));

    private static string Text(string file)
    {
        try
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            return Encoding.Latin1.GetString(bytes);
        }
        catch (FileNotFoundException)
        {
            return "";
        }
    }
}
