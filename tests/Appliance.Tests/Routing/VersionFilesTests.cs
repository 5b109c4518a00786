using System.Text;
using Appliance.Operate;
using Appliance.Routing.Versions;
using Xunit;

namespace Appliance.Tests.Routing;

/// <summary>What price files said belongs to the versions that name them.</summary>
public sealed class VersionFilesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;
    private readonly string _prices;
    private readonly byte[] _document;
    private readonly List<string> _read = [];

    public VersionFilesTests()
    {
        _prices = Path.Combine(_folder, "prices.csv");
        _document = Encoding.UTF8.GetBytes(
            $$$"""{"routes":[],"money":{"margin":"allow","price_files":["{{{_prices}}}"],"cost_files":[]}}""");
        File.WriteAllText(_prices, "one");
    }

    private string Data => Path.Combine(_folder, "data");

    public void Dispose() => Directory.Delete(_folder, true);

    [Fact]
    public void Going_back_goes_back_to_what_the_file_said()
    {
        var versions = Open();
        Assert.Equal(ProposalResult.Done, Propose(versions).Result);
        Assert.Equal(ProposalResult.Unchanged, Propose(versions).Result);
        Assert.Null(versions.ReadFile(out _));
        versions.NoteFile(versions.Read().Content);
        File.WriteAllText(_prices, "two");
        Assert.Equal(versions.Read().Content, versions.ReadFile(out var changed));
        Assert.Equal([_prices], changed);
        Assert.Equal(2, Propose(versions).Version!.Number);
        versions.NoteFile(versions.Read().Content);
        Assert.NotNull(versions.ReadFile(out changed));
        Assert.Empty(changed);
        Assert.Equal(3, versions.RollBack(1, "me").Version!.Number);
        // Each was read as it was when it was proposed.
        Assert.Equal(["one", "one", "two", "one"], _read);
        var again = Open();
        again.AsKept(Note);
        Assert.Equal("one", _read[^1]);
        // Outside of a version a document is about what the file says now.
        Note(again.Read().Content);
        Assert.Equal("two", _read[^1]);
        Assert.Equal(2, Directory.GetFiles(Path.Combine(Data, "tables", "files")).Length);
    }

    [Fact]
    public void A_file_is_read_again_and_the_document_stays()
    {
        var versions = Open();
        Propose(versions);
        var other = Path.Combine(_folder, "other.csv");
        File.WriteAllText(other, "kept");
        var both = Encoding.UTF8.GetBytes(
            $$$"""{"routes":[{"name":"api"}],"money":{"price_files":["{{{_prices}}}","{{{other}}}"]}}""");
        versions.Propose(both, "api", "");
        File.WriteAllText(_prices, "two");
        File.WriteAllText(other, "not asked for");
        Assert.True(versions.Names(_prices));
        Assert.False(versions.Names("no.csv"));
        Assert.Equal(3, versions.ProposeFiles(both, [_prices], "file", "").Version!.Number);
        Assert.Equal(both, versions.Read().Content);
        Assert.Equal(["two", "kept"], versions.AsKept(content => TextsOf(versions.Bind(content))));
        Assert.Equal(["two", "kept"], TextsOf(_bound[^1]));
    }

    [Fact]
    public void What_a_file_said_before_and_says_is_told_line_by_line()
    {
        var versions = Open();
        File.WriteAllText(_prices, "account,prefix,price\na,49,0.02\na,33,0.03\na,1,0.04\n");
        Propose(versions);
        File.WriteAllText(_prices, "account,prefix,price\na,1,0.05\na,33,0.03\nb,7,0.06\nb,8,0.06\n");
        Assert.Equal(
            [
                $"~ file {_prices}: 2 lines added, 1 removed, 1 changed", $"~ file {_prices}: a,1,0.04 -> a,1,0.05",
                $"- file {_prices}: a,49,0.02", $"+ file {_prices}: b,7,0.06", $"+ file {_prices}: b,8,0.06",
            ], versions.DiffFilesNow(_document));
        Propose(versions);
        Assert.Equal(5, versions.Diff(1, 2)!.Count);
        Assert.Empty(versions.DiffFilesNow(_document));
        versions.Propose("""{"routes":[],"money":{"margin":"allow"}}"""u8.ToArray(), "api", "");
        Assert.Equal([$"- file {_prices}: 5 lines"], versions.DiffFiles(2, 3));
        Assert.Equal([$"+ file {_prices}: 4 lines"], versions.DiffFiles(3, 1));
    }

    [Fact]
    public void A_file_that_is_refused_leaves_nothing_and_is_named_as_it_was_given()
    {
        var versions = Open();
        File.WriteAllText(_prices, "bad");
        var error = Assert.Single(Propose(versions).Errors);
        Assert.Equal(_prices + ":1", error.Path);
        Assert.Empty(Directory.GetFiles(Path.Combine(Data, "tables", "files")));
        File.Delete(_prices);
        Assert.Equal("no such file", Assert.Single(Propose(versions).Errors).Found);
    }

    [Fact]
    public void Copies_go_with_the_last_version_that_names_them()
    {
        var versions = Open(kept: 2);
        for (var i = 0; i < 5; i++)
        {
            File.WriteAllText(_prices, $"of {i % 4}");
            Propose(versions);
        }

        Assert.Equal(["of 0", "of 3"], Directory.GetFiles(Path.Combine(Data, "tables", "files"))
            .Select(File.ReadAllText).Order());
    }

    [Fact]
    public void A_copy_that_is_gone_or_damaged_is_found_and_a_backup_has_all_of_them()
    {
        var versions = Open();
        Propose(versions);
        var backups = Path.Combine(_folder, "backups");
        new VersionFolder(Data).CopyTo(backups);
        Assert.Equal(1, new VersionFolder(backups).Verify());
        var copy = Assert.Single(Directory.GetFiles(Path.Combine(Data, "tables", "files")));
        File.WriteAllText(copy, "other");
        Assert.Contains("another checksum", Fault(), StringComparison.Ordinal);
        File.Delete(copy);
        Assert.Contains($"is missing, which is what {_prices} said", Fault(), StringComparison.Ordinal);
        Assert.Throws<Store.StoreException>(() => versions.RollBack(1, "me"));
        new VersionFolder(Data).RestoreFrom(backups);
        Assert.Equal(1, new VersionFolder(Data).Verify());

        string Fault() => Assert.Throws<Store.StoreException>(() => new VersionFolder(Data).Verify()).Message;
    }

    private RouteVersions Open(int kept = 200)
    {
        RouteVersions? versions = null;
        versions = new RouteVersions(new VersionFolder(Data).Path, Validate, TimeProvider.System, kept);
        _bind = versions.Bind;
        return versions;
    }

    private Func<byte[], byte[]> _bind = content => content;

    private readonly List<byte[]> _bound = [];

    private static IEnumerable<string> TextsOf(byte[] document) =>
        System.Text.Json.JsonDocument.Parse(document).RootElement.GetProperty("money").GetProperty("price_files")
            .EnumerateArray().Select(file => File.ReadAllText(file.GetString()!));

    private IReadOnlyList<ConfigurationError> Validate(byte[] content)
    {
        if (!Encoding.UTF8.GetString(content).Contains("price_files", StringComparison.Ordinal)) return [];
        _bound.Add(_bind(content));
        var path = PathIn(_bind(content));
        if (!File.Exists(path)) return [new ConfigurationError(path, "no such file", "a file")];
        Note(content);
        return _read[^1] == "bad" ? [new ConfigurationError(path + ":1", "bad", "good")] : [];
    }

    private bool Note(byte[] content)
    {
        _read.Add(File.ReadAllText(PathIn(_bind(content))));
        return true;
    }

    private static string PathIn(byte[] content) => System.Text.Json.JsonDocument.Parse(content).RootElement
        .GetProperty("money").GetProperty("price_files")[0].GetString()!;

    private Proposal Propose(RouteVersions versions) => versions.Propose(_document, "file", "");
}
