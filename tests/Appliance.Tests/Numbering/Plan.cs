using System.Text;
using Appliance.Numbering;
using Xunit;

namespace Appliance.Tests.Numbering;

/// <summary>The plan that ships, and the library's example numbers.</summary>
internal static class Plan
{
    internal static NumberPlan Default { get; } = NumberPlan.Shipped;

    /// <summary>International digits, ISO code (empty for none), type.</summary>
    internal static IReadOnlyList<(string Digits, string Iso, string Type)> Examples { get; } =
    [
        .. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Numbering", "examples.tsv"))
            .Select(line => line.Split('\t')).Select(parts => (parts[0], parts[1], parts[2])),
    ];

    internal static string Root { get; } = FindRoot();

    internal static (string Digits, NumberInfo Info) Read(
        string text, string? home = null, NumberForm form = NumberForm.Any, NumberPlan? plan = null)
    {
        plan ??= Default;
        Span<byte> digits = stackalloc byte[NumberPlan.MaxDigits];
        var country = home is null ? null : plan.CountryOf(home) ?? throw new ArgumentException(home);
        var valid = plan.TryNormalise(Encoding.Latin1.GetBytes(text), form, country, digits, out var info);
        Assert.Equal(valid, info.IsValid);
        return (Encoding.ASCII.GetString(digits[..info.Length]), info);
    }

    internal static NumberInfo Find(string digits, NumberPlan? plan = null) =>
        (plan ?? Default).Find(Encoding.ASCII.GetBytes(digits));

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Appliance.sln"))) folder = folder.Parent;
        return folder.FullName;
    }
}
