using System.Collections.Frozen;

namespace Appliance.Numbering;

/// <summary>
/// What E.164 numbers are: country, type, and whom their range was given to. Immutable, so that any number of threads
/// may ask; <see cref="With"/> makes another plan over the same memory.
/// </summary>
public sealed class NumberPlan
{
    /// <summary>E.164 section 6.1: country code and national number together.</summary>
    public const int MaxDigits = 15;

    private const int CodesOfThreeDigits = 1000;

    private static readonly Lazy<NumberPlan> Once = new(Load);

    private readonly PlanParts _parts;
    private readonly ushort[] _nodeLabels;
    private readonly ushort[] _children;
    private readonly CallingCode?[] _codes;
    private readonly FrozenDictionary<string, Country> _countries;
    private readonly FrozenDictionary<uint, Network> _networks;
    private readonly NumberRanges _ranges;

    private NumberPlan(PlanParts parts, NumberRanges ranges)
    {
        _parts = parts;
        _ranges = ranges;
        _nodeLabels = parts.NodeLabels;
        _children = parts.Children;
        _codes = Spread(parts.CallingCodes);
        _countries = parts.Countries.Where(country => country.Iso.Length > 0)
            .ToFrozenDictionary(country => country.Iso, StringComparer.Ordinal);
        _networks = parts.Listed.DistinctBy(network => network.Code).ToFrozenDictionary(network => network.Code);
    }

    private NumberPlan(NumberPlan other, NumberRanges ranges)
    {
        (_parts, _nodeLabels, _children, _codes, _countries, _networks) = (
            other._parts, other._nodeLabels, other._children, other._codes, other._countries, other._networks);
        _ranges = ranges;
    }

    /// <summary>The packages the plan was made from, with their versions.</summary>
    public IReadOnlyList<string> Sources => _parts.Sources;

    public IReadOnlyList<Country> Countries => _parts.Countries;

    /// <summary>The list of mobile networks.</summary>
    public IReadOnlyList<Network> Networks => _parts.Listed;

    /// <summary>The ranges that were imported.</summary>
    public NumberRanges Ranges => _ranges;

    /// <summary>The plan that comes with the program, read once.</summary>
    public static NumberPlan Shipped => Once.Value;

    private static NumberPlan Load()
    {
        const string Name = "numbering.plan";
        using var resource = typeof(NumberPlan).Assembly.GetManifestResourceStream(Name)
            ?? throw new InvalidOperationException($"The program lacks its resource {Name}.");
        using var bytes = new MemoryStream();
        resource.CopyTo(bytes);
        return Read(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
    }

    /// <summary>A plan file's content.</summary>
    /// <exception cref="InvalidDataException">It is none, of another version, or damaged.</exception>
    public static NumberPlan Read(ReadOnlySpan<byte> file) => new(PlanFile.Read(file), NumberRanges.None);

    /// <summary>This plan with other imported ranges.</summary>
    public NumberPlan With(NumberRanges ranges) => new(this, ranges);

    /// <param name="iso">ISO 3166-1 alpha-2, upper case.</param>
    public Country? CountryOf(string iso) => _countries.GetValueOrDefault(iso);

    /// <summary>A network by its codes, or null.</summary>
    public Network? NetworkOf(string? mcc, string? mnc) => _networks.GetValueOrDefault(Network.CodeOf(mcc, mnc));

    /// <summary>The time zones (IANA names) a number may be in; several where its prefix does not tell.</summary>
    /// <param name="digits">ASCII digits of an international number.</param>
    public IReadOnlyList<string> TimeZonesOf(ReadOnlySpan<byte> digits)
    {
        var found = _parts.TimeZoneTree.Find(digits);
        return found == PrefixTree.None ? [] : _parts.TimeZones[found];
    }

    /// <summary>Brings a number to its international form and says what it is.</summary>
    /// <param name="text">As it came, ASCII.</param>
    /// <param name="form">What the sender says of its form.</param>
    /// <param name="home">The country of national forms; null for none.</param>
    /// <param name="digits">Gets the digits, country code first; at least <see cref="MaxDigits"/> long.</param>
    /// <param name="info">What it is; its Length is the number of digits written, also of a number not in use.</param>
    /// <returns>Whether it is a number in use; else info.Fault says why not.</returns>
    public bool TryNormalise(
        ReadOnlySpan<byte> text, NumberForm form, Country? home, Span<byte> digits, out NumberInfo info) =>
        NumberReader.TryRead(this, text, form, home, digits, out info);

    /// <summary>What an international number is.</summary>
    /// <param name="digits">ASCII digits, country code first.</param>
    public NumberInfo Find(ReadOnlySpan<byte> digits)
    {
        if (CallingCodeOf(digits) is not { } code) return Unknown(digits);
        if (digits.Length > MaxDigits) return Invalid(digits, code, NumberFault.TooLong);
        var range = _ranges.Find(digits);
        var label = LabelAt(_parts.Root, digits);
        // An imported range may be younger than the plan.
        if (label == 0 && (range is null || !HasLength(code, digits)))
            return Invalid(digits, code, FaultOf(code, digits));
        var known = _parts.Labels[label];
        return new NumberInfo
        {
            Length = (byte)digits.Length,
            CallingCode = (short)code.Code,
            Country = label == 0 ? code.Sole : known.Country,
            Type = range is { Type: not NumberType.Unknown } ? range.Type : known.Type,
            Network = range?.Network ?? FirstHolder(digits),
            Source = range is null ? NumberSource.Plan : NumberSource.Imported,
        };
    }

    /// <summary>Whether these digits are a short code of the country.</summary>
    internal bool IsShortCode(Country country, ReadOnlySpan<byte> digits) =>
        country.ShortRoot != 0 && LabelAt(country.ShortRoot, digits) != 0;

    /// <summary>The country code that a number begins with, or null.</summary>
    internal CallingCode? CallingCodeOf(ReadOnlySpan<byte> digits)
    {
        var index = 0;
        for (var i = 0; i < 3; i++) index = (index * 10) + (i < digits.Length ? digits[i] - '0' : 0);
        var code = _codes[index];
        return code is not null && digits.Length >= code.Digits ? code : null;
    }

    private static CallingCode?[] Spread(CallingCode[] codes)
    {
        var spread = new CallingCode?[CodesOfThreeDigits];
        foreach (var code in codes)
        {
            var width = code.Digits switch { 1 => 100, 2 => 10, _ => 1 };
            Array.Fill(spread, code, code.Code * width, width);
        }

        return spread;
    }

    private static NumberInfo Unknown(ReadOnlySpan<byte> digits) => new()
    {
        Length = (byte)Math.Min(digits.Length, MaxDigits),
        Fault = digits.Length == 0 ? NumberFault.Empty : NumberFault.UnknownCountryCode,
    };

    private static NumberInfo Invalid(ReadOnlySpan<byte> digits, CallingCode code, NumberFault fault) => new()
    {
        Length = (byte)Math.Min(digits.Length, MaxDigits),
        CallingCode = (short)code.Code,
        Country = code.Sole,
        Fault = fault,
    };

    private static bool HasLength(CallingCode code, ReadOnlySpan<byte> digits) =>
        (code.Lengths & (1u << (digits.Length - code.Digits))) != 0;

    private static NumberFault FaultOf(CallingCode code, ReadOnlySpan<byte> digits)
    {
        var national = digits.Length - code.Digits;
        if (HasLength(code, digits)) return NumberFault.NotInUse;
        if (code.Lengths >> national == 0) return NumberFault.TooLong;
        return (code.Lengths & ((1u << national) - 1)) == 0 ? NumberFault.TooShort : NumberFault.WrongLength;
    }

    /// <summary>Whom the plan itself says that a range was given to, whether or not it is in use.</summary>
    internal Network? FirstHolder(ReadOnlySpan<byte> digits)
    {
        var found = _parts.Operators.Find(digits);
        return found == PrefixTree.None ? null : _parts.Networks[found];
    }

    private int LabelAt(int node, ReadOnlySpan<byte> digits)
    {
        var children = _children;
        foreach (var digit in digits)
        {
            node = children[(node * PrefixTree.Width) + (digit - '0')];
            if (node == 0) return 0;
        }

        return _nodeLabels[node];
    }
}
