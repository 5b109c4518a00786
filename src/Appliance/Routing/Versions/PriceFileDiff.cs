using System.Globalization;
using Store.Numbers;

namespace Appliance.Routing.Versions;

/// <summary>
/// What differs between what a file of prices or costs said and what it says: how many lines came, went and have
/// another amount, and the first few of each.
/// </summary>
internal static class PriceFileDiff
{
    private const int Shown = 5;

    private static readonly string[] Amounts = ["price", "cost"];

    /// <param name="name">What the file is called.</param>
    /// <param name="old">A path; null where the one before did not name it.</param>
    /// <param name="changed">A path; null where it is not named any more, or cannot be read.</param>
    public static IReadOnlyList<string> Of(string name, string? old, string? changed)
    {
        try
        {
            var (before, after) = (Rows(old), Rows(changed));
            if (old is null) return [$"+ file {name}: {Lines(after.Values.Sum(rows => rows.Count))}"];
            return changed is null ? [$"- file {name}: {Lines(before.Values.Sum(rows => rows.Count))}"]
                : Compare(name, before, after);
        }
        catch (Exception error) when (error is IOException or InvalidDataException or FormatException
            or UnauthorizedAccessException)
        {
            return [$"~ file {name}: says something else ({error.Message})"];
        }
    }

    private static List<string> Compare(
        string name, Dictionary<string, List<Row>> before, Dictionary<string, List<Row>> after)
    {
        var (added, removed, changed) = (new List<Row>(), new List<Row>(), new List<(Row Old, Row New)>());
        foreach (var (key, rows) in before)
        {
            var now = after.GetValueOrDefault(key) ?? [];
            // A line may stand twice, and the later one counts: they are told apart by their place.
            for (var i = 0; i < rows.Count; i++)
            {
                if (i >= now.Count) removed.Add(rows[i]);
                else if (rows[i].Amount != now[i].Amount) changed.Add((rows[i], now[i]));
            }

            added.AddRange(now.Skip(rows.Count));
        }

        added.AddRange(after.Where(pair => !before.ContainsKey(pair.Key)).SelectMany(pair => pair.Value));
        List<string> lines =
        [
            $"~ file {name}: {Lines(added.Count)} added, {removed.Count} removed, {changed.Count} changed",
            .. changed.Take(Shown).Select(pair => $"~ file {name}: {pair.Old.Text} -> {pair.New.Text}"),
            .. removed.Take(Shown).Select(row => $"- file {name}: {row.Text}"),
            .. added.Take(Shown).Select(row => $"+ file {name}: {row.Text}"),
        ];
        if (added.Count + removed.Count + changed.Count == 0)
            lines[0] = $"~ file {name}: the same lines, written or ordered in another way";
        return lines;
    }

    /// <summary>The rows by all that they say but their amount.</summary>
    private static Dictionary<string, List<Row>> Rows(string? path)
    {
        var rows = new Dictionary<string, List<Row>>(StringComparer.Ordinal);
        if (path is null) return rows;
        using var reader = new StreamReader(InputFile.Open(path, ','));
        var amount = -1;
        while (reader.ReadLine() is { } line)
        {
            if (line.Length == 0) continue;
            var cells = line.Split(',');
            if (amount < 0)
            {
                amount = Math.Max(0, Array.FindIndex(cells, cell =>
                    Amounts.Contains(cell.Trim().Trim('"'), StringComparer.OrdinalIgnoreCase)));
            }

            var text = amount < cells.Length ? cells[amount] : "";
            if (amount < cells.Length) cells[amount] = "";
            var key = string.Join(',', cells);
            if (!rows.TryGetValue(key, out var same)) rows.Add(key, same = []);
            same.Add(new Row(line, text));
        }

        return rows;
    }

    private static string Lines(int count) =>
        count == 1 ? "1 line" : count.ToString(CultureInfo.InvariantCulture) + " lines";

    private readonly record struct Row(string Text, string Amount);
}
