using System.Diagnostics;
using Store;

namespace Perf.Journals;

/// <summary>Times in microseconds a call unless they say otherwise.</summary>
internal sealed record KeyResult(
    long Entries, double PutNanoseconds, double PutsASecond, double WriterCpu, double BytesAnEntry,
    double MissWhileCompacting, double MissWarm, double HitWarm, double HitCold, double RemoveNanoseconds,
    double ScanEntriesASecond);

/// <summary>Page times in milliseconds; a page is of 100 messages.</summary>
internal sealed record HistoryResult(
    long Messages, double AddNanoseconds, double AddsASecond, double CpuMicrosecondsAMessage, double BytesAMessage,
    Times AccountCold, Times AccountWarm, Times DestinationCold, Times DestinationWarm, Times AllWarm, long WorkingSet);

internal sealed record Times(double P50, double P99, double Max);

/// <summary>Fills the indexes beside the journal and looks things up in them.</summary>
internal static class Indexes
{
    private const ulong Odd = 0x9E3779B97F4A7C15UL;
    private const int Looks = 100_000;

    internal static KeyResult MeasureKeys(string folder, int entries, int cacheMegabytes)
    {
        var options = new JournalOptions
        {
            Path = Path.Combine(folder, "journal"),
            BlockCache = (long)cacheMegabytes << 20,
        };
        KeyResult result;
        using (var journal = Journal.Open(options))
        using (var index = new KeyIndex(journal, KeyIndexFamily.Awaiting))
        {
            var cpu = Process.GetCurrentProcess().TotalProcessorTime;
            var start = Stopwatch.GetTimestamp();
            // What a put costs when it does not wait for the disk: a buffer at a time, waiting in between.
            double ticks = 0;
            for (var i = 1; i <= entries; i += 20_000)
            {
                var piece = Stopwatch.GetTimestamp();
                for (var j = i; j < i + 20_000; j++)
                {
                    index.Put((ulong)j * Odd, new KeyedEntry((ulong)j, 1, 2), (ulong)j);
                }
                ticks += Stopwatch.GetTimestamp() - piece;
                index.Flush();
            }
            var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            var used = Process.GetCurrentProcess().TotalProcessorTime - cpu;
            var compacting = Find(index, entries, 20_000, hit: false);
            WaitForCompaction(journal);
            Find(index, entries, Looks, hit: false);
            var miss = Find(index, entries, Looks, hit: false);
            Find(index, entries, Looks, hit: true);
            var hit = Find(index, entries, Looks, hit: true);
            result = new KeyResult(entries, ticks / Stopwatch.Frequency * 1e9 / entries, entries / seconds,
                used.TotalMicroseconds / entries, TableBytes(options.Path) / (double)entries, compacting, miss, hit, 0, 0,
                0);
            start = Stopwatch.GetTimestamp();
            for (var i = 1; i <= 20_000; i++)
            {
                index.Remove((ulong)i * Odd, (ulong)i);
            }
            result = result with { RemoveNanoseconds = Stopwatch.GetElapsedTime(start).TotalNanoseconds / 20_000 };
        }
        DropPages(options.Path);
        using (var journal = Journal.Open(options))
        using (var index = new KeyIndex(journal, KeyIndexFamily.Awaiting))
        {
            var cold = Find(index, entries, 2000, hit: true);
            return result with { HitCold = cold, ScanEntriesASecond = Scan(index) };
        }
    }

    internal static HistoryResult MeasureHistory(string folder, int messages, int accounts, int destinations)
    {
        var options = new JournalOptions { Path = Path.Combine(folder, "journal") };
        HistoryResult result;
        var none = new Times(0, 0, 0);
        using (var journal = Journal.Open(options))
        using (var index = new HistoryIndex(journal))
        {
            var random = new Random(1);
            var cpu = Process.GetCurrentProcess().TotalProcessorTime;
            var start = Stopwatch.GetTimestamp();
            double ticks = 0;
            for (var i = 0; i < messages; i += 200_000)
            {
                var piece = Stopwatch.GetTimestamp();
                for (var j = i; j < i + 200_000; j++)
                {
                    var hash = Hash(random.Next(destinations));
                    index.Add((ushort)(1 + random.Next(accounts)), hash, ((ulong)(1 + (j / 100)) << 16) | (uint)(j % 100 * 80));
                }
                ticks += Stopwatch.GetTimestamp() - piece;
                index.Flush();
            }
            var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            var used = Process.GetCurrentProcess().TotalProcessorTime - cpu;
            result = new HistoryResult(messages, ticks / Stopwatch.Frequency * 1e9 / messages, messages / seconds,
                used.TotalMicroseconds / messages, TableBytes(options.Path) / (double)messages, none, none, none, none,
                none, 0);
        }
        DropPages(options.Path);
        using (var journal = Journal.Open(options))
        using (var index = new HistoryIndex(journal))
        {
            HistoryQuery Account(Random r) => new((ushort)(1 + r.Next(accounts)), 0);
            HistoryQuery Destination(Random r) => new(0, Hash(r.Next(destinations)));
            result = result with { AccountCold = Page(index, 200, Account) };
            result = result with { DestinationCold = Page(index, 200, Destination) };
            return result with
            {
                AccountWarm = Page(index, 2000, Account),
                DestinationWarm = Page(index, 2000, Destination),
                AllWarm = Page(index, 500, _ => new HistoryQuery(0, 0)),
                WorkingSet = Process.GetCurrentProcess().WorkingSet64,
            };
        }
    }

    private static void WaitForCompaction(Journal journal)
    {
        var start = Stopwatch.GetTimestamp();
        var before = -1L;
        while (Stopwatch.GetElapsedTime(start).TotalSeconds < 60 && journal.Statistics().TotalBytes is var now
            && (now != before || journal.Statistics().PendingCompactionBytes > 0))
        {
            before = now;
            Task.Delay(1000).Wait();
        }
    }

    private static ulong Hash(int number)
    {
        var x = (ulong)(number + 1) * Odd;
        return (x ^ (x >> 32)) * 0xD6E8FEB86659FD93UL;
    }

    /// <summary>
    /// The median of batches that are short enough to be seldom interrupted by others on the machine.
    /// </summary>
    private static double Find(KeyIndex index, int entries, int looks, bool hit)
    {
        const int Batch = 200;
        var random = new Random(hit ? 1 : 2);
        var times = new double[looks / Batch];
        Span<KeyedEntry> found = stackalloc KeyedEntry[4];
        for (var b = 0; b < times.Length; b++)
        {
            var start = Stopwatch.GetTimestamp();
            for (var i = 0; i < Batch; i++)
            {
                var n = 20_001 + random.Next(entries - 20_001) + (hit ? 0 : entries);
                if (index.Find((ulong)n * Odd, found) != (hit ? 1 : 0))
                {
                    throw new InvalidOperationException($"the look-up of {n} found something else");
                }
            }
            times[b] = Stopwatch.GetElapsedTime(start).TotalMicroseconds / Batch;
        }
        Array.Sort(times);
        return times[times.Length / 2];
    }

    private static double Scan(KeyIndex index)
    {
        var found = new (ulong, KeyedEntry)[10_000];
        var cursor = default(KeyedCursor);
        long total = 0;
        int count;
        var start = Stopwatch.GetTimestamp();
        do
        {
            count = index.Scan(ref cursor, found);
            total += count;
        }
        while (count == found.Length && total < 3_000_000);
        return total / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static Times Page(HistoryIndex index, int pages, Func<Random, HistoryQuery> query)
    {
        var random = new Random(3);
        var page = new ulong[100];
        var times = new double[pages];
        for (var i = 0; i < pages; i++)
        {
            var wanted = query(random);
            var start = Stopwatch.GetTimestamp();
            index.Page(wanted, page);
            times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }
        Array.Sort(times);
        return new Times(times[pages / 2], times[pages * 99 / 100], times[^1]);
    }

    /// <summary>Cold: the files' pages leave the system's cache, where the user may do that.</summary>
    private static void DropPages(string path)
    {
        foreach (var file in Directory.GetFiles(path))
        {
            using var process = Process.Start(new ProcessStartInfo("dd") {
                ArgumentList = { "if=" + file, "iflag=nocache", "count=0", "status=none" } });
            process!.WaitForExit();
        }
    }

    private static long TableBytes(string path) =>
        new DirectoryInfo(path).EnumerateFiles("*.sst").Sum(file => file.Length);
}
