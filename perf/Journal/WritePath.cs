using System.Buffers.Binary;
using System.Diagnostics;
using Store;

namespace Perf.Journals;

/// <summary>What one run measured. Times in microseconds, sizes in bytes.</summary>
internal sealed record JournalResult(
    string Compression, int RecordsACommit, long Records, double RecordsASecond, double CommitsASecond,
    double CpuMicrosecondsARecord, double CommitP50, double CommitP99, double CommitMax, double RawBytesARecord,
    double DiskBytesARecord, double ScanRecordsASecond, double ReadMicroseconds, long NativeMemoryBound,
        long WorkingSet);

/// <summary>Appends and commits for some seconds, then scans it all and reads at random.</summary>
internal static class WritePath
{
    private const int AcceptSize = 220;
    private const int EventSize = 24;

    internal static JournalResult Measure(string folder, double seconds, int perCommit, LogCompression compression)
    {
        var options = new JournalOptions { Path = Path.Combine(folder, "journal"), Compression = compression };
        using var journal = Journal.Open(options);
        using var finished = new FinishedIndex(journal);
        var commits = new List<double>();
        var sample = new List<ulong>();
        var random = new Random(1);
        long records = 0;
        var cpu = Process.GetCurrentProcess().TotalProcessorTime;
        var start = Stopwatch.GetTimestamp();
        var rotate = start + Stopwatch.Frequency;
        while (Stopwatch.GetElapsedTime(start).TotalSeconds < seconds)
        {
            for (var i = 0; i < perCommit; i += 3)
            {
                records += 3;
                AppendMessage(journal, finished, random, records, sample);
            }
            journal.Commit();
            commits.Add(journal.Statistics().LastCommit.TotalMicroseconds);
            if (Stopwatch.GetTimestamp() > rotate)
            {
                finished.Rotate();
                rotate += Stopwatch.Frequency;
            }
        }
        var elapsed = Stopwatch.GetElapsedTime(start).TotalSeconds;
        var used = Process.GetCurrentProcess().TotalProcessorTime - cpu;
        commits.Sort();
        var statistics = journal.Statistics();
        return new JournalResult(compression.ToString(), perCommit, records, records / elapsed, commits.Count / elapsed,
            used.TotalMicroseconds / records, commits[commits.Count / 2], commits[commits.Count * 99 / 100],
                commits[^1],
            statistics.Bytes / (double)records, DiskBytes(options.Path) / (double)records, Scan(journal),
            Read(journal, sample), options.NativeMemoryBound, Process.GetCurrentProcess().WorkingSet64);
    }

    private static void AppendMessage(Journal journal, FinishedIndex finished, Random random, long n,
        List<ulong> sample)
    {
        var record = journal.Reserve(AcceptSize, out var accepted);
        FillMessage(record, random, n);
        journal.Reserve(EventSize, out _).Fill((byte)n);
        var last = journal.Reserve(EventSize, out var position);
        BinaryPrimitives.WriteUInt64LittleEndian(last, accepted);
        random.NextBytes(last[8..]);
        finished.Add(accepted, position);
        if (n % 1001 == 0)
        {
            sample.Add(accepted);
        }
    }

    private static void FillMessage(Span<byte> record, Random random, long n)
    {
        record.Clear();
        BinaryPrimitives.WriteInt64LittleEndian(record, 1_700_000_000_000 + (n / 100));
        BinaryPrimitives.WriteInt64LittleEndian(record[8..], random.NextInt64());
        (49_150_000_000_000 + random.NextInt64(10_000_000)).TryFormat(record[20..], out _);
        (49_160_000_000_000 + random.NextInt64(10_000_000)).TryFormat(record[40..], out _);
        var at = 60;
        while (at < record.Length - 24)
        {
            var word = Words[random.Next(Words.Length)];
            System.Text.Encoding.ASCII.GetBytes(word, record[at..]);
            record[at + word.Length] = (byte)' ';
            at += word.Length + 1;
        }
    }

    private static double Scan(Journal journal)
    {
        var start = Stopwatch.GetTimestamp();
        using var scanner = journal.Scan();
        long count = 0;
        while (scanner.MoveNext())
        {
            count++;
        }
        return count / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static double Read(Journal journal, List<ulong> sample)
    {
        var random = new Random(2);
        Span<byte> record = stackalloc byte[AcceptSize];
        const int Reads = 20_000;
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < Reads; i++)
        {
            if (journal.Read(sample[random.Next(sample.Count)], record) != AcceptSize)
            {
                throw new InvalidOperationException("a record is missing");
            }
        }
        return Stopwatch.GetElapsedTime(start).TotalMicroseconds / Reads;
    }

    private static long DiskBytes(string path) =>
        new DirectoryInfo(path).EnumerateFiles("*.sst").Sum(file => file.Length);

    private static readonly string[] Words =
        ["your", "code", "is", "481902", "do", "not", "share", "it", "Hello", "order", "shipped", "today", "balance",
         "account", "EUR", "99.95", "appointment", "tomorrow", "reply", "STOP", "to", "unsubscribe",
         "https://ex.am/p1e"];
}
