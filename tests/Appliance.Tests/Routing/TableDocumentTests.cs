using System.Text;
using Appliance.Routing.Versions;
using Xunit;

namespace Appliance.Tests.Routing;

/// <summary>The part of a configuration that changes at run time.</summary>
public sealed class TableDocumentTests
{
    private const string Configuration = """
        {"node": 1, // a comment
         "routes": [{"carriers": ["a"]},], "carriers": [{"name": "a", "password": "p"}], "money": {"currency": "EUR"}}
        """;

    private const string Whole = """
        {"routes":[{"carriers":["a"]}],"money":{"currency":"EUR"},"carriers":[{"name":"a","password":"p"}],"accounts":[],"policy":{}}
        """;

    [Fact]
    public void All_that_changes_is_taken_out_and_put_back()
    {
        Assert.Equal(Whole.Trim(), Text(TableDocument.Extract(Bytes(Configuration))));
        Assert.Equal("""{"node":1,"routes":[]}""",
            Text(TableDocument.Combine(Bytes(Configuration), Bytes("""{"routes": []}"""))));
    }

    [Fact]
    public void What_a_document_does_not_speak_of_stays()
    {
        Assert.Equal(Whole.Trim().Replace("\"accounts\":[]", "\"accounts\":[{\"name\":\"x\"}]", StringComparison.Ordinal),
            Text(TableDocument.Complete(Bytes("""{"accounts": [{"name": "x"}]}"""), Bytes(Whole))));
    }

    [Theory]
    [InlineData("""{"name":"a","password":null,"port":1}""", """{"name":"a","password":"p","port":1}""")]
    [InlineData("""{"name":"b","password":null}""", """{"name":"b","password":null}""")]
    [InlineData("""{"name":"a","port":null}""", """{"name":"a","port":null}""")]
    public void A_secret_that_is_null_is_the_one_in_force_of_that_name(string carrier, string expected)
    {
        var document = Text(TableDocument.Complete(Bytes($$"""{"carriers": [{{carrier}}]}"""), Bytes(Whole)));
        Assert.Contains($"\"carriers\":[{expected}]", document, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_shown_has_no_secret_and_is_taken_back_as_it_was()
    {
        var whole = Bytes("""
            {"routes":[],"money":{},"carriers":[{"name":"a","password":"p1"}],
             "accounts":[{"name":"x","smpp":{"system_id":"x","password":"p2"},"http":{"key":"k1"}},
                         {"name":"y","smpp":{"system_id":"y","password_sha256":"s1"},"http":{"key_sha256":"s2"}}],"policy":{}}
            """);
        var shown = TableSecrets.Hide(whole);
        foreach (var secret in (string[])["p1", "p2", "k1", "s1", "s2"])
            Assert.DoesNotContain(secret, Text(shown), StringComparison.Ordinal);
        Assert.Equal(Text(TableDocument.Extract(whole)), Text(TableDocument.Complete(shown, whole)));
    }

    [Fact]
    public void A_version_of_before_says_routes_and_money_and_nothing_of_the_rest()
    {
        var early = Bytes("""{"routes":[{"carriers":["a"]}]}""");
        Assert.Equal("""
            {"routes":[{"carriers":["a"]}],"money":{},"carriers":[{"name":"a","password":"p"}],"accounts":[],"policy":{}}
            """.Trim(), Text(TableDocument.FromVersion(early, Bytes(Whole))));
        Assert.False(TableDocument.Says(early, Bytes(Whole)));
        Assert.True(TableDocument.Says(Bytes("""{"routes":[{"carriers":["a"]}],"money":{"currency":"EUR"}}"""), Bytes(Whole)));
        Assert.False(TableDocument.Says(Bytes("""
            {"routes":[{"carriers":["a"]}],"money":{"currency":"EUR"},"carriers":[],"accounts":[],"policy":{}}
            """), Bytes(Whole)));
        Assert.Equal(Whole, Text(TableDocument.FromVersion(Bytes(Whole), early)));
    }

    [Fact]
    public void What_takes_a_restart_is_named()
    {
        var other = Configuration.Replace("\"node\": 1", "\"node\": 2", StringComparison.Ordinal)
            .Replace("\"EUR\"", "\"USD\"", StringComparison.Ordinal).Replace("{\"node\"", "{\"data\": \"d\", \"node\"", StringComparison.Ordinal);
        Assert.Equal(["node", "data"], TableDocument.OtherChanges(Bytes(Configuration), Bytes(other)));
        Assert.Empty(TableDocument.OtherChanges(Bytes(Configuration), Bytes(Configuration.Replace(" // a comment", "", StringComparison.Ordinal))));
    }

    [Theory]
    [InlineData("""{"routes": [], "smpp": {}}""", "smpp")]
    [InlineData("[]", "tables")]
    [InlineData("{", "tables")]
    public void Anything_else_is_refused(string document, string field) =>
        Assert.Equal(field, Assert.Single(TableDocument.Check(Bytes(document))).Path);

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string Text(byte[] bytes) => Encoding.UTF8.GetString(bytes);
}
