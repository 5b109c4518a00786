using Store.Native;
using Xunit;
using Xunit.Abstractions;

namespace Store.Tests;

/// <summary>
/// What RocksDB's recovery modes do with a damaged write-ahead log; docs/decisions/wal-recovery.md rests on it.
/// </summary>
public sealed class WalRecoveryTests(ITestOutputHelper output)
{
    private const int Commits = 20;
    private const int RecordSize = 500;

    public static TheoryData<string, string> Cases
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var mode in (string[])["kTolerateCorruptedTailRecords", "kAbsoluteConsistency",
                "kPointInTimeRecovery", "kSkipAnyCorruptedRecords"])
            {
                foreach (var damage in (string[])["torn-payload", "torn-header", "zeroed-tail", "zeros-appended",
                    "garbage-appended", "flipped-last", "flipped-middle", "flipped-middle-length", "zeroed-middle"])
                {
                    data.Add(mode, damage);
                }
            }
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Damage(string mode, string damage)
    {
        using var folder = new Folder();
        var log = WriteLog(folder);
        var bytes = File.ReadAllBytes(log);
        File.WriteAllBytes(log, Damaged(bytes, damage));
        string outcome;
        var cache = RocksDb.CacheCreate(8 << 20);
        try
        {
            using var db = JournalDatabase.Open(folder.Options, cache, create: false, more: "wal_recovery_mode=" + mode);
            using var iterator = new Iterator(db, JournalDatabase.Log);
            var frames = 0;
            for (var more = iterator.SeekToFirst(); more; more = iterator.Next())
            {
                frames++;
            }
            outcome = $"{frames} of {Commits} commits";
        }
        catch (StoreException error)
        {
            outcome = error.Fault + ": " + error.Message;
        }
        finally
        {
            RocksDb.CacheDestroy(cache);
        }
        output.WriteLine($"{mode} {damage}: {outcome}");
    }

    private static string WriteLog(Folder folder)
    {
        using (var journal = Journal.Open(folder.Options))
        {
            for (var i = 0; i < Commits; i++)
            {
                journal.Append(JournalTests.Content(RecordSize));
                journal.Commit();
            }
        }
        return folder.Files(".log")[^1];
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
            case "flipped-last": bytes[^50] ^= 1; return bytes;
            case "flipped-middle": bytes[bytes.Length / 2] ^= 1; return bytes;
            case "flipped-middle-length": bytes[(record * 10) + 4] ^= 1; return bytes;
            default: bytes.AsSpan(bytes.Length / 2, 100).Clear(); return bytes;
        }
    }
}
