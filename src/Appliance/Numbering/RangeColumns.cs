using System.Globalization;
using System.Text;
using Store.Numbers;

namespace Appliance.Numbering;

/// <summary>Which column of a CSV file holds what: <c>prefix=1,mcc=2,mnc=3,name=operator,type=5</c>.</summary>
public sealed class RangeColumns
{
    public const string Expected = "prefix=COLUMN, and mcc and mnc, name or type; each a place "
        + "counted from 1 or a name of the first line, such as prefix=1,mcc=2,mnc=3,name=4,type=5";

    private static readonly string[] Known = ["prefix", "mcc", "mnc", "name", "type"];

    private readonly Dictionary<string, string> _columns;
    private readonly int[] _places = new int[Known.Length];

    private RangeColumns(Dictionary<string, string> columns) => _columns = columns;

    /// <summary>Whether a column is named, so that the first line has to hold the names.</summary>
    public bool NeedsHeader => _columns.Values.Any(column => !IsPlace(column, out _));

    /// <summary>Fields of a line that are looked at.</summary>
    internal int Width => _places.Max();

    /// <exception cref="FormatException">It is no list of columns.</exception>
    public static RangeColumns Parse(string text)
    {
        var columns = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            var at = part.IndexOf('=', StringComparison.Ordinal);
            var name = at < 0 ? part : part[..at];
            var column = at < 0 ? "" : part[(at + 1)..];
            if (!Known.Contains(name) || column.Length == 0 || !columns.TryAdd(name, column))
                throw new FormatException($"--columns: \"{part}\", expected {Expected}");
        }

        if (!columns.ContainsKey("prefix") || columns.Count == 1
            || columns.ContainsKey("mcc") != columns.ContainsKey("mnc"))
            throw new FormatException($"--columns: \"{text}\", expected {Expected}");
        return new RangeColumns(columns);
    }

    /// <summary>Finds the places of named columns.</summary>
    /// <param name="header">The first line's fields; default where there is none.</param>
    /// <exception cref="FormatException">A column is not there.</exception>
    internal void Resolve(Fields header)
    {
        foreach (var (name, column) in _columns)
        {
            var place = IsPlace(column, out var counted) ? counted : PlaceOf(header, column);
            if (place is 0 or > Fields.Max)
                throw new FormatException($"--columns: {name}=\"{column}\" is not in the file's first line");
            _places[Array.IndexOf(Known, name)] = place;
        }
    }

    internal string Get(Fields fields, string name)
    {
        var place = _places[Array.IndexOf(Known, name)];
        return place == 0 ? "" : Encoding.UTF8.GetString(fields[place - 1]).Trim();
    }

    private static bool IsPlace(string column, out int place) =>
        int.TryParse(column, NumberStyles.None, CultureInfo.InvariantCulture, out place) && place > 0;

    private static int PlaceOf(Fields header, string column)
    {
        for (var i = 0; i < header.Count; i++)
        {
            if (Encoding.UTF8.GetString(header[i]).Equals(column, StringComparison.OrdinalIgnoreCase)) return i + 1;
        }

        return 0;
    }
}
