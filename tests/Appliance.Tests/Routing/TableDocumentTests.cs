using System.Text;
using Appliance.Routing.Versions;
using Xunit;

namespace Appliance.Tests.Routing;

/// <summary>The part of a configuration that changes at run time.</summary>
public sealed class TableDocumentTests
{
    private const string Configuration = """
        {"node": 1, // a comment
         "routes": [{"carriers": ["a"]},], "carriers": [{"name": "a"}], "money": {"currency": "EUR"}}
        """;

    [Fact]
    public void Routes_and_money_are_taken_out_and_put_back()
    {
        var tables = TableDocument.Extract(Bytes(Configuration));
        Assert.Equal("""{"routes":[{"carriers":["a"]}],"money":{"currency":"EUR"}}""", Text(tables));
        Assert.Equal("""{"node":1,"carriers":[{"name":"a"}],"routes":[]}""",
            Text(TableDocument.Combine(Bytes(Configuration), Bytes("""{"routes": []}"""))));
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
    [InlineData("""{"routes": [], "carriers": []}""", "carriers")]
    [InlineData("[]", "tables")]
    [InlineData("{", "tables")]
    public void Anything_else_is_refused(string document, string field) =>
        Assert.Equal(field, Assert.Single(TableDocument.Check(Bytes(document))).Path);

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string Text(byte[] bytes) => Encoding.UTF8.GetString(bytes);
}
