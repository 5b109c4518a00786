using EndToEnd.Tests.Harness;
using Xunit;

namespace EndToEnd.Tests;

/// <summary>What is wrong on a command line: a line that names the option, what stands there and what should.</summary>
public sealed class UsageTests
{
    [Theory]
    [InlineData("backup DIR --rate abc", "--rate: 'abc': expected a whole number from 0 to")]
    [InlineData("backup DIR --rate 1.5", "--rate: '1.5': expected a whole number")]
    [InlineData("backup DIR --rate=-1", "--rate: '-1': expected a whole number")]
    [InlineData("backup DIR --keep 1.5", "--keep: '1.5': expected a whole number from 1 to 10000")]
    [InlineData("backup DIR --keep 0", "--keep: '0': expected a whole number from 1 to 10000")]
    [InlineData("backup DIR --keep 99999999999999999999", "--keep: '99999999999999999999': expected")]
    [InlineData("restore DIR --backup last", "--backup: 'last': expected a whole number from 1 up")]
    [InlineData("restore DIR --backup 0", "--backup: '0': expected a whole number from 1 up")]
    [InlineData("ctl dead list --limit many", "--limit: 'many': expected a whole number from 1 to 1000")]
    [InlineData("ctl dead list --limit 1001", "--limit: '1001': expected a whole number from 1 to 1000")]
    [InlineData("load smpp --rate fast", "--rate")]
    [InlineData("load smpp --duration 10x", "--duration")]
    [InlineData("load smpp --sessions 0", "--sessions: '0': expected")]
    [InlineData("load http --connections 1.5", "--connections: '1.5': expected")]
    [InlineData("simulate smsc --max-binds x", "--max-binds: 'x': expected a whole number")]
    [InlineData("simulate smsc --listen nowhere", "--listen: 'nowhere'")]
    [InlineData("simulate esme --window -1", "--window: '-1': expected")]
    [InlineData("simulate esme --slow-read soon", "--slow-read")]
    public async Task A_wrong_value_is_named_with_what_was_expected(string line, string says)
    {
        var (code, output) = await RunAsync(line + (line.StartsWith("load", StringComparison.Ordinal)
            || line.StartsWith("simulate", StringComparison.Ordinal) ? "" : " --config any.json"));
        Assert.Equal(2, code);
        Assert.Contains(says, output, StringComparison.Ordinal);
        Assert.DoesNotContain("Unhandled", output, StringComparison.Ordinal);
        Assert.DoesNotContain("System.", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("run")]
    [InlineData("backup DIR")]
    [InlineData("restore DIR")]
    [InlineData("erase 447700900123")]
    [InlineData("ctl status")]
    [InlineData("ctl dead list")]
    public async Task Without_a_configuration_it_says_what_to_write(string line)
    {
        var (code, output) = await RunAsync(line);
        Assert.Equal(2, code);
        Assert.Contains("--config: missing, expected the path of the appliance's configuration file: appliance "
            + line.Replace(" DIR", "").Replace(" 447700900123", "") + " --config FILE", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("run")]
    [InlineData("check")]
    [InlineData("backup DIR")]
    [InlineData("ctl status")]
    [InlineData("mnp list")]
    public async Task A_configuration_that_is_not_there_is_named(string line)
    {
        using var folder = new TempFolder();
        var file = folder.File("no.json");
        var (code, output) = await RunAsync($"{line} --config {file}");
        Assert.Equal(1, code);
        Assert.StartsWith($"{file}: found no such file, expected a configuration file: correct --config", output,
            StringComparison.Ordinal);
        (code, output) = await RunAsync($"{line} --config {folder.Path}");
        Assert.Equal(1, code);
        Assert.StartsWith($"{folder.Path}: found a folder, expected a configuration file", output,
            StringComparison.Ordinal);
    }

    private static Task<(int ExitCode, string Output)> RunAsync(string line) =>
        ChildProcess.RunAsync(Repository.Binary, line.Split(' '));
}
