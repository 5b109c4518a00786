using EndToEnd.Tests.Harness;
using Xunit;

namespace EndToEnd.Tests;

/// <summary>`appliance backup`, `restore` and `check --data`.</summary>
public sealed class BackupTests
{
    [Fact]
    public async Task A_hot_backup_restores_to_what_it_was()
    {
        await using var line = await Line.StartAsync();
        using var folder = new TempFolder();
        var backups = folder.File("backups");
        var first = await DeliveredAsync(line, "447700930001");
        using (var load = Load(line))
        {
            await Until.True("load is on", async () => (await line.Appliance.MetricsAsync()).Sum("sms_messages_total") > 200);
            await BackupAsync(line, backups, 1);
        }
        var second = await DeliveredAsync(line, "447700930002");
        await BackupAsync(line, backups, 2);
        Assert.Equal(2, (await line.Appliance.MetricsAsync()).Sum("sms_backups_total", "outcome=\"made\""));
        var after = await DeliveredAsync(line, "447700930003");

        var (code, output) = await line.Appliance.CommandAsync("restore", backups);
        Assert.Equal(1, code);
        Assert.Contains("The appliance runs: stop it", output, StringComparison.Ordinal);
        await line.Appliance.StopAsync();
        (code, output) = await line.Appliance.CommandAsync("restore", backups);
        Assert.Equal(1, code);
        Assert.Contains($"mv {line.Appliance.Settings.Data} {line.Appliance.Settings.Data}.old", output, StringComparison.Ordinal);

        await RestoreAsync(line, backups, "1");
        Assert.NotNull(await line.Appliance.MessageAsync(first));
        Assert.Null(await line.Appliance.MessageAsync(second));
        await line.Appliance.StopAsync();
        await RestoreAsync(line, backups);
        Assert.Equal("delivered", (string?)(await line.Appliance.MessageAsync(first))!["status"]);
        Assert.Equal("delivered", (string?)(await line.Appliance.MessageAsync(second))!["status"]);
        Assert.Null(await line.Appliance.MessageAsync(after));
        // Ids given out after the backup are never given out again.
        Assert.NotEqual(after, await DeliveredAsync(line, "447700930004"));
        Assert.Null(await line.Appliance.MessageAsync(after));
    }

    [Fact]
    public async Task One_that_does_not_run_is_backed_up_directly()
    {
        await using var line = await Line.StartAsync();
        using var folder = new TempFolder();
        var id = await DeliveredAsync(line, "447700931001");
        line.Appliance.Kill();
        await BackupAsync(line, folder.File("backups"), 1);
        await BackupAsync(line, folder.File("backups"), 2, "--keep", "1");
        var (code, output) = await line.Appliance.CommandAsync("restore", folder.File("backups"), "--list");
        Assert.Equal(0, code);
        Assert.Matches(@"^BACKUP +MADE +MIB\n +2 +20", output);
        await RestoreAsync(line, folder.File("backups"));
        Assert.NotNull(await line.Appliance.MessageAsync(id));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_data_folder_takes_no_backup(bool running)
    {
        await using var line = await Line.StartAsync();
        await DeliveredAsync(line, "447700931101");
        if (!running) await line.Appliance.StopAsync();
        var data = line.Appliance.Settings.Data;
        foreach (var folder in new[] { data, Path.Combine(data, "backups") })
        {
            var (code, output) = await line.Appliance.CommandAsync("backup", folder);
            Assert.Equal(1, code);
            Assert.Contains($"found {folder}, which is in the data folder {data}", output, StringComparison.Ordinal);
        }

        Assert.False(Directory.Exists(Path.Combine(data, "backups")));
        Assert.False(Directory.Exists(Path.Combine(data, "journal")));
    }

    [Fact]
    public async Task A_backup_is_of_the_node_that_the_configuration_names()
    {
        await using var line = await Line.StartAsync();
        using var folder = new TempFolder();
        var file = await File.ReadAllTextAsync(line.Appliance.ConfigurationFile);
        var (admin, data) = (line.Appliance.Settings.Admin.Listen, line.Appliance.Settings.Data);
        foreach (var (from, to, expected, says) in new[]
        {
            ("\"node\": 1", "\"node\": 2", 1, $"answers node 1 with its data in {data}, but the configuration says node 2"),
            (data, folder.File("other"), 1, $"but the configuration says node 1 with data in {folder.File("other")}"),
            (admin, $"127.0.0.1:{Ports.Free()}", 10, "is in use by another process, but no appliance answers on"),
        })
        {
            Assert.Contains(from, file, StringComparison.Ordinal);
            await File.WriteAllTextAsync(folder.File("other.json"), file.Replace(from, to, StringComparison.Ordinal));
            var (code, output) = await ChildProcess.RunAsync(Repository.Binary,
                ["backup", folder.File("backups"), "--config", folder.File("other.json")]);
            Assert.Equal(expected, code);
            Assert.Contains(says, output, StringComparison.Ordinal);
            Assert.False(Directory.Exists(folder.File("backups/journal")));
        }

        var (done, text) = await line.Appliance.CommandAsync("backup", folder.File("backups"));
        Assert.True(done == 0, text);
        Assert.EndsWith($"of node 1 with data in {data}", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("there are none", "There are no backups in")]
    [InlineData("number", "has no backup 9; there are 1")]
    [InlineData("damaged", "")]
    [InlineData("node", "backups of node 1, but the configuration says node 2")]
    public async Task A_restore_that_cannot_be_says_why_and_leaves_no_half(string what, string says)
    {
        await using var line = await Line.StartAsync();
        using var folder = new TempFolder();
        var backups = folder.File("backups");
        await DeliveredAsync(line, "447700932001");
        await BackupAsync(line, backups, 1);
        await line.Appliance.StopAsync();
        Directory.Move(line.Appliance.Settings.Data, folder.File("away"));
        string[] words = ["restore", what == "there are none" ? folder.Path : backups];
        if (what == "number")
            words = [.. words, "--backup", "9"];
        if (what == "damaged")
            Damage.Flip(Directory.GetFiles(backups, "*.sst", SearchOption.AllDirectories)[0], 100);
        if (what == "node")
        {
            var file = await File.ReadAllTextAsync(line.Appliance.ConfigurationFile);
            await File.WriteAllTextAsync(line.Appliance.ConfigurationFile,
                file.Replace("\"node\": 1", "\"node\": 2", StringComparison.Ordinal));
        }
        var (code, output) = await line.Appliance.CommandAsync(words);
        Assert.NotEqual(0, code);
        Assert.Contains(says, output, StringComparison.Ordinal);
        Assert.Contains(folder.Path, output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(line.Appliance.Settings.Data, "CURRENT")), output);
    }

    [Fact]
    public async Task A_check_of_whole_data_says_so_while_it_runs_and_when_it_does_not()
    {
        await using var line = await Line.StartAsync();
        await DeliveredAsync(line, "447700933001");
        using (Load(line))
        {
            await Until.True("load is on", async () => (await line.Appliance.MetricsAsync()).Sum("sms_messages_total") > 200);
            var (code, output) = await line.Appliance.CommandAsync("check", "--data");
            Assert.True(code == 0, output);
        }
        await line.Appliance.StopAsync();
        var (stopped, said) = await ChildProcess.RunAsync(Repository.Binary, ["check", "--data", line.Appliance.Settings.Data]);
        Assert.True(stopped == 0 && said.EndsWith("whole", StringComparison.Ordinal), said);
        (stopped, said) = await ChildProcess.RunAsync(Repository.Binary, ["check", "--data", Path.GetTempPath()]);
        Assert.Equal(1, stopped);
        Assert.Contains("There is no data folder at", said, StringComparison.Ordinal);
        Assert.DoesNotContain("damage", said, StringComparison.Ordinal);
    }

    private static ChildProcess Load(Line line) => ChildProcess.Start("load", Repository.Binary,
        ["load", "smpp", "--server", line.Appliance.Settings.Smpp.Listen, "--rate", "500", "--duration", "60s", "--quiet"]);

    private static async Task<string> DeliveredAsync(Line line, string to)
    {
        var id = await line.Appliance.PostAsync("Shop", to, "to be kept");
        await line.Appliance.MessageInStatusAsync(id, "delivered");
        return id;
    }

    private static async Task BackupAsync(Line line, string folder, int number, params string[] more)
    {
        var (code, output) = await line.Appliance.CommandAsync(["backup", folder, .. more]);
        Assert.True(code == 0, output);
        Assert.Contains($"backup {number} in {folder}: ", output, StringComparison.Ordinal);
    }

    private static async Task RestoreAsync(Line line, string backups, string? number = null)
    {
        var data = line.Appliance.Settings.Data;
        Directory.Move(data, $"{data}.{Guid.NewGuid():N}");
        string[] words = number is null ? ["restore", backups] : ["restore", backups, "--backup", number];
        var (code, output) = await line.Appliance.CommandAsync(words);
        Assert.True(code == 0, output);
        await line.Appliance.StartAgainAsync();
    }
}
