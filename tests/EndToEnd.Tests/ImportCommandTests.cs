using System.IO.Compression;
using System.Text;
using EndToEnd.Tests.Harness;
using Xunit;

namespace EndToEnd.Tests;

/// <summary><c>mnp import</c>, <c>numbers import</c> and <c>mnp get</c> on a folder without an appliance.</summary>
public sealed class ImportCommandTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_cut_file_is_refused_whole_and_in_words()
    {
        var file = _folder.File("numbers.csv.gz");
        using (var gzip = new GZipStream(File.Create(file), CompressionLevel.Fastest))
            gzip.Write(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 5000).Select(i => $"49171{1000 + i};26201\n"))));
        var whole = await File.ReadAllBytesAsync(file);
        foreach (var length in new[] { 0, 5, whole.Length / 2, whole.Length - 8, whole.Length - 1 })
        {
            await File.WriteAllBytesAsync(file, whole[..length]);
            foreach (var (code, output) in new[]
            {
                await RunAsync("mnp", "import", file, "--format", Format()),
                await RunAsync("numbers", "import", file, "--columns", "prefix=1,name=2", "--delimiter", ";"),
            })
            {
                Assert.True(code == 1, output);
                Assert.Contains("othing was imported", output, StringComparison.Ordinal);
                Assert.Contains("numbers.csv.gz", output, StringComparison.Ordinal);
                Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
            }
        }

        Assert.Equal("imported: nothing", (await RunAsync("numbers", "list")).Output.Split('\n')[^1]);
        await File.WriteAllBytesAsync(file, whole);
        var (done, said) = await RunAsync("mnp", "import", file, "--format", Format());
        Assert.True(done == 0 && said.Contains("5000 numbers", StringComparison.Ordinal), said);
    }

    [Fact]
    public async Task Bad_lines_are_listed_where_all_is_refused_for_them()
    {
        var file = _folder.File("numbers.csv");
        await File.WriteAllTextAsync(file, "491711000;26201\n" + string.Concat(Enumerable.Range(0, 30).Select(i => $"x{i};26201\n")));
        foreach (var words in new string[][]
        {
            ["mnp", "import", file, "--format", Format()],
            ["numbers", "import", file, "--columns", "prefix=1,name=2", "--delimiter", ";"],
        })
        {
            var list = _folder.File("bad");
            var (code, output) = await RunAsync([.. words, "--bad-lines", list]);
            Assert.True(code == 1, output);
            Assert.Contains("30 of 31 lines are bad", output, StringComparison.Ordinal);
            Assert.Contains("line 2: ", output, StringComparison.Ordinal);
            Assert.Contains("line 11: ", output, StringComparison.Ordinal);
            Assert.Contains("20 more bad lines", output, StringComparison.Ordinal);
            Assert.Equal(30, (await File.ReadAllLinesAsync(list)).Length);
        }
    }

    [Fact]
    public async Task A_look_up_goes_on_after_what_is_no_number_and_names_an_unknown_option()
    {
        var file = _folder.File("numbers.csv");
        await File.WriteAllTextAsync(file, "491711000;26201\n");
        var (code, output) = await RunAsync("mnp", "import", file, "--format", Format());
        Assert.True(code == 0, output);
        (code, output) = await RunAsync("mnp", "get", "49171x", "491711000", "+491711001");
        Assert.Equal(1, code);
        Assert.Contains("NUMBER: \"49171x\"", output, StringComparison.Ordinal);
        Assert.Contains("\"number\":\"491711000\",\"ported\":true", output, StringComparison.Ordinal);
        Assert.Contains("\"number\":\"491711001\",\"ported\":false", output, StringComparison.Ordinal);
        foreach (var command in new[] { "mnp", "numbers" })
        {
            (code, output) = await RunAsync(command, "get", "491711000", "--bogus");
            Assert.Equal(2, code);
            Assert.Contains("--bogus", output, StringComparison.Ordinal);
            Assert.Contains("no such option", output, StringComparison.Ordinal);
        }
    }

    private string Format()
    {
        var file = _folder.File("format.json");
        File.WriteAllText(file, """
            {"name":"DE","country_code":"49","delimiter":";","number_form":"International","min_digits":6,"max_digits":15,
             "columns":{"number":"1","operator":"2"}}
            """);
        return file;
    }

    private Task<(int ExitCode, string Output)> RunAsync(params string[] words) =>
        ChildProcess.RunAsync(Repository.Binary, [.. words, "--data", _folder.File("data")]);
}
