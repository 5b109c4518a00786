using Store.Native;
using Xunit;

namespace Store.Tests;

/// <summary>
/// What RocksDB 7.8 does with a damaged write-ahead log, by recovery mode, and what the journal makes of it.
/// docs/decisions/0007-wal-recovery.md rests on these outcomes.
/// </summary>
public sealed class WalRecoveryTests
{
    private const int Commits = 20;
    private const int RecordSize = 500;
    private const string Refused = "refused";

    /// <summary>Outcomes: how many of 20 commits are there after opening, or that opening is refused.</summary>
    [Theory]
    //          damage                   tolerate   absolute   in time    skip
    [InlineData("torn-payload",          "19",      Refused,   "19",      "19")]
    [InlineData("torn-header",           "19",      Refused,   "19",      "19")]
    [InlineData("zeroed-tail",           Refused,   Refused,   "19",      "19")]
    [InlineData("zeros-appended",        "20",      "20",      "20",      "20")]
    [InlineData("garbage-appended",      "20",      Refused,   "20",      "20")]
    [InlineData("flipped-last",          Refused,   Refused,   "19",      "19")]
    [InlineData("flipped-middle",        Refused,   Refused,   "10",      "10")]
    [InlineData("flipped-middle-length", Refused,   Refused,   "10",      "10")]
    [InlineData("zeroed-middle",         "10",      "10",      "10",      "10")]
    public void RocksDb_modes(string damage, string tolerate, string absolute, string inTime, string skip)
    {
        Assert.Equal(tolerate, RocksDb("kTolerateCorruptedTailRecords", damage));
        Assert.Equal(absolute, RocksDb("kAbsoluteConsistency", damage));
        Assert.Equal(inTime, RocksDb("kPointInTimeRecovery", damage));
        Assert.Equal(skip, RocksDb("kSkipAnyCorruptedRecords", damage));
    }

    /// <summary>
    /// The journal: whatever had been synced is there or opening is refused. Where the watermark knows nothing of the
    /// last commit (its write was under way when the power went), a torn tail is cut whatever it looks like.
    /// </summary>
    [Theory]
    //          damage                   synced      last commit under way
    [InlineData("torn-payload",          Refused,    "19")]
    [InlineData("torn-header",           Refused,    "19")]
    [InlineData("zeroed-tail",           Refused,    "19")]
    [InlineData("zeros-appended",        "20",       "20")]
    [InlineData("garbage-appended",      "20",       "20")]
    [InlineData("stale-appended",        "20",       "20")]
    [InlineData("flipped-last",          Refused,    "19")]
    [InlineData("flipped-middle",        Refused,    Refused)]
    [InlineData("flipped-middle-length", Refused,    Refused)]
    [InlineData("zeroed-middle",         Refused,    Refused)]
    public void The_journal_loses_nothing_synced(string damage, string synced, string underWay)
    {
        Assert.Equal(synced, Outcome(damage, lastUnderWay: false));
        Assert.Equal(underWay, Outcome(damage, lastUnderWay: true));
    }

    [Fact]
    public void A_log_cut_at_any_byte_of_its_last_record_opens_without_it()
    {
        using var folder = new Folder();
        var (log, watermark) = WriteLog(folder);
        var bytes = File.ReadAllBytes(log);
        var last = bytes.Length / Commits * (Commits - 1);
        for (var length = bytes.Length - 1; length > last + 40; length -= 13)
        {
            Restore(folder, log, bytes[..length], watermark);
            Assert.Equal("19", Open(folder));
        }
    }

    [Fact]
    public void The_readers_verdict_agrees_with_where_the_damage_is()
    {
        using var folder = new Folder();
        var bytes = File.ReadAllBytes(WriteLog(folder).Log);
        var whole = WalFile.Read(bytes);
        Assert.Equal((-1, bytes.Length, Commits), (whole.DamagedAt, whole.GoodLength, whole.Records));
        var last = WalFile.Read(bytes.AsSpan(0, bytes.Length - 1)).GoodLength;
        var random = new Random(4);
        for (var i = 0; i < 300; i++)
        {
            var at = random.Next(bytes.Length);
            bytes[at] ^= 0x10;
            var report = WalFile.Read(bytes);
            Assert.InRange(report.DamagedAt, 0, at);
            Assert.Equal(at < last, report.IsDamaged);
            bytes[at] ^= 0x10;
        }
    }

    private static string RocksDb(string mode, string damage)
    {
        using var folder = new Folder();
        var (log, _) = WriteLog(folder);
        File.WriteAllBytes(log, Damaged(File.ReadAllBytes(log), damage));
        var cache = Native.RocksDb.CacheCreate(8 << 20);
        try
        {
            using var db = JournalDatabase.Open(folder.Options, cache, create: false, more: "wal_recovery_mode="
                + mode);
            return Count(db);
        }
        catch (StoreException error) when (error.Fault == StoreFault.Corrupt)
        {
            return Refused;
        }
        finally
        {
            Native.RocksDb.CacheDestroy(cache);
        }
    }

    private static string Outcome(string damage, bool lastUnderWay)
    {
        using var folder = new Folder();
        var (log, watermark) = WriteLog(folder);
        var bytes = Damaged(File.ReadAllBytes(log), damage);
        Restore(folder, log, bytes, lastUnderWay ? watermark : File.ReadAllBytes(folder.File("journal/WATERMARK")));
        return Open(folder);
    }

    private static string Open(Folder folder)
    {
        try
        {
            using var journal = Journal.Open(folder.Options);
            return Count(journal.Database);
        }
        catch (StoreException error) when (error.Fault is StoreFault.Corrupt or StoreFault.MissingFile)
        {
            return Refused;
        }
    }

    private static string Count(Database db)
    {
        using var iterator = new Iterator(db, JournalDatabase.Log);
        var frames = 0;
        for (var more = iterator.SeekToFirst(); more; more = iterator.Next())
        {
            frames++;
        }
        return frames.ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>Puts the folder back to when it held just this log.</summary>
    private static void Restore(Folder folder, string log, byte[] bytes, byte[] watermark)
    {
        var kept = folder.File("kept");
        if (!Directory.Exists(kept))
        {
            Copy(folder.File("journal"), kept);
        }
        Directory.Delete(folder.File("journal"), recursive: true);
        Copy(kept, folder.File("journal"));
        File.WriteAllBytes(log, bytes);
        File.WriteAllBytes(folder.File("journal/WATERMARK"), watermark);
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.GetFiles(from))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }
    }

    /// <summary>The log of 20 commits, and the watermark as it was before the last.</summary>
    private static (string Log, byte[] Watermark) WriteLog(Folder folder)
    {
        byte[] watermark = [];
        using (var journal = Journal.Open(folder.Options))
        {
            for (var i = 0; i < Commits; i++)
            {
                watermark = i == Commits - 1 ? File.ReadAllBytes(folder.File("journal/WATERMARK")) : watermark;
                journal.Append(JournalTests.Content(RecordSize));
                journal.Commit();
            }
        }
        return (folder.Files(".log")[^1], watermark);
    }

    private static byte[] Damaged(byte[] bytes, string damage)
    {
        var record = bytes.Length / Commits;
        switch (damage)
        {
            case "torn-payload": return bytes[..^100];
            case "torn-header": return bytes[..(bytes.Length - record + 3)];
            case "zeroed-tail": bytes.AsSpan(bytes.Length - 100).Clear(); return bytes;
            case "zeros-appended": return [.. bytes, .. new byte[5000]];
            case "garbage-appended": return [.. bytes, .. JournalTests.Content(5000)];
            // Whole records of an older time in the blocks behind the end.
            case "stale-appended": return [.. bytes, .. bytes[..(record * 3)]];
            case "flipped-last": bytes[^50] ^= 1; return bytes;
            case "flipped-middle": bytes[bytes.Length / 2] ^= 1; return bytes;
            case "flipped-middle-length": bytes[(record * 10) + 4] ^= 1; return bytes;
            default: bytes.AsSpan(bytes.Length / 2, 100).Clear(); return bytes;
        }
    }
}
