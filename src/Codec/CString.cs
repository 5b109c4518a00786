using System.Runtime.CompilerServices;

namespace Codec;

/// <summary>C-octet strings (SMPP 5.0, 3.1): octets up to a NUL, at most so many with it.</summary>
internal static class CString
{
    /// <summary>Where the NUL is that ends the string at <paramref name="at"/>; -1 if there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int End(ReadOnlySpan<byte> pdu, int at, int max) =>
        (uint)at < (uint)pdu.Length && pdu[at] == 0 ? at : Scan(pdu, at, max);

    /// <summary>Whether the string can be written: short enough, and no NUL in it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Fits(ReadOnlySpan<byte> value, int max) =>
        value.IsEmpty || (value.Length < max && value.IndexOf((byte)0) < 0);

    /// <summary>Writes the string and its NUL; gives the offset behind it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Write(Span<byte> destination, int at, ReadOnlySpan<byte> value)
    {
        value.CopyTo(destination[at..]);
        at += value.Length;
        destination[at] = 0;
        return at + 1;
    }

    private static int Scan(ReadOnlySpan<byte> pdu, int at, int max)
    {
        var rest = pdu[at..];
        if (rest.Length > max)
        {
            rest = rest[..max];
        }

        int length = rest.IndexOf((byte)0);
        return length < 0 ? -1 : at + length;
    }
}
