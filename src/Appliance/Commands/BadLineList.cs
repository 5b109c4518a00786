using System.Globalization;
using Store.Numbers;

namespace Appliance.Commands;

/// <summary>How imports tell of bad lines: the first on standard error, more in the file of --bad-lines.</summary>
internal static class BadLineList
{
    private const int Shown = 10;

    /// <summary>Runs an import; what refuses it for its bad lines has them told as well.</summary>
    public static T Telling<T>(string? file, Func<T> import)
    {
        try
        {
            return import();
        }
        catch (BadLinesException refused)
        {
            Tell(file, refused.Lines, refused.Count);
            throw;
        }
    }

    /// <param name="file">Gets all of the list; null for none.</param>
    /// <param name="lines">The first ones.</param>
    /// <param name="count">All.</param>
    public static void Tell(string? file, IReadOnlyList<BadLine> lines, long count)
    {
        if (file != null)
            File.WriteAllLines(file, lines.Select(bad => $"{bad.Line}\t{bad.Reason}\t{bad.Text}"));
        foreach (var bad in lines.Take(Shown)) Console.Error.WriteLine($"line {bad.Line}: {bad.Reason}");
        if (count <= Shown) return;
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"... and {count - Shown} more bad lines")
            + (file is null ? " (--bad-lines FILE lists them)" : $" (in {file})"));
    }
}
