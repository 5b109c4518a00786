using System.Text;

namespace Store.Numbers;

/// <summary>
/// An operator as look-ups give it. Mobile country and network code are null where no map names them.
/// </summary>
public sealed record NumberOperator(string Code, string? Mcc, string? Mnc, string? Name);

/// <summary>
/// The operators of one import, numbered in the order they are met. Finding one that is known allocates nothing.
/// </summary>
internal sealed class OperatorList
{
    private readonly ImportFormat _format;
    private readonly string[] _prefixes;
    private readonly List<NumberOperator> _operators = [];
    private (byte[] Key, int Id)[] _slots = new (byte[], int)[256];

    internal OperatorList(ImportFormat format)
    {
        _format = format;
        _prefixes = [.. format.Operators.Keys.OrderByDescending(key => key.Length)];
    }

    internal IReadOnlyList<NumberOperator> Operators => _operators;

    /// <summary>The number of an operator, from the fields that name it; -1 when there are too many.</summary>
    internal int Find(ReadOnlySpan<byte> code, ReadOnlySpan<byte> mcc, ReadOnlySpan<byte> mnc)
    {
        Span<byte> key = stackalloc byte[code.Length + mcc.Length + mnc.Length + 2];
        code.CopyTo(key);
        mcc.CopyTo(key[(code.Length + 1)..]);
        mnc.CopyTo(key[(code.Length + mcc.Length + 2)..]);
        key[code.Length] = key[code.Length + mcc.Length + 1] = 0;
        for (var slot = Hash(key);; slot++)
        {
            ref var entry = ref _slots[slot & (_slots.Length - 1)];
            if (entry.Key == null)
            {
                return Add(key.ToArray(), Make(code, mcc, mnc));
            }
            if (key.SequenceEqual(entry.Key))
            {
                return entry.Id;
            }
        }
    }

    private int Add(byte[] key, NumberOperator found)
    {
        if (_operators.Count > ushort.MaxValue)
        {
            return -1;
        }
        if ((_operators.Count + 1) * 2 > _slots.Length)
        {
            var old = _slots;
            _slots = new (byte[], int)[old.Length * 2];
            foreach (var entry in old.Where(entry => entry.Key != null))
            {
                Place(entry.Key, entry.Id);
            }
        }
        var known = _operators.IndexOf(found);
        if (known < 0)
        {
            known = _operators.Count;
            _operators.Add(found);
        }
        Place(key, known);
        return known;
    }

    private void Place(byte[] key, int id)
    {
        var slot = Hash(key);
        while (_slots[slot & (_slots.Length - 1)].Key != null)
        {
            slot++;
        }
        _slots[slot & (_slots.Length - 1)] = (key, id);
    }

    private NumberOperator Make(ReadOnlySpan<byte> codeBytes, ReadOnlySpan<byte> mccBytes, ReadOnlySpan<byte> mncBytes)
    {
        var code = Encoding.Latin1.GetString(codeBytes);
        var mapped = _format.OperatorMatch == OperatorMatch.Exact
            ? _format.Operators.GetValueOrDefault(code)
            : _prefixes.FirstOrDefault(p => code.StartsWith(p, StringComparison.Ordinal)) is { } prefix
                ? _format.Operators[prefix] : null;
        var mnc = mncBytes.IsEmpty ? mapped?.Mnc : Encoding.Latin1.GetString(mncBytes).PadLeft(_format.MncDigits, '0');
        var mcc = mccBytes.IsEmpty ? mapped?.Mcc ?? (mnc == null ? null : _format.Mcc)
            : Encoding.Latin1.GetString(mccBytes);
        return new NumberOperator(code.Length > 0 ? code : mcc + mnc, mcc, mnc, mapped?.Name);
    }

    private static int Hash(ReadOnlySpan<byte> key)
    {
        uint hash = 2166136261;
        foreach (var b in key)
        {
            hash = (hash ^ b) * 16777619;
        }
        return (int)((hash ^ (hash >> 15)) & 0x3FFF_FFFF);
    }
}
