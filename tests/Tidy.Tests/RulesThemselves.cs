using Xunit;

namespace Tidy.Tests;

/// <summary>Every rule finds what it is there to find.</summary>
public sealed class RulesThemselves
{
    [Fact]
    public void A_long_line_is_found() =>
        Assert.Single(Size.Lines(SourceFile.Of("src/Codec/A.cs", "// " + new string('x', 118))));

    [Fact]
    public void A_long_file_is_found()
    {
        Assert.Single(Size.Files(SourceFile.Of("src/Codec/A.cs", string.Concat(Enumerable.Repeat("//\n", 401)))));
        Assert.Empty(Size.Files(SourceFile.Of("src/Codec/A.cs", string.Concat(Enumerable.Repeat("//\n", 400)))));
    }

    [Theory]
    [InlineData(68, 0)]
    [InlineData(69, 1)]
    public void A_long_method_is_found(int statements, int found)
    {
        // The signature with its brace and the closing brace are two lines more.
        var body = string.Concat(Enumerable.Repeat("i++;\n", statements));
        var text = $"class A {{ int i;\n[X]\nvoid M() {{\n{body}}}\n}}";
        Assert.Equal(found, Size.Methods(SourceFile.Of("src/Codec/A.cs", text)).Count());
    }

    [Fact]
    public void A_table_is_no_method()
    {
        var arms = string.Concat(Enumerable.Range(0, 100).Select(i => $"{i} => \"{i}\",\n"));
        Assert.Empty(Size.Methods(SourceFile.Of("src/Codec/A.cs", $"class A {{ string M(int i) => i switch\n{{\n{arms}}}; }}")));
        Assert.Single(Size.Methods(SourceFile.Of("src/Codec/A.cs",
            $"class A {{ string M(int i) => i switch\n{{\n{arms}_ => N(i) }}; }}")));
    }

    [Fact]
    public void A_folder_without_a_place_is_found()
    {
        SourceFile[] files = [SourceFile.Of("src/Appliance/Misc/A.cs", ""), SourceFile.Of("src/Appliance/Act/A.cs", "")];
        Assert.Single(Dependencies.UnknownFolders(files));
    }

    [Theory]
    [InlineData("src/Codec/A.cs", "using Store;", 1)]
    [InlineData("src/Codec/A.cs", "using Codec.Tlvs;", 0)]
    [InlineData("src/Store/A.cs", "using Appliance;", 1)]
    [InlineData("src/Store/A.cs", "using Codec;", 0)]
    [InlineData("src/Appliance/Ring/A.cs", "using Codec;", 1)]
    [InlineData("src/Appliance/Decide/A.cs", "using Appliance.Carriers.Smpp;", 1)]
    [InlineData("src/Appliance/Decide/A.cs", "using Appliance.Decide.Routing;", 0)]
    [InlineData("src/Appliance/Decide/A.cs", "class A { Appliance.Carriers.Link? l; }", 1)]
    [InlineData("src/Appliance/Decide/A.cs", "class A { Carriers.Link? l; }", 1)]
    [InlineData("src/Appliance/Decide/A.cs", "class A { int l = Appliance.Carriers.Link.Count; }", 1)]
    [InlineData("src/Appliance/Decide/A.cs", "using Appliance.Ring;", 0)]
    [InlineData("src/Appliance/Ring/A.cs", "using Appliance.Decide;", 1)]
    [InlineData("src/Appliance/Operate/A.cs", "using Appliance.Carriers;", 1)]
    [InlineData("src/Appliance/Slot.cs", "using Appliance.Carriers;", 1)]
    [InlineData("src/Appliance/PipelineOfRing.cs", "using Appliance.Carriers; using Appliance.Ring;", 0)]
    [InlineData("src/Appliance/Commands/A.cs", "using Appliance.Carriers; using Appliance.Ring;", 0)]
    public void A_name_across_the_border_is_found(string path, string text, int found) =>
        Assert.Equal(found, Dependencies.Violations(SourceFile.Of(path, text)).Count());

    [Theory]
    [InlineData("src/Appliance/Act/A.cs", "Thread.Sleep(1);", 1)]
    [InlineData("src/Appliance/Act/A.cs", "Console.WriteLine();", 1)]
    [InlineData("src/Appliance/Commands/A.cs", "Console.WriteLine();", 0)]
    [InlineData("tests/A.Tests/A.cs", "var now = DateTime.Now;", 1)]
    [InlineData("tests/A.Tests/A.cs", "var now = DateTime.UtcNow;", 0)]
    [InlineData("tests/A.Tests/A.cs", "// TODO later", 1)]
    [InlineData("src/Store/A.cs", "[DllImport(\"c\")]", 1)]
    [InlineData("README.md", "see /tmp/out.txt", 1)]
    [InlineData("README.md", "see https://example.org/work/shop", 0)]
    [InlineData("src/Codec/A.cs", "static class TextHelper", 1)]
    public void A_banned_word_is_found(string path, string line, int found) =>
        Assert.Equal(found, Bans.Violations(path, [line]).Count());

    [Theory]
    [InlineData("src/Appliance/Carriers/Smpp/A.cs", "namespace Appliance.Carriers.Smpp;", 0)]
    [InlineData("src/Appliance/Carriers/Smpp/A.cs", "namespace Appliance.Carriers;", 0)]
    [InlineData("src/Appliance/Carriers/Smpp/A.cs", "namespace Appliance;", 1)]
    [InlineData("src/Codec/Pdus/A.cs", "namespace Codec;", 0)]
    [InlineData("src/Codec/Pdus/A.cs", "namespace Tlvs;", 1)]
    public void A_namespace_off_its_folder_is_found(string path, string text, int found) =>
        Assert.Equal(found, HouseRules.NamespaceViolations(SourceFile.Of(path, text)).Count());
}
