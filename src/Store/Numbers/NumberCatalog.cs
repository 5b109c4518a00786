using Store.Native;

namespace Store.Numbers;

/// <summary>One data set in one generation, as readers see it: never changed, replaced as a whole.</summary>
internal sealed record Dataset(DatasetRecord Record, nint Family)
{
    private NumberOperator[] _operators = Record.Operators;
    private NumberFilter? _filter;

    /// <summary>All its whole numbers; null until it is made.</summary>
    internal NumberFilter? Filter
    {
        get => Volatile.Read(ref _filter);
        set => Volatile.Write(ref _filter, value);
    }

    /// <returns>False where it surely has neither the number nor a block of it.</returns>
    internal bool MayHave(ulong number) =>
        Record.BlockLengths != 0 || Filter is not { } filter || filter.MayHave(number);

    /// <summary>
    /// Makes operators known that pages about to be written name. They are only ever appended, so a reader may see the
    /// longer list early, and never sees a page that its list is too short for.
    /// </summary>
    internal void Extend(NumberOperator[] operators) => Volatile.Write(ref _operators, operators);

    /// <summary>Prefix and its number of digits.</summary>
    internal (ulong Prefix, int Digits)[] Prefixes { get; } =
        [.. Record.Prefixes.Select(p => (ulong.Parse(p, System.Globalization.CultureInfo.InvariantCulture), p.Length))];

    /// <summary>Digits of the longest of its prefixes that a number begins with; 0 when none.</summary>
    internal int Match(ulong number, int digits)
    {
        var best = 0;
        foreach (var (prefix, length) in Prefixes)
        {
            if (length <= digits && length > best && number / NumberKey.Powers[digits - length] == prefix)
            {
                best = length;
            }
        }
        return best;
    }

    internal bool TryFind(Database db, ulong number, int digits, out PortedNumber found)
    {
        if (TryGet(db, NumberKey.Whole(number), out found))
        {
            return true;
        }
        for (var length = Math.Min(digits, NumberKey.MaxDigits); length > 0; length--)
        {
            if ((Record.BlockLengths >> length & 1) != 0
                && TryGet(db, NumberKey.Block(number / NumberKey.Powers[digits - length], length), out found))
            {
                found = found with { BlockDigits = length };
                return true;
            }
        }
        return false;
    }

    private bool TryGet(Database db, ulong key, out PortedNumber found)
    {
        Span<byte> page = stackalloc byte[NumberKey.PageKeySize];
        NumberKey.WritePage(page, NumberKey.Page(key));
        using var value = Pinned.Get(db, Family, page);
        if (!value.Found || !NumberPage.TryFind(value.Bytes, NumberKey.Low(key), out var operatorId, out var date)
            || operatorId == NumberChange.RemovedOperator)
        {
            found = default;
            return false;
        }
        found = new PortedNumber(Volatile.Read(ref _operators)[operatorId], date, 0);
        return true;
    }
}

/// <summary>
/// All data sets at one moment, and who is reading them. A replaced catalog's column families are given back when its
/// last reader has left; readers announce themselves on one of several counters so that they do not share a cache line.
/// </summary>
internal sealed class NumberCatalog
{
    private const int Stripes = 16;
    private const int Padding = 16; // longs: 128 bytes, two lines, since processors fetch lines in pairs
    private readonly long[] _readers = new long[(Stripes + 1) * Padding];
    private readonly Dataset[][] _byFirstDigits = new Dataset[1000][];

    internal NumberCatalog(Dataset[] datasets)
    {
        Datasets = datasets;
        for (var i = 0; i < _byFirstDigits.Length; i++)
        {
            _byFirstDigits[i] = [.. datasets.Where(d => d.Prefixes.Any(p => Overlaps((ulong)i, p.Prefix, p.Digits)))];
        }
    }

    internal Dataset[] Datasets { get; }

    internal int Enter()
    {
        var stripe = ((Environment.CurrentManagedThreadId & (Stripes - 1)) + 1) * Padding;
        // Full fence: announced before the caller looks again whether this is still the current catalog.
        Interlocked.Increment(ref _readers[stripe]);
        return stripe;
    }

    internal void Leave(int stripe) => Interlocked.Decrement(ref _readers[stripe]);

    /// <summary>
    /// Whether anyone is reading. After the catalog was replaced no one new stays, so once this is false it remains so.
    /// </summary>
    internal bool HasReaders()
    {
        for (var stripe = 1; stripe <= Stripes; stripe++)
        {
            if (Interlocked.Read(ref _readers[stripe * Padding]) != 0)
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>Whether a data set is there for such numbers.</summary>
    internal bool Covers(ulong number)
    {
        var digits = NumberKey.Digits(number);
        if (digits is < 4 or > NumberKey.MaxDigits) return false;
        foreach (var dataset in _byFirstDigits[number / NumberKey.Powers[digits - 3]])
            if (dataset.Match(number, digits) > 0) return true;
        return false;
    }

    /// <returns>False where surely no data set has the number.</returns>
    internal bool MayHave(ulong number)
    {
        var digits = NumberKey.Digits(number);
        if (digits is < 4 or > NumberKey.MaxDigits) return false;
        foreach (var dataset in _byFirstDigits[number / NumberKey.Powers[digits - 3]])
            if (dataset.MayHave(number)) return true;
        return false;
    }

    /// <summary>The data sets asked for a number, the one with the longest matching prefix first.</summary>
    internal bool TryFind(Database db, ulong number, out PortedNumber found)
    {
        found = default;
        var digits = NumberKey.Digits(number);
        if (digits is < 4 or > NumberKey.MaxDigits)
        {
            return false;
        }
        var candidates = _byFirstDigits[number / NumberKey.Powers[digits - 3]];
        if (candidates.Length == 1)
        {
            return candidates[0].Match(number, digits) > 0 && candidates[0].TryFind(db, number, digits, out found);
        }
        for (var length = NumberKey.MaxDigits; length > 0; length--)
        {
            foreach (var dataset in candidates)
            {
                if (dataset.Match(number, digits) == length && dataset.TryFind(db, number, digits, out found))
                {
                    return true;
                }
            }
        }
        return false;
    }

    private static bool Overlaps(ulong firstThree, ulong prefix, int digits) => digits >= 3
        ? prefix / NumberKey.Powers[digits - 3] == firstThree
        : firstThree / NumberKey.Powers[3 - digits] == prefix;
}
