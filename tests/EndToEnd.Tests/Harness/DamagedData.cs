using System.Globalization;
using System.Text.RegularExpressions;

namespace EndToEnd.Tests.Harness;

/// <summary>
/// A data folder with messages and ported numbers in tables and logs, as a kill left it, to make copies of.
/// </summary>
internal sealed partial class DamagedData : IDisposable
{
    private const int FirstNumber = 20_000_000;
    private const int Numbers = 2000;

    private readonly TempFolder _folder = new();

    /// <summary>Ids of finished messages, from all of the folder's life.</summary>
    public List<string> Messages { get; private set; } = [];

    /// <summary>Records of the journal as the check counts them.</summary>
    public long Records { get; private set; }

    public string Source => _folder.File("data");

    public static async Task<DamagedData> MakeAsync()
    {
        var data = new DamagedData();
        var port = Ports.Free();
        using var carrier = ChildProcess.Start("simulator", Repository.Binary,
            ["simulate", "smsc", "--listen", $"127.0.0.1:{port}", "--receipts", "all", "--receipt-delay", "10ms"]);
        await using var appliance = await ApplianceProcess.StartAsync(new Places(port).Settings(data.Source));
        var batches = new Batches(appliance);
        // Each start writes what the log has to tables; what comes after the last one stays in the log.
        foreach (var count in new[] { 5000, 3000, 2000 })
        {
            await batches.SendAsync(count);
            await batches.AllFinalAsync();
            if (count is 3000 or 2000)
                await data.ImportAsync(appliance);
            if (count == 2000)
                appliance.Kill();
            else
                await appliance.StopAsync();
            if (count != 2000)
                await appliance.StartAgainAsync();
        }
        data.Messages = batches.Acknowledged;
        var (code, output) = await ChildProcess.RunAsync(Repository.Binary, ["check", "--data", data.Source]);
        data.Records = code == 0 ? RecordsIn(output) : throw new InvalidOperationException(output);
        return data;
    }

    /// <summary>Ports for one start after the other: there are not enough for a new set each time.</summary>
    internal sealed class Places(int carrier)
    {
        private readonly Settings.Listener _http = new();
        private readonly Settings.AdminListener _admin = new();
        private readonly Settings.SmppServer _smpp = new();

        public Settings Settings(string folder) => new()
        {
            Data = folder,
            Http = _http,
            Admin = _admin,
            Smpp = _smpp,
            Limits = new() { JournalMemoryMb = 8, DiskFreeMinMb = 1, DiskFreeOkMb = 1 },
            Carriers = [new("alpha", carrier)],
            Routes = [new("", "alpha")],
        };
    }

    /// <summary>A whole copy under another name.</summary>
    public string Copy(string name)
    {
        var target = _folder.File(name);
        foreach (var file in Directory.GetFiles(Source, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(target, Path.GetRelativePath(Source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
        return target;
    }

    /// <summary>A number that is ported.</summary>
    public static string Number(Random random) =>
        (37100000000 + FirstNumber + random.Next(Numbers)).ToString(CultureInfo.InvariantCulture);

    public static long RecordsIn(string check) =>
        long.Parse(RecordsPattern().Match(check).Groups[1].Value, CultureInfo.InvariantCulture);

    public void Dispose() => _folder.Dispose();

    private async Task ImportAsync(ApplianceProcess appliance)
    {
        var file = _folder.File("lv.csv");
        await File.WriteAllLinesAsync(file, Enumerable.Range(0, Numbers).Select(i =>
            $"{i};x;{FirstNumber + i};BC1;2020.01.02 03:04:05"));
        var (code, output) = await appliance.CommandAsync("mnp", "import", file, "--format", "lv");
        if (code != 0)
            throw new InvalidOperationException(output);
        _ = (bool)(await appliance.AdminAsync($"/admin/v1/mnp/371{FirstNumber}"))["ported"]!
            ? true : throw new InvalidOperationException("not imported");
    }

    [GeneratedRegex(@"frames, (\d+) records of")]
    private static partial Regex RecordsPattern();
}
