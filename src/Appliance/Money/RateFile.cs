using System.Text;
using Appliance.Operate;
using Store.Numbers;

namespace Appliance.Money;

/// <summary>
/// Prices or costs as CSV. The first line names the columns, in any order: the party (account or carrier), mcc_mnc or
/// mcc and mnc, prefix, country, and the amount (price or cost). A line without a destination is for any number.
/// </summary>
internal sealed class RateFile
{
    /// <summary>A file that is another kind of file has a fault in each line.</summary>
    private const int MostFaults = 20;

    private readonly string _path;
    private readonly string _party;
    private readonly string _amount;
    private readonly List<ConfigurationError> _errors;
    private readonly Dictionary<string, int> _columns = new(StringComparer.OrdinalIgnoreCase);
    private int _faults;

    private RateFile(string path, string party, string amount, List<ConfigurationError> errors) =>
        (_path, _party, _amount, _errors) = (path, party, amount, errors);

    /// <param name="path">Text, .gz, .zip or .xlsx.</param>
    /// <param name="party">The party's column: account or carrier.</param>
    /// <param name="amount">The amount's column: price or cost.</param>
    /// <param name="add">Takes a line, and tells what is wrong with it, or null.</param>
    internal static void Read(
        string path, string party, string amount, Func<RateConfiguration, (string Field, string Expected)?> add,
        List<ConfigurationError> errors)
    {
        var file = new RateFile(path, party, amount, errors);
        try
        {
            using var stream = InputFile.Open(path, ',');
            file.Read(new LineReader(stream), add);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or FormatException
            or InvalidDataException or ArgumentException)
        {
            errors.Add(new ConfigurationError(path, error.Message, "a readable CSV file"));
        }
    }

    private void Read(LineReader lines, Func<RateConfiguration, (string Field, string Expected)?> add)
    {
        Span<Range> ranges = stackalloc Range[Fields.Max];
        while (lines.TryRead(out var line) && _faults < MostFaults)
        {
            if (line.Trim((byte)' ').IsEmpty) continue;
            if (!Fields.TrySplit(line, (byte)',', ranges, out var fields))
            {
                Note(lines, "", "a quote that is not closed", "a closing quote");
                continue;
            }

            if (_columns.Count == 0)
            {
                if (!ReadHeader(lines, fields)) return;
            }
            else if (TryReadRate(lines, fields) is { } rate && add(rate) is { } fault)
            {
                Note(lines, fault.Field, Describe(rate, fault.Field), fault.Expected);
            }
        }

        if (_columns.Count == 0)
            _errors.Add(new ConfigurationError(_path, "no line", $"a first line such as {_party},mcc_mnc,{_amount}"));
    }

    private bool ReadHeader(LineReader lines, Fields fields)
    {
        string[] known = [_party, "mcc_mnc", "mcc", "mnc", "prefix", "country", _amount];
        for (var i = 0; i < fields.Count; i++)
        {
            var name = Encoding.UTF8.GetString(fields[i]).TrimStart('\uFEFF');
            if (!known.Contains(name, StringComparer.OrdinalIgnoreCase) || !_columns.TryAdd(name, i))
                Note(lines, "", $"a column \"{name}\"", "each once of " + string.Join(", ", known));
        }

        if (!_columns.ContainsKey(_amount)) Note(lines, _amount, "no such column", "a column of that name");
        return _faults == 0;
    }

    private RateConfiguration? TryReadRate(LineReader lines, Fields fields)
    {
        var amount = Field(fields, _amount);
        if (!Micros.TryParse(amount, out var micros) || micros < 0)
        {
            Note(lines, _amount, $"\"{amount}\"", Micros.Expected);
            return null;
        }

        return new RateConfiguration(
            Field(fields, _party), Field(fields, "mcc_mnc") + Field(fields, "mcc") + Field(fields, "mnc"),
            Field(fields, "prefix").TrimStart('+'), Field(fields, "country").ToUpperInvariant(), micros);
    }

    private string Field(Fields fields, string column) =>
        _columns.TryGetValue(column, out var place) ? Encoding.UTF8.GetString(fields[place]) : "";

    private static string Describe(RateConfiguration rate, string field) => field switch
    {
        "mcc_mnc" => $"\"{rate.MccMnc}\"",
        "prefix" => $"\"{rate.Prefix}\"",
        "country" => $"\"{rate.Country}\"",
        "" => "an amount for what has one already",
        _ => $"\"{rate.Party}\"",
    };

    private void Note(LineReader lines, string field, string found, string expected)
    {
        _faults++;
        var place = field.Length == 0 ? $"{_path} line {lines.LineNumber}" : $"{_path} line {lines.LineNumber} {field}";
        _errors.Add(new ConfigurationError(place, found, expected));
    }
}
