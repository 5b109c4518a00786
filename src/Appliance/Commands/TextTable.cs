namespace Appliance.Commands;

/// <summary>A plain table: a heading, then lines, columns as wide as their content, numbers to the right.</summary>
internal sealed class TextTable(params string[] heading)
{
    private readonly List<string[]> _rows = [];

    public void Add(params string[] cells) => _rows.Add(cells);

    public void WriteTo(TextWriter output)
    {
        var widths = heading
            .Select((name, i) => _rows.Select(row => row[i].Length).Append(name.Length).Max())
            .ToArray();
        var right = heading.Select((_, i) => _rows.Count > 0 && _rows.TrueForAll(row => IsNumber(row[i]))).ToArray();
        Write(heading);
        _rows.ForEach(Write);

        void Write(string[] cells)
        {
            var padded = cells.Select((cell, i) => right[i] ? cell.PadLeft(widths[i]) : cell.PadRight(widths[i]));
            output.WriteLine(string.Join("  ", padded).TrimEnd());
        }
    }

    private static bool IsNumber(string cell) => cell.Length == 0 || char.IsAsciiDigit(cell[0]);
}
