using System.Text;
using Store.Numbers;
using Xunit;

namespace Store.Tests.Numbers;

public sealed class NumberImportTests : IDisposable
{
    private static readonly ImportFormat Format = new()
    {
        Name = "XX",
        CountryCode = "49",
        MinDigits = 6,
        MaxDigits = 11,
        Columns = new ImportColumns { Number = "1", Operator = "2", Mnc = "3", Date = "4", Action = "5" },
        Actions = new() { ["A"] = "set", ["D"] = "remove" },
        DateFormat = "dd.MM.yyyy",
        Mcc = "262",
        MaxBadShare = 1,
    };

    private readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("12345,op,01,01.02.2020,A", "number: \"12345\", expected 6 to 11 digits")]
    [InlineData("123456789012,op,01,01.02.2020,A", "number")]
    [InlineData("12345x,op,01,01.02.2020,A", "number: \"12345x\"")]
    [InlineData(",op,01,01.02.2020,A", "number")]
    [InlineData("+49123456,op,01,01.02.2020,A", "number")]
    [InlineData("123456,,,01.02.2020,A", "operator: \"\", expected a code")]
    [InlineData("123456,op,1x,01.02.2020,A", "mnc: \"1x\"")]
    [InlineData("123456,op,01,31.02.2020,A", "date: \"31.02.2020\", expected dd.MM.yyyy")]
    [InlineData("123456,op,01,01.13.2020,A", "date")]
    [InlineData("123456,op,01,1.2.2020,A", "date")]
    [InlineData("123456,op,01,01.02.2020 x,A", "date")]
    [InlineData("123456,op,01,01.02.1999,A", "date")]
    [InlineData("123456,op,01,01.02.2020,B", "action: \"B\", expected A, D")]
    [InlineData("123456,op,01,01.02.2020", "action: \"\"")]
    [InlineData("123456,\"op,01,01.02.2020,A", "a quote is not closed")]
    [InlineData("garbage", "number: \"garbage\"")]
    public void A_bad_line_is_left_out_listed_with_its_reason_and_costs_the_others_nothing(string line, string reason)
    {
        var report = Prepare(Format, $"111111,op,01,01.02.2020,A\n{line}\n222222,op,01,01.02.2020,A\n");
        Assert.Equal((3, 2, 1), (report.Counts.Lines, report.Counts.Numbers, report.Counts.Bad));
        var bad = Assert.Single(report.BadLines);
        Assert.Equal((2, line), (bad.Line, bad.Text));
        Assert.StartsWith(reason, bad.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Quotes_byte_order_marks_blank_lines_and_a_last_line_without_end_are_read()
    {
        var report = Prepare(Format, "\uFEFF\"111111\",\"op, with \"\"comma\",01,01.02.2020,A\r\n\r\n222222,op,01,,A");
        Assert.Equal((2, 2, 0), (report.Counts.Lines, report.Counts.Numbers, report.Counts.Bad));
    }

    [Fact]
    public void Too_many_bad_lines_refuse_the_whole()
    {
        var error = Assert.Throws<BadLinesException>(() => Prepare(Format with { MaxBadShare = 0.3 },
            "111111,op,01,01.02.2020,A\nbad\nworse\n"));
        Assert.Equal(2, error.Count);
        Assert.Equal([(2, "bad"), (3, "worse")], error.Lines.Select(bad => (bad.Line, bad.Text)));
        Assert.Contains("2 of 3 lines are bad", error.Message, StringComparison.Ordinal);
        Assert.Contains("line 2: number", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetDirectories(_folder.File("numbers/incoming")));
    }

    [Fact]
    public void What_a_killed_import_left_is_removed_by_the_next_and_a_living_ones_is_not()
    {
        var dead = Directory.CreateDirectory(_folder.File("numbers/incoming/20200101T0000000000000-XX-99999999.part"));
        var alive = Directory.CreateDirectory(
            _folder.File($"numbers/incoming/20200101T0000000000000-XX-{Environment.ProcessId}.part"));
        Prepare(Format, "111111,op,01,01.02.2020,A\n");
        Assert.False(Directory.Exists(dead.FullName));
        Assert.True(Directory.Exists(alive.FullName));
    }

    [Fact]
    public void What_a_killed_import_left_is_removed_when_the_store_is_opened()
    {
        var dead = Directory.CreateDirectory(_folder.File("numbers/incoming/20200101T0000000000000-XX-99999999.part"));
        var alive = Directory.CreateDirectory(
            _folder.File($"numbers/incoming/20200101T0000000000000-XX-{Environment.ProcessId}.part"));
        File.WriteAllText(Path.Combine(dead.FullName, "run-1"), "half");
        NumberStore.Open(_folder.File("numbers")).Dispose();
        Assert.False(Directory.Exists(dead.FullName));
        Assert.True(Directory.Exists(alive.FullName));
    }

    [Fact]
    public void An_endless_line_is_one_bad_line()
    {
        var report = Prepare(Format, new string('1', 5_000_000) + "\n222222,op,01,01.02.2020,A\n");
        Assert.Equal((2, 1, 1), (report.Counts.Lines, report.Counts.Numbers, report.Counts.Bad));
    }

    [Fact]
    public void A_snapshot_of_nothing_is_refused() =>
        Assert.Throws<FormatException>(() => Prepare(Format, "111111,op,01,01.02.2020,D\n"));

    [Fact]
    public void A_column_that_the_header_lacks_is_named()
    {
        var error = Assert.Throws<FormatException>(() => Prepare(
            Format with { Header = true,
                Columns = Format.Columns with { Number = "Msisdn" } }, "Number,Op,Mnc,Date,Action\n"));
        Assert.Contains("\"Msisdn\" is not in the header (Number, Op, Mnc, Date, Action)", error.Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}", "name")]
    [InlineData("""{"name":"X","country_code":"49","columns":COLUMNS,"delimeter":";"}""", "delimeter")]
    [InlineData("""{"name":"X","country_code":"049","columns":COLUMNS}""", "country_code: expected")]
    [InlineData("""{"name":"X","country_code":"49","columns":{"number":"1"}}""", "columns: expected operator")]
    [InlineData("""{"name":"X","country_code":"49","delimiter":";;","columns":COLUMNS}""", "delimiter")]
    [InlineData("""{"name":"X","country_code":"49","columns":DATED}""", "date_format")]
    [InlineData("""{"name":"X","country_code":"49","date_format":"d.M.yyyy","columns":COLUMNS}""", "date_format")]
    [InlineData("""{"name":"X","country_code":"49","mode":"some","columns":COLUMNS}""", "mode")]
    [InlineData("nonsense", "nonsense")]
    public void A_wrong_format_names_its_field(string json, string says)
    {
        var file = _folder.File("format-with-nonsense.json");
        File.WriteAllText(file, json
            .Replace("COLUMNS", """{"number":"1","operator":"2"}""", StringComparison.Ordinal)
            .Replace("DATED", """{"number":"1","operator":"2","date":"3"}""", StringComparison.Ordinal));
        var error = Assert.Throws<FormatException>(() => ImportFormat.Load(file));
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_format_lists_the_known_ones()
    {
        var error = Assert.Throws<FormatException>(() => ImportFormat.Load("nowhere"));
        Assert.Contains("au, br, by, de, ge, kz, lv, ru", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Random_bytes_are_bad_lines_and_nothing_worse()
    {
        var random = new Random(3);
        for (var round = 0; round < 200; round++)
        {
            var bytes = new byte[random.Next(2000)];
            random.NextBytes(bytes);
            for (var i = 0; i < bytes.Length; i++)
            {
                bytes[i] = random.Next(3) == 0 ? "\n,\"1A.0"u8[random.Next(7)] : bytes[i];
            }
            var text = "111111,op,01,01.02.2020,A\n"u8.ToArray().Concat(bytes).ToArray();
            var report = NumberImport.Prepare(Format, new MemoryStream(text), _folder.File("numbers"));
            Assert.Equal(report.Counts.Lines, report.Counts.Bad + report.Counts.Numbers + report.Counts.Duplicates);
        }
    }

    private ImportReport Prepare(ImportFormat format, string text) =>
        NumberImport.Prepare(format, new MemoryStream(Encoding.UTF8.GetBytes(text)), _folder.File("numbers"));
}
