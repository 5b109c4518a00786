using System.Text;
using System.Text.Json;
using Appliance.Numbering;
using Appliance.Operate.Http;
using Appliance.Operate.Metrics;
using Appliance.Operate.Storage;
using Appliance.Routing.Versions;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Operate.Tests.Metrics;
using Store;
using Store.Numbers;

namespace Operate.Tests.Storage;

/// <summary>Backup and ported numbers through the admin API's calls, on a real store.</summary>
public sealed class StorageCallsTests : IDisposable
{
    private readonly DataFolder _folder = new();
    private readonly MetricsRegistry _metrics = new();
    private readonly Journal _journal;
    private readonly PortedNumbers _numbers;
    private readonly RangeFile _ranges;
    private readonly BackupRunner _backups;
    private readonly AdminApi _api = new(default);

    public StorageCallsTests()
    {
        _journal = _folder.Open();
        _numbers = new PortedNumbers(_folder.Data, _metrics, NullLogger.Instance);
        _ranges = new RangeFile(_folder.Data);
        _backups = new BackupRunner(_journal, _numbers.Store, _ranges, new VersionFolder(_folder.Data), NullLogger.Instance);
        new StorageCalls(_backups, _numbers, new LivePlan(NumberPlan.Shipped)).AddTo(_api);
    }

    public void Dispose()
    {
        _numbers.Dispose();
        _journal.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_backup_is_made_and_told()
    {
        Assert.Equal("none", (await AskAsync("GET", "backup")).GetProperty("state").GetString());
        DataFolder.Accept(_journal, 1);
        _journal.Commit();
        var began = await AskAsync("POST", "backup", $$"""{"directory": "{{_folder.File("backup")}}"}""", 202);
        Assert.Equal(_folder.File("backup"), began.GetProperty("directory").GetString());
        Assert.True(_backups.Wait(TimeSpan.FromSeconds(30)));
        var done = await AskAsync("GET", "backup");
        Assert.Equal(("done", 1), (done.GetProperty("state").GetString(), done.GetProperty("id").GetInt32()));
        Assert.True(done.GetProperty("bytes").GetInt64() > 0);
        Assert.Equal((1, 0), (_backups.Succeeded, _backups.Failed));
        Assert.Single(Backup.List(_folder.File("backup")));
    }

    [Fact]
    public async Task A_backup_has_the_imported_ranges_and_gives_them_back()
    {
        _ranges.Write([new NumberRange("49171", new Network("262", "01", "Ours"), NumberType.Mobile)], DateTime.UnixEpoch);
        await AskAsync("POST", "backup", $$"""{"directory": "{{_folder.File("backup")}}"}""", 202);
        Assert.True(_backups.Wait(TimeSpan.FromSeconds(30)));
        var restored = new RangeFile(_folder.File("elsewhere"));
        restored.RestoreFrom(_folder.File("backup"));
        Assert.Equal(1, restored.Read(out _).Count);
    }

    [Fact]
    public async Task The_plan_is_described_and_asked()
    {
        var plan = await AskAsync("GET", "numbers");
        Assert.Equal((4, 0), (plan.GetProperty("sources").GetArrayLength(), plan.GetProperty("imported_ranges").GetInt32()));
        var number = await AskAsync("GET", "numbers/+491711234567");
        Assert.Equal(("DE", "mobile", "262"), (number.GetProperty("country").GetString(),
            number.GetProperty("number_type").GetString(), number.GetProperty("mcc").GetString()));
        Assert.Equal("it has fewer digits than any number of its country", (await AskAsync("GET", "numbers/4417")).GetProperty("reason").GetString());
    }

    [Fact]
    public async Task One_backup_at_a_time()
    {
        // At 100 KiB a second it takes some seconds.
        for (var i = 0; i < 300; i++) DataFolder.Accept(_journal, i);
        _journal.Commit();
        var request = $$"""{"directory": "{{_folder.File("backup")}}", "bytes_per_second": 102400}""";
        await AskAsync("POST", "backup", request, 202);
        var refused = await AskAsync("POST", "backup", request, 409);
        Assert.Equal("/problems/under-way", refused.GetProperty("type").GetString());
        Assert.Equal("running", (await AskAsync("GET", "backup")).GetProperty("state").GetString());
        Assert.True(_backups.Wait(TimeSpan.FromSeconds(60)));
        Assert.Equal(1, _backups.Succeeded);
    }

    [Theory]
    [InlineData("", "which is in the data folder")]
    [InlineData("/inside", "which is in the data folder")]
    [InlineData("/numbers/deep/inside", "which is in the data folder")]
    [InlineData("/../link", "which is in the data folder")]
    [InlineData("/../link/../data/x", "which is in the data folder")]
    [InlineData("/../above", "whose journal would be in the data folder")]
    [InlineData("/../file", "cannot write")]
    [InlineData("/../file/below", "cannot write")]
    public async Task A_folder_that_can_take_no_backup_is_refused(string below, string says)
    {
        await File.WriteAllTextAsync(_folder.File("file"), "no folder");
        Directory.CreateSymbolicLink(_folder.File("link"), _folder.Data);
        Directory.CreateDirectory(_folder.File("above"));
        Directory.CreateSymbolicLink(_folder.File("above/journal"), _folder.Data);
        var before = Directory.GetFileSystemEntries(_folder.Data).Length;
        var problem = await AskAsync("POST", "backup", $$"""{"directory": "{{_folder.Data + below}}"}""", 400);
        var error = problem.GetProperty("errors")[0];
        Assert.Equal("directory", error.GetProperty("field").GetString());
        Assert.Contains(says, error.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(before, Directory.GetFileSystemEntries(_folder.Data).Length);
        Assert.Equal("none", (await AskAsync("GET", "backup")).GetProperty("state").GetString());
    }

    [Fact]
    public async Task The_answer_says_whose_backup_it_is()
    {
        var status = await AskAsync("GET", "backup");
        Assert.Equal((_journal.Options.Node, _folder.Data),
            (status.GetProperty("node").GetInt32(), status.GetProperty("data").GetString()));
    }

    [Fact]
    public async Task A_backup_that_fails_says_why()
    {
        Directory.CreateDirectory(_folder.File("other/journal"));
        await File.WriteAllTextAsync(_folder.File("other/journal/FORMAT"), "journal 3 node 77\n");
        await AskAsync("POST", "backup", $$"""{"directory": "{{_folder.File("other")}}"}""", 202);
        Assert.True(_backups.Wait(TimeSpan.FromSeconds(30)));
        var failed = await AskAsync("GET", "backup");
        Assert.Equal("failed", failed.GetProperty("state").GetString());
        Assert.Contains(_folder.File("other"), failed.GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Equal((0, 1), (_backups.Succeeded, _backups.Failed));
    }

    [Theory]
    [InlineData("""{"directory": "relative"}""", "directory")]
    [InlineData("""{"directory": "/a", "keep": 0}""", "keep")]
    [InlineData("""{"directory": "/a", "bytes_per_second": -1}""", "bytes_per_second")]
    public async Task A_wrong_member_is_named(string body, string field)
    {
        var problem = await AskAsync("POST", "backup", body, 400);
        Assert.Equal(field, Assert.Single(problem.GetProperty("errors").EnumerateArray()).GetProperty("field").GetString());
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[")]
    [InlineData("null")]
    [InlineData("""{"directory": 7}""")]
    public async Task What_is_no_request_is_a_problem(string body) =>
        Assert.Equal(400, (await AskAsync("POST", "backup", body, 400)).GetProperty("status").GetInt32());

    [Fact]
    public async Task Numbers_are_taken_over_shown_and_looked_up()
    {
        var empty = await AskAsync("GET", "mnp");
        Assert.Empty(empty.GetProperty("datasets").EnumerateArray());
        var file = _folder.File("lv.csv");
        await File.WriteAllLinesAsync(file, ["1;x;20000001;BC1;2020.01.02 03:04:05", "2;x;20000002;BC1;2021.01.02 03:04:05"]);
        var report = NumberImport.Prepare(ImportFormat.Load("lv"), file, PortedNumbers.Folder(_folder.Data));
        Assert.Null(NumberStore.Outcome(report.Package));
        _numbers.TakeOver();
        Assert.Equal("", NumberStore.Outcome(report.Package));
        var dataset = Assert.Single((await AskAsync("GET", "mnp")).GetProperty("datasets").EnumerateArray());
        Assert.Equal(2, dataset.GetProperty("numbers").GetInt64());
        var found = await AskAsync("GET", "mnp/37120000001");
        Assert.True(found.GetProperty("ported").GetBoolean());
        Assert.Equal("247", found.GetProperty("mcc").GetString());
        Assert.False((await AskAsync("GET", "mnp/%2B37120000003")).GetProperty("ported").GetBoolean());
        await AskAsync("GET", "mnp/none", status: 400);
        var metrics = MetricsTests.Text(_metrics);
        Assert.Contains("\nsms_ported_numbers{dataset=\"LV\"} 2\n", metrics, StringComparison.Ordinal);
        Assert.Contains("\nsms_ported_numbers_generation{dataset=\"LV\"} 1\n", metrics, StringComparison.Ordinal);
        Assert.Contains("\nsms_ported_numbers_lookups_total 2\n", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public void A_package_that_cannot_be_applied_is_counted_and_set_aside()
    {
        var package = Path.Combine(PortedNumbers.Folder(_folder.Data), "incoming", "1-x-1.ready");
        Directory.CreateDirectory(package);
        File.WriteAllText(Path.Combine(package, "manifest.json"), "{");
        _numbers.TakeOver();
        Assert.NotEqual("", NumberStore.Outcome(package));
        Assert.Contains("\nsms_ported_numbers_imports_refused_total 1\n", MetricsTests.Text(_metrics), StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_numbers_are_refused_with_a_way_out()
    {
        _numbers.Dispose();
        File.Delete(Path.Combine(PortedNumbers.Folder(_folder.Data), "CURRENT"));
        var error = Assert.Throws<StoreException>(() =>
            new PortedNumbers(_folder.Data, new MetricsRegistry(), NullLogger.Instance));
        Assert.Contains("move", error.Message, StringComparison.Ordinal);
        Assert.Contains("mnp import", error.Message, StringComparison.Ordinal);
    }

    private async Task<JsonElement> AskAsync(string method, string call, string? body = null, int status = 200)
    {
        var context = new DefaultHttpContext();
        context.Request.Method = method;
        context.Request.Path = AdminApi.Base + Uri.UnescapeDataString(call);
        using var answer = new MemoryStream();
        context.Response.Body = answer;
        if (body is not null)
        {
            context.Request.ContentType = "application/json";
            context.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes(body));
        }

        await _api.HandleAsync(context);
        var text = Encoding.UTF8.GetString(answer.ToArray());
        Assert.True(status == context.Response.StatusCode, $"{context.Response.StatusCode}: {text}");
        return JsonDocument.Parse(text).RootElement;
    }
}
