using System.Text;
using Appliance.Operate;
using Appliance.Routing.Versions;
using Xunit;

namespace Appliance.Tests.Routing;

/// <summary>Tables with versions: all of a proposal or nothing, what differs, and back again.</summary>
public sealed class RouteVersionsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, true);

    [Fact]
    public void Versions_outlive_a_restart()
    {
        var versions = Open();
        Assert.Null(versions.Current);
        Assert.Equal(0, versions.Read().Number);
        Assert.Equal(ProposalResult.Done, Propose(versions, """{"a": 1}""").Result);
        Assert.Equal(ProposalResult.Done, Propose(versions, """{"a": 2}""", "two").Result);
        Assert.Equal(ProposalResult.Unchanged, Propose(versions, """{"a": 2}""").Result);
        var again = Open();
        Assert.Equal((2, """{"a": 2}"""), (again.Read().Number, Text(again.Read().Content)));
        Assert.Equal(["two", "first"], again.List().Select(version => version.Note));
        Assert.Equal(("me", 2), (again.Current!.Who, again.Current.Number));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite,
                File.GetUnixFileMode(Directory.GetFiles(_folder)[0]));
    }

    [Fact]
    public void The_loss_of_the_newest_version_is_named_and_does_not_pass_for_the_one_before()
    {
        var versions = Open();
        Propose(versions, """{"a": 1}""");
        Propose(versions, """{"a": 2}""");
        var newest = Path.Combine(_folder, "00000002.json");
        var away = newest + ".away";
        File.Move(newest, away);
        var error = Assert.Throws<Store.StoreException>(() => Open());
        Assert.Equal(Store.StoreFault.MissingFile, error.Fault);
        Assert.Contains("version 2, the newest, is missing (00000002.json)", error.Message, StringComparison.Ordinal);
        Assert.Contains("To go on with version 1, delete", error.Message, StringComparison.Ordinal);
        File.Move(away, newest);
        Assert.Equal(2, Open().Read().Number);
        File.Delete(newest);
        File.Delete(Path.Combine(_folder, "NEWEST"));
        Assert.Equal(1, Open().Read().Number);
        // That is the newest now, and its loss is found as well.
        File.Delete(Path.Combine(_folder, "00000001.json"));
        Assert.Throws<Store.StoreException>(() => Open());
    }

    [Fact]
    public void A_death_before_the_newest_number_is_written_and_a_folder_without_it_are_whole()
    {
        var versions = Open();
        Propose(versions, """{"a": 1}""");
        var before = File.ReadAllText(Path.Combine(_folder, "NEWEST"));
        Propose(versions, """{"a": 2}""");
        File.WriteAllText(Path.Combine(_folder, "NEWEST"), before);
        Assert.Equal(2, Open().Read().Number);
        Assert.Equal("2\n", File.ReadAllText(Path.Combine(_folder, "NEWEST")));
        File.WriteAllText(Path.Combine(_folder, "NEWEST"), "two");
        Assert.Contains("it has no number", Assert.Throws<Store.StoreException>(() => Open()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_proposal_with_faults_changes_nothing()
    {
        var versions = Open();
        Propose(versions, """{"a": 1}""");
        var proposal = Propose(versions, "bad", apply: _ => Assert.Fail("it is not to be applied"));
        Assert.Equal(ProposalResult.Invalid, proposal.Result);
        Assert.Equal("a", Assert.Single(proposal.Errors).Path);
        Assert.Equal(1, proposal.Version!.Number);
        Assert.Single(versions.List());
    }

    [Fact]
    public void A_proposal_made_from_an_older_version_is_a_conflict()
    {
        var versions = Open();
        Assert.Equal(ProposalResult.Done, Propose(versions, "{}", expected: 0).Result);
        Assert.Equal(ProposalResult.Conflict, Propose(versions, "[]", expected: 0).Result);
        Assert.Equal(ProposalResult.Done, Propose(versions, "[]", expected: 1).Result);
    }

    [Fact]
    public void Back_to_an_earlier_version_is_a_new_version()
    {
        var versions = Open();
        Propose(versions, """{"a": 1}""");
        Propose(versions, """{"a": 2}""");
        byte[]? applied = null;
        var back = versions.RollBack(1, "me", apply: content => applied = content);
        Assert.Equal((ProposalResult.Done, 3, "back to version 1"), (back.Result, back.Version!.Number, back.Version.Note));
        Assert.Equal("""{"a": 1}""", Text(applied!));
        Assert.Equal(ProposalResult.Missing, versions.RollBack(9, "me").Result);
        Assert.Null(versions.Diff(1, 9));
        Assert.Equal([], versions.Diff(1, 3)!);
    }

    [Fact]
    public void Old_versions_go()
    {
        var versions = Open(kept: 3);
        for (var i = 0; i < 10; i++) Propose(versions, i.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal([10, 9, 8], versions.List().Select(version => version.Number));
    }

    [Fact]
    public void A_damaged_version_is_told_with_its_file()
    {
        Propose(Open(), """{"a": 1}""");
        var path = Assert.Single(Directory.GetFiles(_folder, "*.json"));
        var text = File.ReadAllText(path);
        foreach (var damaged in (string[])[text[..^10], text.Replace("\"content\":\"ey", "\"content\":\"eZ", StringComparison.Ordinal), "{}"])
        {
            File.WriteAllText(path, damaged);
            Assert.Contains(path, Assert.Throws<Store.StoreException>(() => Open()).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void What_a_crash_left_beside_a_version_does_no_harm()
    {
        File.WriteAllText(Path.Combine(_folder, "00000001.json.new"), "half");
        var versions = Open();
        Assert.Equal(ProposalResult.Done, Propose(versions, "{}").Result);
        Assert.Equal(1, Open().Current!.Number);
    }

    [Fact]
    public void A_diff_names_what_came_went_and_changed()
    {
        var versions = Open();
        Propose(versions, """
            {"routes": [{"name": "night", "order": 100, "carriers": ["a"]}, {"prefix": "49", "carriers": ["a"]},
                        {"prefix": "33", "carriers": ["b"]}],
             "carriers": [{"name": "a", "password": "old", "host": "h"}], "money": {"currency": "EUR", "margin": "allow"}}
            """);
        Propose(versions, """
            {"routes": [{"prefix": "33", "carriers": ["b"]}, {"name": "night", "order": 5, "carriers": ["a", "b"]},
                        {"prefix": "44", "carriers": ["a"]}], // moved, changed, gone and come
             "carriers": [{"name": "a", "password": "new", "host": "h"}, {"name": "b", "password": "p"}],
             "money": {"currency": "EUR", "refund": []}}
            """);
        Assert.Equal(
        [
            "~ routes \"night\".order: 100 -> 5",
            "~ routes \"night\".carriers: [\"a\"] -> [\"a\", \"b\"]",
            "- routes {\"prefix\": \"49\", \"carriers\": [\"a\"]}",
            "+ routes {\"prefix\": \"44\", \"carriers\": [\"a\"]}",
            "~ carriers \"a\".password: (secret) -> (secret)",
            "+ carriers {\"name\": \"b\", \"password\": (secret)}",
            "- money.margin: \"allow\"",
            "+ money.refund: []",
        ], versions.Diff(1, 2)!);
    }

    [Fact]
    public void What_an_early_version_does_not_speak_of_is_no_difference()
    {
        var versions = Open();
        Propose(versions, """{"routes": [], "money": {"currency": "EUR"}}""");
        Propose(versions, """{"routes": [], "money": {}, "carriers": [{"name": "a"}], "accounts": [], "policy": {}}""");
        Assert.Equal(["- money.currency: \"EUR\""], versions.Diff(1, 2)!);
    }

    [Fact]
    public void A_roll_back_adds_what_an_early_version_does_not_say()
    {
        var versions = Open();
        Propose(versions, """{"routes": []}""");
        Propose(versions, "{}");
        versions.RollBack(1, "me", complete: content => Encoding.UTF8.GetBytes(Text(content).Replace("[]", "[1]", StringComparison.Ordinal)));
        Assert.Equal("""{"routes": [1]}""", Text(versions.Read().Content));
    }

    private RouteVersions Open(int kept = 200) => new(_folder, content => Text(content) == "bad"
        ? [new ConfigurationError("a", "bad", "good")]
        : [], TimeProvider.System, kept);

    private static Proposal Propose(
        RouteVersions versions, string content, string note = "first", int? expected = null, Action<byte[]>? apply = null) =>
        versions.Propose(Encoding.UTF8.GetBytes(content), "me", note, expected, apply);

    private static string Text(byte[] content) => Encoding.UTF8.GetString(content);
}
