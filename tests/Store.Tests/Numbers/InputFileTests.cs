using System.IO.Compression;
using System.Text;
using Store.Numbers;
using Xunit;

namespace Store.Tests.Numbers;

/// <summary>What came only in part, or not as it was sent, is refused as a whole.</summary>
public sealed class InputFileTests : IDisposable
{
    private static readonly ImportFormat Format = new()
    {
        Name = "XX",
        CountryCode = "49",
        MinDigits = 6,
        MaxDigits = 11,
        Columns = new ImportColumns { Number = "1", Operator = "2" },
        MaxBadShare = 1,
    };

    private readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Each_cut_of_a_gzip_file_is_refused_and_leaves_nothing()
    {
        var whole = Gzip(Lines(0, 40));
        Assert.Equal(Lines(0, 40), Read("whole.gz", whole));
        for (var length = 0; length < whole.Length; length++)
        {
            var file = Write("cut.gz", whole[..length]);
            var error = Assert.Throws<FormatException>(() => NumberImport.Prepare(Format, file, _folder.File("numbers")));
            Assert.Contains("cut.gz", error.Message, StringComparison.Ordinal);
            Assert.Contains("nothing was imported", error.Message, StringComparison.Ordinal);
        }
        Assert.Empty(Directory.GetFiles(_folder.File("numbers"), "*", SearchOption.AllDirectories));
    }

    [Fact]
    public void A_large_gzip_file_cut_anywhere_near_a_read_ahead_is_refused()
    {
        var whole = Gzip(Lines(0, 300_000));
        Assert.Equal(Lines(0, 300_000), Read("whole.gz", whole));
        foreach (var length in new[] { 1 << 13, (1 << 13) + 1, 1 << 16, whole.Length / 2, whole.Length - 8, whole.Length - 1 })
        {
            Assert.Throws<FormatException>(() => Read("cut.gz", whole[..length]));
        }
    }

    [Fact]
    public void Members_follow_each_other_and_zeros_fill_up()
    {
        byte[] members = [.. Gzip(Lines(0, 5)), .. Gzip(""), .. Gzip(Lines(5, 20_000)), .. Named(Lines(20_000, 20_010))];
        Assert.Equal(Lines(0, 20_010), Read("members.gz", members));
        Assert.Equal(Lines(0, 20_010), Read("members.gz", [.. members, .. new byte[1000]]));
        Assert.Equal("", Read("nothing.gz", Gzip("")));
    }

    [Fact]
    public void A_later_member_that_is_cut_is_refused()
    {
        var (first, second) = (Gzip(Lines(0, 5)), Named(Lines(5, 9)));
        for (var length = 1; length < second.Length; length++)
        {
            Assert.Throws<FormatException>(() => Read("members.gz", [.. first, .. second[..length]]));
        }
    }

    [Theory]
    [InlineData("x")]
    [InlineData("\u001f")]
    [InlineData("\u001fx and more of it")]
    [InlineData("\0\0\0x")]
    public void What_follows_the_last_member_is_refused(string garbage) =>
        Assert.Throws<FormatException>(() => Read("more.gz", [.. Gzip(Lines(0, 5)), .. Encoding.Latin1.GetBytes(garbage)]));

    [Fact]
    public void Each_flipped_byte_of_data_and_trailer_is_refused_or_changes_nothing()
    {
        const int Header = 10, Trailer = 8;
        var whole = Gzip(Lines(0, 40));
        for (var at = Header; at < whole.Length; at++)
        {
            var bytes = whole.ToArray();
            bytes[at] ^= 0x10;
            if (at >= whole.Length - Trailer)
            {
                Assert.Throws<FormatException>(() => Read("flipped.gz", bytes));
            }
            AssertRefusedOr(Lines(0, 40), "flipped.gz", bytes); // the data's last byte has bits that are not used
        }
    }

    [Theory]
    [InlineData("empty.csv")]
    [InlineData("empty.gz")]
    [InlineData("empty.zip")]
    [InlineData("empty.xlsx")]
    public void An_empty_file_is_refused(string name) =>
        Assert.Contains("is empty", Assert.Throws<FormatException>(() => Read(name, [])).Message,
            StringComparison.Ordinal);

    [Theory]
    [InlineData("archive.zip")]
    [InlineData("book.xlsx")]
    public void Each_cut_and_each_flipped_byte_of_an_archive_is_refused_in_words(string name)
    {
        var whole = name.EndsWith(".zip", StringComparison.Ordinal) ? Zip(("numbers.csv", Lines(0, 40))) : Book();
        var expected = Read(name, whole);
        Assert.Contains("123456", expected, StringComparison.Ordinal);
        for (var at = 0; at < whole.Length; at++)
        {
            AssertRefusedOr(expected, name, whole[..at]);
            var bytes = whole.ToArray();
            bytes[at] ^= 0x10;
            AssertRefusedOr(expected, name, bytes);
        }
    }

    /// <summary>A byte of a date changes nothing; any other error than a FormatException fails the test.</summary>
    private void AssertRefusedOr(string expected, string name, byte[] bytes)
    {
        try
        {
            Assert.Equal(expected, Read(name, bytes));
        }
        catch (FormatException error)
        {
            Assert.Contains(name, error.Message, StringComparison.Ordinal);
        }
    }

    private string Read(string name, byte[] bytes)
    {
        using var stream = InputFile.Open(Write(name, bytes), ',');
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private string Write(string name, byte[] bytes)
    {
        var path = _folder.File(name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    private static string Lines(int from, int to) =>
        string.Concat(Enumerable.Range(from, to - from).Select(i => $"{123456 + i},op{i % 7}\n"));

    private static byte[] Gzip(string text)
    {
        var file = new MemoryStream();
        using (var gzip = new GZipStream(file, CompressionLevel.Fastest))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
            gzip.Flush();
        }
        return file.ToArray() is { Length: > 0 } bytes ? bytes
            : Convert.FromHexString("1f8b080000000000000303000000000000000000");
    }

    /// <summary>A member with a name, a comment and an extra field in its header.</summary>
    private static byte[] Named(string text)
    {
        var plain = Gzip(text);
        plain[3] = 4 | 8 | 16;
        return [.. plain[..10], 3, 0, 1, 2, 3, .. "name\0"u8, .. "comment\0"u8, .. plain[10..]];
    }

    private static byte[] Zip(params (string Name, string Text)[] files)
    {
        var file = new MemoryStream();
        using (var archive = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, text) in files)
            {
                using var entry = archive.CreateEntry(name).Open();
                entry.Write(Encoding.UTF8.GetBytes(text));
            }
        }
        return file.ToArray();
    }

    private static byte[] Book() => Zip(
        ("xl/sharedStrings.xml", "<sst><si><t>op</t></si></sst>"),
        ("xl/worksheets/sheet1.xml",
            "<worksheet><sheetData><row><c r=\"A1\"><v>123456</v></c><c r=\"B1\" t=\"s\"><v>0</v></c></row></sheetData></worksheet>"));
}
