namespace Appliance.Numbering;

/// <summary>
/// What is done with a number's beginning: where its digits are in the sets, one after another, it becomes
/// <paramref name="insert"/>, then its own digits from <paramref name="keepFrom"/> to <paramref name="keepTo"/>, then
/// what follows the sets.
/// </summary>
/// <param name="sets">For each digit, bit n: n is one of the set.</param>
/// <param name="whole">The number has to end where the sets do.</param>
internal sealed class DigitRule(ushort[] sets, bool whole, byte[] insert, int keepFrom, int keepTo)
{
    internal DigitRule(ushort[] sets)
        : this(sets, false, [], 0, 0)
    {
    }

    internal int Length => sets.Length;

    /// <param name="digits">ASCII digits.</param>
    internal bool Matches(ReadOnlySpan<byte> digits)
    {
        if (whole ? digits.Length != sets.Length : digits.Length < sets.Length) return false;
        for (var i = 0; i < sets.Length; i++)
        {
            if ((sets[i] & (1 << (digits[i] - '0'))) == 0) return false;
        }

        return true;
    }

    /// <summary>Writes what the number becomes.</summary>
    /// <returns>Its length, or -1 where it does not fit.</returns>
    internal int Apply(ReadOnlySpan<byte> digits, Span<byte> result)
    {
        var kept = digits[keepFrom..keepTo];
        var rest = digits[sets.Length..];
        var length = insert.Length + kept.Length + rest.Length;
        if (length > result.Length) return -1;
        insert.CopyTo(result);
        kept.CopyTo(result[insert.Length..]);
        rest.CopyTo(result[(insert.Length + kept.Length)..]);
        return length;
    }
}
