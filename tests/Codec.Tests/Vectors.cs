using System.Text.Json;
using Xunit;

namespace Codec.Tests;

/// <summary>The shared vectors, which lie beside the repository: ../shared/vectors.</summary>
internal static class Vectors
{
    /// <summary>The folder; null where it is absent.</summary>
    public static string? Folder { get; } = Find();

    /// <summary>The rows of one file.</summary>
    public static IEnumerable<JsonElement> Rows(string file) =>
        File.ReadLines(Path.Combine(Folder!, file)).Select(line => JsonDocument.Parse(line).RootElement);

    /// <summary>Runs a check over every row and reports all that fail, not only the first.</summary>
    public static void CheckAll(string file, Func<JsonElement, string?> check)
    {
        var failures = new List<string>();
        int count = 0;
        foreach (var row in Rows(file))
        {
            count++;
            if (check(row) is { } failure)
            {
                failures.Add($"{failure}\n    {row.GetRawText()}");
            }
        }

        Assert.True(count > 0, file + " has no rows");
        Assert.True(failures.Count == 0, $"{failures.Count} of {count} rows:\n" + string.Join("\n", failures));
    }

    private static string? Find()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            string folder = Path.Combine(at.FullName, "..", "shared", "vectors");
            if (File.Exists(Path.Combine(at.FullName, "Appliance.sln")))
            {
                return Directory.Exists(folder) ? folder : null;
            }
        }

        return null;
    }
}

/// <summary>A test that needs the shared vectors, and is skipped where they are not.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class VectorFactAttribute : FactAttribute
{
    /// <summary>Says why, if it is to be skipped.</summary>
    public VectorFactAttribute()
    {
        if (Vectors.Folder is null)
        {
            Skip = "../shared/vectors is not beside the repository";
        }
    }
}
