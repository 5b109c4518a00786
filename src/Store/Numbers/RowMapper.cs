using System.Text;

namespace Store.Numbers;

/// <summary>Turns one line's fields into a change, by a format. One thread; allocates only for bad lines.</summary>
internal sealed class RowMapper
{
    private readonly ImportFormat _format;
    private readonly OperatorList _operators;
    private readonly DateParser? _dates;
    private readonly byte[] _trunk;
    private readonly byte[] _country;
    private readonly (byte[] Value, bool Remove)[] _actions;
    private readonly (int Column, byte[][] Values)[] _filters;
    private readonly int _number;
    private readonly int _operator;
    private readonly int _mcc;
    private readonly int _mnc;
    private readonly int _date;
    private readonly int _action;

    /// <param name="format">A checked format.</param>
    /// <param name="operators">Receives the operators met.</param>
    /// <param name="header">The header's fields; empty without one.</param>
    /// <exception cref="FormatException">A column's name is not in the header.</exception>
    internal RowMapper(ImportFormat format, OperatorList operators, string[] header)
    {
        _format = format;
        _operators = operators;
        _dates = format.Columns.Date == null ? null : new DateParser(format.DateFormat!, format.UtcOffsetMinutes);
        _trunk = Encoding.ASCII.GetBytes(format.TrunkPrefix ?? "");
        _country = Encoding.ASCII.GetBytes(format.NumberForm == NumberForm.National ? format.CountryCode : "");
        _actions = [.. (format.Actions ?? []).Select(a => (Encoding.UTF8.GetBytes(a.Key), a.Value == "remove"))];
        _filters = [.. format.Filters.Select(f =>
            (Column(f.Column, header), f.Values.Select(Encoding.UTF8.GetBytes).ToArray()))];
        _number = Column(format.Columns.Number, header);
        _operator = Column(format.Columns.Operator, header);
        _mcc = Column(format.Columns.Mcc, header);
        _mnc = Column(format.Columns.Mnc, header);
        _date = Column(format.Columns.Date, header);
        _action = Column(format.Columns.Action, header);
        RowCountColumn = Column(format.Columns.RowCount, header);
        Columns = 1 + new[] { _number, _operator, _mcc, _mnc, _date, _action, RowCountColumn }
            .Concat(_filters.Select(f => f.Column)).Max();
    }

    /// <summary>How many columns are looked at.</summary>
    internal int Columns { get; }

    /// <summary>Column of the file's own line count, or -1.</summary>
    internal int RowCountColumn { get; }

    /// <summary>
    /// Reads one line. Returns null when it is good, an empty text when a filter leaves it out, else what is wrong.
    /// </summary>
    internal string? Read(in Fields fields, out NumberChange change)
    {
        change = default;
        foreach (var (column, values) in _filters)
        {
            if (!IsOneOf(fields[column], values))
            {
                return "";
            }
        }
        if (!TryNumber(fields[_number], out change.Key))
        {
            return Bad("number", fields[_number], $"{_format.MinDigits} to {_format.MaxDigits} digits");
        }
        if (_date >= 0 && fields[_date] is { IsEmpty: false } date && !_dates!.TryParse(date, out change.Date))
        {
            return Bad("date", date, _format.DateFormat!);
        }
        if (_action >= 0)
        {
            var action = FindAction(fields[_action]);
            if (action < 0)
            {
                return Bad("action", fields[_action], string.Join(", ", _format.Actions!.Keys));
            }
            change.Removed = (ushort)action;
        }
        return change.Removed != 0 ? null : Operator(fields, ref change);
    }

    /// <summary>Index of a column given by its place from 1 or its header's name; -1 for none.</summary>
    internal static int Column(string? name, string[] header)
    {
        if (name == null)
        {
            return -1;
        }
        if (int.TryParse(name, out var place))
        {
            return place is >= 1 and <= Fields.Max
                ? place - 1 : throw new FormatException($"columns: {name} is not 1 to {Fields.Max}");
        }
        var index = Array.FindIndex(header, field => field.Equals(name, StringComparison.OrdinalIgnoreCase));
        var known = header.Length == 0 ? "there is none" : string.Join(", ", header);
        return index >= 0 ? index
            : throw new FormatException($"columns: \"{name}\" is not in the header ({known})");
    }

    private string? Operator(in Fields fields, ref NumberChange change)
    {
        var code = fields[_operator];
        var mnc = fields[_mnc];
        if (code.IsEmpty && mnc.IsEmpty)
        {
            return Bad(_operator >= 0 ? "operator" : "mnc", default, "a code");
        }
        if (code.Length > 64 || mnc.Length > 3 || mnc.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
        {
            return mnc.Length > 0 && code.Length <= 64
                ? Bad("mnc", mnc, "2 or 3 digits") : Bad("operator", code, "up to 64 characters");
        }
        var mcc = fields[_mcc];
        if (_mcc >= 0 && (mcc.Length != 3 || mcc.ContainsAnyExceptInRange((byte)'0', (byte)'9')))
        {
            return Bad("mcc", mcc, "3 digits");
        }
        var id = _operators.Find(code, mcc, mnc);
        change.Operator = (ushort)id;
        return id >= 0 ? null : Bad("operator", code, "at most 65,536 different ones; is this the right column?");
    }

    private bool TryNumber(ReadOnlySpan<byte> text, out ulong key)
    {
        key = 0;
        if (text.Length > 0 && text[0] == '+' && _country.Length == 0)
        {
            text = text[1..];
        }
        if (_trunk.Length > 0 && text.StartsWith(_trunk))
        {
            text = text[_trunk.Length..];
        }
        var digits = _country.Length + text.Length;
        if (text.Length < _format.MinDigits || text.Length > _format.MaxDigits || digits > NumberKey.MaxDigits)
        {
            return false;
        }
        ulong number = 0;
        foreach (var b in _country)
        {
            number = (number * 10) + b - '0';
        }
        foreach (var b in text)
        {
            var digit = (uint)(b - '0');
            if (digit > 9)
            {
                return false;
            }
            number = (number * 10) + digit;
        }
        key = _format.WholeDigits is { } whole && digits < whole
            ? NumberKey.Block(number, digits) : NumberKey.Whole(number);
        // E.164 has no number that begins with 0, and the digit count of ours is taken from the value.
        return _country.Length > 0 || text[0] != '0';
    }

    private int FindAction(ReadOnlySpan<byte> text)
    {
        foreach (var (value, remove) in _actions)
        {
            if (text.SequenceEqual(value))
            {
                return remove ? 1 : 0;
            }
        }
        return -1;
    }

    private static bool IsOneOf(ReadOnlySpan<byte> text, byte[][] values)
    {
        foreach (var value in values)
        {
            if (text.SequenceEqual(value))
            {
                return true;
            }
        }
        return false;
    }

    private static string Bad(string field, ReadOnlySpan<byte> text, string expected) =>
        $"{field}: \"{Encoding.Latin1.GetString(text[..Math.Min(text.Length, 40)])}\", expected {expected}";
}
