using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Appliance.Policy.OptOuts;
using Rig;

namespace Load;

/// <summary>Millions of opt-outs: how fast they are imported, what they take in memory, what asking costs, and how long
/// a start with them takes.</summary>
internal static class OptOuts
{
    private const int Asked = 2_000_000;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(30);

    public static async Task<JsonObject> TakeAsync(int numbers)
    {
        var file = Path.Combine(Directory.CreateDirectory(Path.Combine(Place.Root, "artifacts", "perf")).FullName,
            $"optouts-{Guid.NewGuid():n}.txt");
        try
        {
            await File.WriteAllLinesAsync(file, Enumerable.Range(0, numbers).Select(i => Number(i)));
            using var node = await Node.StartAsync(Place.FreePort());
            var empty = await node.KillAndStartAsync();
            var before = node.Process.ResidentBytes;
            var import = await node.CommandAsync(Limit, "ctl", "optout", "import", file, "--account", "demo");
            var after = node.Process.ResidentBytes;
            var start = await node.KillAndStartAsync();
            var (bytes, hit, miss) = LookUp(numbers);
            var result = new JsonObject
            {
                ["opt_outs"] = numbers,
                ["imported_per_second"] = Math.Round(numbers / import.TotalSeconds),
                ["resident_mb_before"] = before >> 20,
                ["resident_mb_after_import"] = after >> 20,
                ["resident_mb_after_start"] = node.Process.ResidentBytes >> 20,
                ["resident_bytes_an_opt_out_after_start"] =
                    Math.Round((double)(node.Process.ResidentBytes - before) / numbers, 1),
                ["table_bytes_an_opt_out"] = Math.Round(bytes, 1),
                ["look_up_ns_opted_out"] = Math.Round(hit, 1),
                ["look_up_ns_not_opted_out"] = Math.Round(miss, 1),
                ["start_ms_without"] = Math.Round(empty.TotalMilliseconds),
                ["start_ms_with"] = Math.Round(start.TotalMilliseconds),
            };
            foreach (var (name, value) in result) Console.WriteLine($"  {name,-40} {value}");
            return result;
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>In this process, in random order: nothing of the table stays in the processor's caches.</summary>
    private static (double BytesEach, double HitNs, double MissNs) LookUp(int numbers)
    {
        var list = new OptOutList();
        for (var i = 0; i < numbers; i++)
            if (OptOutKey.TryCreate(1, Encoding.ASCII.GetBytes(Number(i)), default, out var key)) list.Add(key);
        var random = new Random(1);
        var there = Enumerable.Range(0, Asked).Select(_ => Encoding.ASCII.GetBytes(Number(random.Next(numbers)))).ToArray();
        var absent = Enumerable.Range(0, Asked).Select(_ =>
            Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"4978{random.Next(100_000_000):D8}"))).ToArray();
        return ((double)list.Bytes / numbers, Time(list, there, Asked), Time(list, absent, 0));
    }

    private static double Time(OptOutList list, byte[][] asked, int expected)
    {
        var clock = Stopwatch.StartNew();
        var found = 0;
        foreach (var number in asked)
            if (list.Contains(1, number, "Shop"u8)) found++;
        var nanoseconds = clock.Elapsed.TotalNanoseconds / asked.Length;
        if (found != expected) throw new InvalidOperationException($"{found} found, {expected} expected");
        return nanoseconds;
    }

    /// <summary>Spread over the range, each another one: a multiplication by an odd number permutes 2^27.</summary>
    private static string Number(int i) => string.Create(
        CultureInfo.InvariantCulture, $"49151{(uint)((i * 0x9E3779B1L) & 0x7FF_FFFF):D9}");
}
