using System.Diagnostics;
using Store.Numbers;

namespace Perf.Numbers;

/// <summary>Latencies of one kind of look-up, in microseconds.</summary>
internal sealed record Latency(double P50, double P99, double P999, double Mean);

/// <summary>What one run measured.</summary>
internal sealed record NumbersResult(
    long Numbers, double PrepareSeconds, double ApplySeconds, double ImportedASecond, double DiskBytesANumber,
    Latency Ported, Latency NotPorted, double LookupsASecondTwoThreads, double PeakMegabytesOfMemory,
    double AllocatedBytesALookup, Latency OfTheRange, double FilterSeconds, double FilterMegabytes);

internal static class Measurement
{
    private const int Lookups = 2_000_000;

    internal static NumbersResult Run(string path, long count)
    {
        var start = Stopwatch.GetTimestamp();
        var report = NumberImport.Prepare(ImportFormat.Load("ru"), new GeneratedFile(count, shuffled: true), path);
        var prepared = Stopwatch.GetElapsedTime(start).TotalSeconds;
        Console.Error.WriteLine($"prepared {report.Counts.Numbers} numbers in {prepared:F1} s");
        var peak = Process.GetCurrentProcess().PeakWorkingSet64 / 1e6;
        using var store = NumberStore.Open(path);
        start = Stopwatch.GetTimestamp();
        store.Apply(report.Package);
        var applied = Stopwatch.GetElapsedTime(start).TotalSeconds;
        if (store.Verify() != count)
        {
            throw new InvalidOperationException($"{count} numbers went in, {store.Verify()} are there");
        }
        Look(store, count, 1, present: true, new int[100_000]);
        var micros = new int[Lookups];
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100_000; i++)
        {
            store.TryFind(GeneratedFile.Number(i), out _);
        }
        var perLookup = (GC.GetAllocatedBytesForCurrentThread() - allocated) / 100_000.0;
        Look(store, count, 2, present: true, micros);
        var ported = Summary(micros);
        Look(store, count, 3, present: false, micros);
        var notPorted = Summary(micros);
        var lookups = TwoThreads(store, count);
        start = Stopwatch.GetTimestamp();
        store.MakeFilters(64 << 20);
        var filter = Stopwatch.GetElapsedTime(start).TotalSeconds;
        LookAtAny(store, count, new int[100_000]);
        LookAtAny(store, count, micros);
        return new NumbersResult(count, prepared, applied, count / (prepared + applied),
            store.DiskBytes / (double)count,
            ported, notPorted, lookups, peak, perLookup, Summary(micros), filter, store.FilterBytes / 1e6);
    }

    /// <summary>Looks up numbers of the range as they come, of which one in nine is ported.</summary>
    private static void LookAtAny(NumberStore store, long count, int[] times)
    {
        var random = new FastRandom(4);
        for (var i = 0; i < times.Length; i++)
        {
            var number = GeneratedFile.Number(0) + (random.Next() % ((ulong)count * GeneratedFile.Spacing));
            var start = Stopwatch.GetTimestamp();
            store.TryFind(number, out _);
            times[i] = (int)((Stopwatch.GetTimestamp() - start) * (1e9 / Stopwatch.Frequency));
        }
    }

    /// <summary>Looks up at random, checks the answers, and notes each look-up's time in nanoseconds.</summary>
    private static void Look(NumberStore store, long count, int seed, bool present, int[] times)
    {
        var random = new FastRandom((ulong)seed);
        for (var i = 0; i < times.Length; i++)
        {
            var n = (long)(random.Next() % (ulong)count);
            var number = present ? GeneratedFile.Number(n) : GeneratedFile.Absent(n);
            var start = Stopwatch.GetTimestamp();
            var found = store.TryFind(number, out var ported);
            times[i] = (int)((Stopwatch.GetTimestamp() - start) * (1e9 / Stopwatch.Frequency));
            if (found != present || (i % 1024 == 0 && found && ported.Operator.Code != GeneratedFile.Operator(n)))
            {
                throw new InvalidOperationException($"{number}: {found}, expected {present}");
            }
        }
    }

    private static double TwoThreads(NumberStore store, long count)
    {
        var start = Stopwatch.GetTimestamp();
        var threads = Enumerable.Range(10, 2).Select(seed =>
        {
            var thread = new Thread(() => Look(store, count, seed, present: true, new int[Lookups / 2]));
            thread.Start();
            return thread;
        }).ToList();
        threads.ForEach(thread => thread.Join());
        return Lookups / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static Latency Summary(int[] nanoseconds)
    {
        Array.Sort(nanoseconds);
        double At(double share) => nanoseconds[(int)((nanoseconds.Length - 1) * share)] / 1000.0;
        return new Latency(At(0.5), At(0.99), At(0.999), nanoseconds.Average() / 1000.0);
    }

    /// <summary>A random number costs a nanosecond here, so that it does not show in what is measured.</summary>
    private struct FastRandom(ulong seed)
    {
        private ulong _state = (seed * 0x9E37_79B9_7F4A_7C15) | 1;

        internal ulong Next()
        {
            _state ^= _state << 13;
            _state ^= _state >> 7;
            _state ^= _state << 17;
            return _state;
        }
    }
}
