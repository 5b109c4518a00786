using EndToEnd.Tests.Harness;
using Xunit;

namespace EndToEnd.Tests;

/// <summary>The rules as the native binary reads them: time zones, expressions and tables without a JIT.</summary>
public sealed class PolicyCheckTests
{
    private const string Good = """
        { "policy": {
            "quiet_hours": [{"name": "all", "classes": ["promotional"], "quiet": [{"from": "21:00", "to": "08:00"}]}],
            "content": [{"name": "c", "words": ["casino*"], "expressions": ["\\bpin\\s*\\d{4}"], "lookalikes": true}],
            "dlt": [{"name": "in"}], "fraud": {"mode": "block"} } }
        """;

    [Fact]
    public async Task Good_rules_are_good()
    {
        var (code, said) = await CheckAsync(Good);
        Assert.True(code == 0, said);
    }

    [Fact]
    public async Task Without_a_tz_database_quiet_hours_are_refused_with_what_to_install()
    {
        using var nowhere = new TempFolder();
        var (code, said) = await CheckAsync(Good, ("TZDIR", nowhere.Path));
        Assert.Equal(1, code);
        Assert.Contains("policy.quiet_hours[0].quiet", said, StringComparison.Ordinal);
        Assert.Contains("install the package tzdata", said, StringComparison.Ordinal);
        Assert.Contains("1 error", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_tz_database_all_other_rules_work()
    {
        using var nowhere = new TempFolder();
        var (code, said) = await CheckAsync(
            """{"policy": {"content": [{"name": "c", "words": ["x"]}]}}""", ("TZDIR", nowhere.Path));
        Assert.True(code == 0, said);
    }

    private static async Task<(int Code, string Said)> CheckAsync(
        string json, params (string Name, string Value)[] environment)
    {
        using var folder = new TempFolder();
        var file = folder.File("appliance.json");
        await File.WriteAllTextAsync(file, json);
        using var child = ChildProcess.Start("check", Repository.Binary, ["check", "--config", file],
            environment: environment.ToDictionary(pair => pair.Name, pair => pair.Value));
        await child.ExitedAsync();
        return (child.ExitCode, child.Output());
    }
}
