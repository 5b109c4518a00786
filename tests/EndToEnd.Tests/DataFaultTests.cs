using EndToEnd.Tests.Harness;
using Xunit;

namespace EndToEnd.Tests;

/// <summary>
/// What may be wrong with a data folder at a start: the message says what to do, and nothing is lost.
/// </summary>
public sealed class DataFaultTests
{
    [Fact]
    public async Task A_torn_tail_of_the_log_is_cut_and_nothing_acknowledged_with_it()
    {
        await using var line = await Line.StartAsync();
        var batches = await LoadedAsync(line);
        line.Appliance.Kill();
        var log = Files(line, "*.log")[^1];
        // What a power cut leaves of a write that was never synced.
        var bytes = await File.ReadAllBytesAsync(log);
        await File.WriteAllBytesAsync(log, [.. bytes, .. bytes[..Math.Min(300, bytes.Length)]]);
        await line.Appliance.StartAgainAsync();
        await batches.AllFinalAsync();
    }

    [Fact]
    public async Task A_log_that_lost_what_was_synced_is_refused()
    {
        await using var line = await Line.StartAsync();
        var batches = await LoadedAsync(line);
        line.Appliance.Kill();
        var log = Files(line, "*.log")[^1];
        var whole = await File.ReadAllBytesAsync(log);
        Damage.Cut(log, whole.Length / 2);
        await RefusedAsync(line, [12, 13], "had been synced", "WATERMARK");
        await File.WriteAllBytesAsync(log, whole);
        await line.Appliance.StartAgainAsync();
        await batches.AllFinalAsync();
    }

    [Fact]
    public async Task A_flipped_byte_in_a_table_is_found_and_never_taken_for_a_message_that_is_not_there()
    {
        await using var line = await Line.StartAsync();
        var batches = await LoadedAsync(line);
        await batches.AllFinalAsync();
        // A start writes what is in the log to tables.
        await line.Appliance.StopAsync();
        await line.Appliance.StartAgainAsync();
        await line.Appliance.StopAsync();
        var table = Files(line, "*.sst").OrderByDescending(file => new FileInfo(file).Length).First();
        Damage.Flip(table, new FileInfo(table).Length / 2);
        var (code, output) = await line.Appliance.CommandAsync("check", "--data");
        Assert.Equal(12, code);
        Assert.Contains(Path.GetFileName(table), output, StringComparison.Ordinal);
        Assert.Contains("backup", output, StringComparison.Ordinal);
        await StartedOrRefusedAsync(line);
        if (await line.Appliance.IsRunningAsync())
        {
            foreach (var id in batches.Acknowledged)
            {
                using var answer = await line.Appliance.Http.GetAsync($"/api/v1/messages/{id}");
                Assert.True((int)answer.StatusCode is 200 or >= 500, $"{id}: {answer.StatusCode}");
            }
        }
        Damage.Flip(table, new FileInfo(table).Length / 2);
    }

    [Theory]
    [InlineData("CURRENT", "CURRENT is missing")]
    [InlineData("FORMAT", "FORMAT is missing")]
    [InlineData("MANIFEST-*", "MANIFEST")]
    [InlineData("*.sst", ".sst")]
    [InlineData("*.log", "")]
    public async Task A_missing_file_is_named(string pattern, string says)
    {
        await using var line = await Line.StartAsync();
        var batches = await LoadedAsync(line);
        await line.Appliance.StopAsync();
        await line.Appliance.StartAgainAsync();
        await batches.SendAsync(100);
        line.Appliance.Kill();
        var file = Files(line, pattern)[^1];
        var away = file + ".away";
        File.Move(file, away);
        await RefusedAsync(line, [13], says, "ut it back");
        var (code, output) = await line.Appliance.CommandAsync("check", "--data");
        Assert.Equal(13, code);
        Assert.Contains("What to do:", output, StringComparison.Ordinal);
        File.Move(away, file);
        await line.Appliance.StartAgainAsync();
        await batches.AllFinalAsync();
    }

    [Fact]
    public async Task The_folder_of_a_newer_version_is_refused_and_left_as_it_is()
    {
        await using var line = await Line.StartAsync();
        var batches = await LoadedAsync(line);
        await line.Appliance.StopAsync();
        var format = Path.Combine(line.Appliance.Settings.Data, "FORMAT");
        var text = await File.ReadAllTextAsync(format);
        await File.WriteAllTextAsync(format, "journal 99 node 1\n");
        await RefusedAsync(line, [11], "newer version (format 99", "Start the newer version");
        await File.WriteAllTextAsync(format, text);
        await line.Appliance.StartAgainAsync();
        await batches.AllFinalAsync();
    }

    [Fact]
    public async Task Two_processes_on_one_folder_are_one_too_many()
    {
        await using var line = await Line.StartAsync();
        var second = new Settings
        {
            Data = line.Appliance.Settings.Data,
            Carriers = [new("alpha", line.SmscPort)],
            Routes = [new("", "alpha")],
        };
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder.File("second.json"), second.ToJson());
        foreach (string[] words in new[] { new[] { "run" }, ["backup", folder.File("backup")] })
        {
            var (code, output) = await ChildProcess.RunAsync(
                Repository.Binary, [.. words, "--config", folder.File("second.json")]);
            Assert.Equal(10, code);
            Assert.Contains("in use by another process", output, StringComparison.Ordinal);
            Assert.Contains("Stop that process", output, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
        }
        // The first one is not disturbed.
        await line.Appliance.MessageInStatusAsync(await line.Appliance.PostAsync("Shop", "447700950001", "goes on"), "delivered");
    }

    private static async Task<Batches> LoadedAsync(Line line)
    {
        var batches = new Batches(line.Appliance);
        Assert.Empty(await batches.SendAsync(1500));
        return batches;
    }

    private static string[] Files(Line line, string pattern) =>
        [.. Directory.GetFiles(line.Appliance.Settings.Data, pattern).Order(StringComparer.Ordinal)];

    private static async Task RefusedAsync(Line line, int[] codes, params string[] says)
    {
        var (code, output) = await line.Appliance.StartInVainAsync();
        Assert.True(codes.Contains(code), $"{code}: {output}");
        Assert.All(says, words => Assert.Contains(words, output, StringComparison.Ordinal));
        Assert.Contains(line.Appliance.Settings.Data, output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    private static async Task StartedOrRefusedAsync(Line line)
    {
        try
        {
            await line.Appliance.StartAgainAsync();
        }
        catch (Xunit.Sdk.XunitException)
        {
            // With all that it said.
            await line.Appliance.ExitedAsync();
            Assert.Contains("cannot start", line.Appliance.Log(), StringComparison.Ordinal);
            Assert.Contains("backup", line.Appliance.Log(), StringComparison.Ordinal);
        }
    }
}
