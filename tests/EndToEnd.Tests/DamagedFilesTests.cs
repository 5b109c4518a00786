using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using EndToEnd.Tests.Harness;
using Xunit;
using Xunit.Abstractions;

namespace EndToEnd.Tests;

/// <summary>
/// Damaged files, by seed: one file of a copy of a data folder is flipped, cut, deleted, zeroed or swapped with
/// another,
/// then `check --data` and a start look at it. Either way nothing crashes without a word, and nothing that was
/// acknowledged is taken for something that never was. DAMAGED_FILES says how many, SEED where to begin.
/// </summary>
public sealed class DamagedFilesTests(ITestOutputHelper output)
{
    private const int Usual = 200;
    private const int Workers = 3;
    private const int Samples = 25;

    private static readonly string[] WaysOut =
        ["estore", "ut it back", "Correct", "Start the newer", "move ", "mport", "Is this the right folder"];

    [Fact]
    public async Task Damage_is_named_or_harmless_and_never_a_silent_loss()
    {
        var count = Setting("DAMAGED_FILES", Usual);
        var first = Setting("SEED", 1);
        using var data = await DamagedData.MakeAsync();
        var verdicts = new ConcurrentBag<Verdict>();
        var seeds = new ConcurrentQueue<int>(Enumerable.Range(first, count));
        await Task.WhenAll(Enumerable.Range(0, Workers).Select(_ => Task.Run(async () =>
        {
            var places = new DamagedData.Places(Ports.Free());
            while (seeds.TryDequeue(out var seed))
                verdicts.Add(await TryAsync(data, places, seed));
        })));
        Tell(verdicts);
        Assert.Equal(count, verdicts.Count);
        Assert.Empty(verdicts.Where(verdict => verdict.Wrong.Count > 0).Select(verdict => verdict.Seed));
    }

    private static async Task<Verdict> TryAsync(DamagedData data, DamagedData.Places places, int seed)
    {
        var random = new Random(seed);
        var folder = data.Copy($"copy{seed}");
        var verdict = new Verdict(seed, Inflict(folder, random));
        var (check, said) = await ChildProcess.RunAsync(Repository.Binary, ["check", "--data", folder]);
        verdict.Check = check;
        JudgeCheck(verdict, data, folder, said);
        await using (var appliance = ApplianceProcess.Prepare(places.Settings(folder)))
        {
            var ended = await appliance.StartOrEndAsync();
            verdict.Start = ended ?? 0;
            if (ended is { } code)
                JudgeRefusal(verdict, folder, code, appliance.Log());
            else
                await JudgeRunAsync(verdict, data, appliance, random);
        }
        Directory.Delete(folder, recursive: true);
        return verdict;
    }

    private static string Inflict(string folder, Random random)
    {
        var files = Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToArray();
        var file = files[random.Next(files.Length)];
        var name = Path.GetRelativePath(folder, file);
        var length = new FileInfo(file).Length;
        var at = length == 0 ? 0 : random.NextInt64(length);
        switch (length == 0 ? 4 : random.Next(5))
        {
            case 0:
                Damage.Flip(file, at);
                return $"{name} of {length} flipped at {at}";
            case 1:
                Damage.Cut(file, at);
                return $"{name} of {length} cut at {at}";
            case 2:
                var run = 1 << random.Next(1, 15);
                Damage.Zero(file, at, run);
                return $"{name} of {length} zeroed at {at} for {run}";
            case 3:
                var others = files.Where(other => other != file
                    && Path.GetExtension(other) == Path.GetExtension(file)).ToArray();
                if (others.Length == 0)
                    goto default;
                var with = others[random.Next(others.Length)];
                Damage.Swap(file, with);
                return $"{name} swapped with {Path.GetRelativePath(folder, with)}";
            default:
                File.Delete(file);
                return $"{name} deleted";
        }
    }

    private static void JudgeCheck(Verdict verdict, DamagedData data, string folder, string said)
    {
        // 16 is a library's abort() with our explanation.
        if (verdict.Check is not (0 or (>= 11 and <= 16)))
            verdict.Wrong.Add($"check ended with {verdict.Check}: {said}");
        if (verdict.Check is not (0 or 16) && (!said.Contains("What to do: ", StringComparison.Ordinal)
            || !said.Contains(folder, StringComparison.Ordinal)))
            verdict.Wrong.Add("check names neither place nor way out: " + said);
        if (verdict.Check == 0 && DamagedData.RecordsIn(said) != data.Records)
            verdict.Wrong.Add($"whole, but with {DamagedData.RecordsIn(said)} records of {data.Records}");
        if (said.Contains("   at ", StringComparison.Ordinal))
            verdict.Wrong.Add("check shows a stack: " + said);
    }

    private static void JudgeRefusal(Verdict verdict, string folder, int code, string log)
    {
        if (code is < 10 or > 16)
            verdict.Wrong.Add($"the start ended with {code}: {log}");
        if (log.Contains("   at ", StringComparison.Ordinal))
            verdict.Wrong.Add("the start shows a stack: " + log);
        if (code != 16 && !log.Contains(folder, StringComparison.Ordinal))
            verdict.Wrong.Add("the refusal names no place: " + log);
        if (!WaysOut.Any(way => log.Contains(way, StringComparison.Ordinal)))
            verdict.Wrong.Add("the refusal names no way out: " + log);
        // FORMAT may name another node or version that is as good as ours.
        if (verdict.Check == 0 && code != 11)
            verdict.Wrong.Add("found whole, but refused: " + log);
    }

    private static async Task JudgeRunAsync(Verdict verdict, DamagedData data, ApplianceProcess appliance, Random random)
    {
        try
        {
            for (var i = 0; i < Samples; i++)
            {
                var id = data.Messages[random.Next(data.Messages.Count)];
                using var answer = await appliance.Http.GetAsync($"/api/v1/messages/{id}");
                var text = await answer.Content.ReadAsStringAsync();
                Judge(verdict, (int)answer.StatusCode, $"message {id}",
                    (int)answer.StatusCode == 200 && Story.IsFinal(JsonNode.Parse(text)!.AsObject()), text);
            }
            for (var i = 0; i < Samples / 5; i++)
            {
                var number = DamagedData.Number(random);
                using var answer = await appliance.AdminGetAsync($"/admin/v1/mnp/{number}");
                var text = await answer.Content.ReadAsStringAsync();
                Judge(verdict, (int)answer.StatusCode, $"number {number}",
                    (int)answer.StatusCode == 200 && (bool)JsonNode.Parse(text)!["ported"]!, text);
            }
        }
        catch (HttpRequestException)
        {
            var code = await appliance.ExitedAsync();
            if (code is < 10 or > 16 || !WaysOut.Any(way => appliance.Log().Contains(way, StringComparison.Ordinal)))
                verdict.Wrong.Add($"it ran and ended with {code}: {appliance.Log()}");
        }
    }

    private static void Judge(Verdict verdict, int status, string what, bool right, string text)
    {
        if (right)
            return;
        if (status < 500)
            verdict.Wrong.Add($"{what} is silently lost: {status} {text[..Math.Min(text.Length, 200)]}");
        else if (verdict.Check == 0)
            verdict.Wrong.Add($"{what} cannot be read, and the check found nothing: {text}");
        verdict.Unreadable++;
    }

    private void Tell(IReadOnlyCollection<Verdict> verdicts)
    {
        var refused = verdicts.Count(verdict => verdict.Start != 0);
        var unreadable = verdicts.Count(verdict => verdict.Unreadable > 0);
        var aborted = verdicts.Count(verdict => verdict.Check == 16 || verdict.Start == 16);
        output.WriteLine($"{verdicts.Count} damaged files: {verdicts.Count(verdict => verdict.Check != 0)} found by the check, "
            + $"{refused} starts refused, {verdicts.Count - refused} ran, {unreadable} of these with errors that say so; "
            + $"{aborted} ended by the library's abort; {verdicts.Count(verdict => verdict.Wrong.Count > 0)} wrong");
        foreach (var verdict in verdicts.Where(verdict => verdict.Wrong.Count > 0))
            output.WriteLine($"SEED={verdict.Seed} {verdict.What}: {string.Join("; ", verdict.Wrong.Distinct())}");
    }

    private static int Setting(string name, int usual) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var set) ? set : usual;

    private sealed record Verdict(int Seed, string What)
    {
        public List<string> Wrong { get; } = [];

        public int Check { get; set; }

        /// <summary>The exit code, 0 where it ran.</summary>
        public int Start { get; set; }

        public int Unreadable { get; set; }
    }
}
