using System.IO.Compression;
using System.Text;
using Appliance.Numbering;
using Appliance.Operate.Metrics;
using Appliance.Operate.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Store;
using Store.Numbers;
using Xunit;

namespace Appliance.Tests.Numbering;

public sealed class RangeImportTests : IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("ranges").FullName;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public void Columns_are_found_by_place_or_by_name()
    {
        var places = Import("prefix=2,mcc=3,mnc=4,name=1,type=5", "Ours,+49171,262,01,mobile\n\"The, other\",49172,262,02,\n");
        Assert.Equal(
            [new("49171", new("262", "01", "Ours"), NumberType.Mobile), new("49172", new("262", "02", "The, other"), NumberType.Unknown)], places.Ranges);
        var named = Import("prefix=Range,mcc=MCC,mnc=MNC", "\uFEFFrange;x;mcc;mnc\r\n49171;y;262;02\r\n", ';');
        Assert.Equal([new("49171", new("262", "02", "Vodafone"), NumberType.Unknown)], named.Ranges);
        Assert.Equal([new("49171", null, NumberType.Voip)], Import("prefix=1,type=2", "p,t\n49171,voip\n", header: true).Ranges);
        Assert.Equal("Someone", Import("prefix=1,name=2", "49171,Someone").Ranges[0].Network!.Name);
    }

    [Theory]
    [InlineData("x49,262,01,a,", "prefix: \"x49\", expected 1 to 15 digits")]
    [InlineData("1234567890123456,262,01,a,", "expected 1 to 15 digits")]
    [InlineData(",262,01,a,", "expected 1 to 15 digits")]
    [InlineData("999,262,01,a,", "no assigned country code")]
    [InlineData("49171,26,01,a,", "mcc, mnc: \"26\", \"01\", expected three digits")]
    [InlineData("49171,262,,a,", "mcc, mnc: \"262\", \"\"")]
    [InlineData("49171,262,01,a,cellular", "type: \"cellular\", expected one of unknown, mobile")]
    [InlineData("49171,,,,", "neither a network nor a type")]
    [InlineData("49171,262,01,\"a,", "a quote is not closed")]
    [InlineData("4915,262,09,b,", "prefix: 4915 is another range in line 1")]
    public void A_bad_line_is_left_out_counted_and_listed(string line, string reason)
    {
        var report = Import("prefix=1,mcc=2,mnc=3,name=4,type=5", $"4915,262,01,a,\n{line}\n4917,262,02,b,mobile\n4917,262,02,b,mobile\n", share: 0.5);
        Assert.Equal((4, 1, 2), (report.Lines, report.Bad, report.Ranges.Count));
        var bad = Assert.Single(report.BadLines);
        Assert.Equal((2, line), (bad.Line, bad.Text));
        Assert.Contains(reason, bad.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cut_or_an_empty_file_is_refused()
    {
        var file = Path.Combine(_data, "ranges.csv.gz");
        using (var gzip = new GZipStream(File.Create(file), CompressionLevel.Fastest))
            gzip.Write(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 1000).Select(i => $"49{1710000 + i},262,01\n"))));
        var format = new RangeFormat(RangeColumns.Parse("prefix=1,mcc=2,mnc=3"), ',', false, 1);
        Assert.Equal(1000, RangeImport.Read(NumberPlan.Shipped, format, file).Ranges.Count);
        var whole = File.ReadAllBytes(file);
        File.WriteAllBytes(file, whole[..^8]);
        Assert.Contains("cut", Assert.Throws<FormatException>(() => RangeImport.Read(NumberPlan.Shipped, format, file)).Message, StringComparison.Ordinal);
        File.WriteAllBytes(file, []);
        Assert.Contains("empty", Assert.Throws<FormatException>(() => RangeImport.Read(NumberPlan.Shipped, format, file)).Message, StringComparison.Ordinal);
        Assert.Contains("no range", Assert.Throws<FormatException>(() => Import("prefix=1,mcc=2,mnc=3", "\n")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void With_too_many_bad_lines_nothing_is_imported()
    {
        var error = Assert.Throws<BadLinesException>(() => Import("prefix=1,type=2", "49,mobile\nx,mobile\n", share: 0.4));
        Assert.Equal((1L, 2L), (error.Count, Assert.Single(error.Lines).Line));
        Assert.Contains("1 of 2 lines are bad", error.Message, StringComparison.Ordinal);
        Assert.Contains("line 2: prefix", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("prefix=1")]
    [InlineData("mcc=1,mnc=2")]
    [InlineData("prefix=1,mcc=2")]
    [InlineData("prefix=1,prefix=2,type=3")]
    [InlineData("prefix=1,type=")]
    [InlineData("prefix=1,kind=2")]
    [InlineData("prefix=1,type=absent")]
    [InlineData("prefix=1,type=129")]
    public void Columns_that_cannot_be_are_refused(string columns) =>
        Assert.Contains("--columns", Assert.Throws<FormatException>(() => Import(columns, "a,b\n49,mobile\n")).Message, StringComparison.Ordinal);

    [Fact]
    public void What_is_written_is_read_again_and_damage_is_named()
    {
        var file = new RangeFile(_data);
        Assert.Equal(0, file.Read(out _).Count);
        NumberRange[] ranges =
        [
            new("49171", new("262", "01", "Ours Ö"), NumberType.Mobile), new("49172", null, NumberType.Voip),
            new("49173", new(null, null, "Name"), NumberType.Unknown),
        ];
        var digest = file.Write(ranges, new DateTime(2026, 11, 21, 4, 0, 0, DateTimeKind.Utc));
        var read = file.Read(out var again);
        Assert.Equal((3, digest, 2026), (read.Count, again, read.ImportedAt.Year));
        File.WriteAllText(file.Path, File.ReadAllText(file.Path).Replace(" 17", " x7", StringComparison.Ordinal));
        Assert.Contains("is no time", Assert.Throws<StoreException>(() => file.Read(out _)).Message, StringComparison.Ordinal);
        file.Write(ranges, new DateTime(2026, 11, 21, 4, 0, 0, DateTimeKind.Utc));
        Assert.All(ranges, range => Assert.Equal(range, read.Find(Encoding.ASCII.GetBytes(range.Prefix + "1"))));

        var bytes = File.ReadAllBytes(file.Path);
        for (var at = 0; at < bytes.Length; at += 7)
        {
            var damaged = bytes.ToArray();
            damaged[at] ^= 1;
            File.WriteAllBytes(file.Path, damaged);
            // The count and the time are told, and decide nothing.
            if (Record.Exception(() => file.Read(out _)) is { } error) Assert.Equal(StoreFault.Corrupt, Assert.IsType<StoreException>(error).Fault);
            else Assert.InRange(at, 19, 32);
        }
    }

    [Fact]
    public void A_running_appliance_takes_over_what_is_imported_and_keeps_what_it_has_where_that_is_damaged()
    {
        var file = new RangeFile(_data);
        using var ranges = new ImportedRanges(_data, new MetricsRegistry(), NullLogger.Instance);
        Assert.Null(file.TryLock());
        var digest = file.Write([new("49171", new("262", "42", "Ours"), NumberType.Mobile)], DateTime.UnixEpoch);
        Assert.Null(file.AnswerTo(digest));
        ranges.TakeOver();
        Assert.Equal("", file.AnswerTo(digest));
        Assert.Equal("42", Plan.Find("491711234567", ranges.Plan.Current).Network!.Mnc);

        File.WriteAllText(file.Path, "nonsense");
        ranges.TakeOver();
        Assert.Equal("42", Plan.Find("491711234567", ranges.Plan.Current).Network!.Mnc);
        Assert.Contains("damaged", file.AnswerTo("")!, StringComparison.Ordinal);

        file.Write([], DateTime.UnixEpoch);
        ranges.TakeOver();
        Assert.Equal("01", Plan.Find("491711234567", ranges.Plan.Current).Network!.Mnc);
    }

    private static RangeReport Import(string columns, string text, char delimiter = ',', bool header = false, double share = 0)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text));
        return RangeImport.Read(NumberPlan.Shipped, new RangeFormat(RangeColumns.Parse(columns), delimiter, header, share), stream);
    }
}
