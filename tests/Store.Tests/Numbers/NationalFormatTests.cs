using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Store.Numbers;
using Xunit;

namespace Store.Tests.Numbers;

/// <summary>Each of the layouts that national databases deliver, by its built-in format.</summary>
public sealed class NationalFormatTests : IDisposable
{
    private readonly Folder _folder = new();
    private readonly NumberStore _store;

    public NationalFormatTests() => _store = NumberStore.Open(_folder.File("numbers"));

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Every_built_in_format_is_valid()
    {
        Assert.Equal(["au", "br", "by", "de", "ge", "kz", "lv", "ru"], ImportFormat.BuiltIn);
        Assert.All(ImportFormat.BuiltIn, name => Assert.Equal(name, ImportFormat.Load(name).Name.ToLowerInvariant()));
    }

    [Fact]
    public void Russia()
    {
        var report = Import("ru", """
            Number,OwnerId,MNC,Route,RegionCode,PortDate,RowCount
            9000000000,mMEGAFON,02,D2502,25,2016-09-07T12:00:17+03:00,2
            9000000001,mMEGAFON,02,D2502,25,2016-07-26T17:00:07+03:00,
            """);
        Assert.Equal((2, 2, 0), (report.Counts.Lines, report.Counts.Numbers, report.Counts.Bad));
        Expect(79000000000, "mMEGAFON", "250", "02", "2016-09-07 09:00:17");
        Expect(79000000001, "mMEGAFON", "250", "02", "2016-07-26 14:00:07");
    }

    [Fact]
    public void Russias_longer_form_and_a_file_that_was_cut()
    {
        const string Header = "Number,OwnerId,MNC,Route,RegionCode,PortDate,RowCount,NPId,DonorId,RangeHolderId,"
            + "OldRoute,OldMNC,ProcessType\n";
        const string Line = "9000000000,mMEGAFON,02,D2502,25,2016-09-07T12:00:17+03:00,{0},1000000006441231,mTELE2,"
            + "mTELE2,,,ShortTimePort\n";
        Import("ru", Header + string.Format(CultureInfo.InvariantCulture, Line, 1));
        Expect(79000000000, "mMEGAFON", "250", "02", "2016-09-07 09:00:17");
        var error = Assert.Throws<FormatException>(
            () => Import("ru", Header + string.Format(CultureInfo.InvariantCulture, Line, 7978178)));
        Assert.Contains("says it has 7978178 lines, but has 1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Kazakhstan()
    {
        Import("kz", "Number,OwnerId,MNC,Route,PortDate,RowCount\n7011112222,KCELL,2,D1,2016-09-07T12:00:17+06:00,1\n");
        Expect(77011112222, "KCELL", "401", "02", "2016-09-07 06:00:17");
    }

    [Fact]
    public void Belarus_as_a_workbook()
    {
        var file = _folder.File("by.xlsx");
        WriteWorkbook(file, ["4", "375291234567", "01.02.2020 10:11:12"], ["1", "375331234567", "02.02.2020 00:00:00"]);
        _store.Apply(NumberImport.Prepare(ImportFormat.Load("by"), file, _store.StorePath).Package);
        Expect(375291234567, "25704", "257", "04", "2020-02-01 07:11:12");
        Expect(375331234567, "25701", "257", "01", "2020-02-01 21:00:00");
    }

    [Fact]
    public void Latvia_with_padded_fields()
    {
        Import("lv", "x; LMT Retail ;20000001; BC1345 ; 2019.05.06 07:08:09 \n"
            + "x;Bite;20000002;BC4;2019.05.06 07:08:09\n");
        Expect(37120000001, "BC1345", "247", "01", "2019-05-06 05:08:09");
        Expect(37120000002, "BC4", "247", "05", "2019-05-06 05:08:09");
        Assert.True(_store.TryFind(37120000001, out var found));
        Assert.Equal("LMT", found.Operator.Name);
    }

    [Fact]
    public void Georgia_with_other_record_types_left_out()
    {
        var format = ImportFormat.Load("ge") with { Operators = new() { ["7"] = new("282", "01", "Geocell") } };
        var report = Import(format, """
            type;x;kind;number;x;operator;x;x;x;from
            10;;2;555000001;;7;;;;2018-01-02 03:04:05
            10;;1;322000001;;7;;;;2018-01-02 03:04:05
            20;;2;555000002;;7;;;;2018-01-02 03:04:05
            10;;2;555000003;;8;;;;2018-01-02 03:04:05
            """);
        Assert.Equal((2, 2, 1), (report.Counts.Numbers, report.Counts.Filtered, report.Counts.OperatorsUnmapped));
        Expect(995555000001, "7", "282", "01", "2018-01-01 23:04:05");
        Expect(995555000003, "8", null, null, "2018-01-01 23:04:05");
        Assert.False(_store.TryFind(995322000001, out _));
    }

    [Fact]
    public void Brazil_as_a_compressed_event_log()
    {
        var file = _folder.File("br.csv.gz");
        using (var gzip = new GZipStream(File.Create(file), CompressionLevel.Fastest))
        {
            gzip.Write(Encoding.UTF8.GetBytes("""
                TIPO REG;NUMERO BP;TN INICIAL;RECEPTORA;RECEPTORA;DOADORA;DOADORA;DATA AGENDAMENTO;STATUS;STATUS;ORIGEM
                1;7266080;2139838686;0123;TIM SA;0121;EMBRATEL;11/06/2010 00:00:00;1;Ativo;Nao
                1;7266081;2139838687;0123;TIM SA;0121;EMBRATEL;12/06/2010 00:00:00;1;Ativo;Nao
                1;7266082;2139838686;0999;OTHER;0123;TIM SA;10/06/2010 00:00:00;1;Ativo;Nao
                1;7266083;2139838687;0121;EMBRATEL;0123;TIM SA;12/06/2011 00:00:00;1;Ativo;Sim
                1;7266084;2139838688;0123;TIM SA;0121;EMBRATEL;12/06/2011 00:00:00;2;Cancelado;Nao
                """));
        }
        var report = NumberImport.Prepare(ImportFormat.Load("br"), file, _store.StorePath);
        _store.Apply(report.Package);
        Assert.Equal((5, 1, 1, 2, 1), (report.Counts.Lines, report.Counts.Numbers, report.Counts.Removed,
            report.Counts.Duplicates, report.Counts.Filtered));
        Expect(552139838686, "0123", null, null, "2010-06-11 03:00:00");
        Assert.False(_store.TryFind(552139838687, out _));
        Assert.False(_store.TryFind(552139838688, out _));
    }

    [Fact]
    public void Australia_first_whole_then_daily()
    {
        var format = ImportFormat.Load("au");
        Import(format with { Mode = ImportMode.Snapshot }, "A|0412345678|4471\nA|0412345679|4471\nA|0412345680|4471\n");
        Import(format, "C|0412345678|2001\nD|0412345679|\nA|0412345681|2001\n");
        Expect(61412345678, "2001", null, null, null);
        Assert.False(_store.TryFind(61412345679, out _));
        Expect(61412345680, "4471", null, null, null);
        Expect(61412345681, "2001", null, null, null);
    }

    [Fact]
    public void Germany_by_blocks_in_an_archive()
    {
        var file = _folder.File("de.zip");
        using (var zip = ZipFile.Open(file, ZipArchiveMode.Create))
        using (var entry = zip.CreateEntry("pdb.csv").Open())
        {
            entry.Write("495041748;012\r\n493687413;009\r\n4936874135;001\r\n491711234567;003\r\n"u8);
        }
        _store.Apply(NumberImport.Prepare(ImportFormat.Load("de"), file, _store.StorePath).Package);
        Expect(49504174899, "012", null, null, null);
        Expect(49368741340, "009", null, null, null);
        Expect(49368741359, "001", null, null, null);
        Expect(491711234567, "003", null, null, null);
        Assert.False(_store.TryFind(491711234568, out _));
    }

    [Fact]
    public void Every_layout_of_the_shared_list_has_a_format()
    {
        var list = FindShared("data/mnp_formats.json");
        if (list == null)
        {
            Console.WriteLine("skipped: ../shared/data/mnp_formats.json is not there");
            return;
        }
        var countries = JsonDocument.Parse(File.ReadAllText(list)).RootElement.EnumerateArray()
            .Select(e => e.GetProperty("country").GetString()![..2].ToLowerInvariant());
        Assert.Empty(countries.Except(ImportFormat.BuiltIn));
    }

    private static string? FindShared(string name)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder != null; folder = folder.Parent)
        {
            var file = Path.Combine(folder.FullName, "shared", name);
            if (File.Exists(file))
            {
                return file;
            }
        }
        return null;
    }

    private static void WriteWorkbook(string file, params string[][] rows)
    {
        using var zip = ZipFile.Open(file, ZipArchiveMode.Create);
        var strings = rows.SelectMany(row => row.Skip(1)).ToList();
        Write("xl/sharedStrings.xml", "<sst xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'>"
            + string.Concat(strings.Select(s => $"<si><t>{s}</t></si>")) + "</sst>");
        Write("xl/worksheets/sheet1.xml",
            "<worksheet xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'><sheetData>"
            + string.Concat(rows.Select((row, r) => $"<row r='{r + 1}'>" + string.Concat(row.Select((cell, c) => c == 0
                ? $"<c r='A{r + 1}'><v>{cell}</v></c>"
                : $"<c r='{(char)('A' + c)}{r + 1}' t='s'><v>{strings.IndexOf(cell)}</v></c>")) + "</row>"))
            + "</sheetData></worksheet>");

        void Write(string name, string text)
        {
            using var entry = zip.CreateEntry(name).Open();
            entry.Write(Encoding.UTF8.GetBytes(text));
        }
    }

    private void Expect(ulong number, string code, string? mcc, string? mnc, string? since)
    {
        Assert.True(_store.TryFind(number, out var found));
        Assert.Equal((code, mcc, mnc, since), (found.Operator.Code, found.Operator.Mcc, found.Operator.Mnc,
            found.SinceTime?.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)));
    }

    private ImportReport Import(string format, string text) => Import(ImportFormat.Load(format), text);

    private ImportReport Import(ImportFormat format, string text)
    {
        var report = NumberImport.Prepare(format, new MemoryStream(Encoding.UTF8.GetBytes(text)), _store.StorePath);
        _store.Apply(report.Package);
        return report;
    }
}
