namespace Appliance.Policy;

/// <summary>A number's digits as one value, for keys.</summary>
internal static class NumberValue
{
    /// <summary>Digits of the longest international number (ITU-T E.164).</summary>
    public const int Longest = 15;

    /// <summary>Reads digits with a 1 before them, since a number may begin with 0.</summary>
    /// <param name="number">Without +.</param>
    /// <returns>False for anything but 1 to <see cref="Longest"/> digits.</returns>
    public static bool TryRead(ReadOnlySpan<byte> number, out ulong value)
    {
        value = 1;
        if (number.Length is 0 or > Longest) return false;
        foreach (var digit in number)
        {
            var figure = (uint)(digit - '0');
            if (figure > 9) return false;
            value = (value * 10) + figure;
        }

        return true;
    }
}
