namespace Codec;

/// <summary>Septets eight to seven octets, lowest bits first (3GPP TS 23.038, 6.1.2.1).</summary>
public static partial class Gsm7
{
    /// <summary>Octets that so many septets need, after so many fill bits.</summary>
    public static int PackedLength(int septets, int fillBits = 0) => ((septets * 7) + fillBits + 7) / 8;

    /// <summary>Septets that so many octets can hold, after so many fill bits.</summary>
    public static int UnpackedLength(int octets, int fillBits = 0) => Math.Max(0, ((octets * 8) - fillBits) / 7);

    /// <summary>Fill bits that bring what follows a header of so many octets to a septet's border.</summary>
    public static int FillBits(int headerOctets) => (7 - (headerOctets * 8 % 7)) % 7;

    /// <summary>
    /// Packs septets behind <paramref name="fillBits"/> (0-6) zero bits; gives the octets written, or -1 if they do
    /// not fit.
    /// </summary>
    public static int Pack(ReadOnlySpan<byte> septets, Span<byte> octets, int fillBits = 0)
    {
        int length = PackedLength(septets.Length, fillBits);
        if (septets.IsEmpty)
        {
            return 0;
        }

        if (octets.Length < length)
        {
            return -1;
        }

        int bits = 0;
        int held = fillBits;
        int at = 0;
        foreach (byte septet in septets)
        {
            bits |= (septet & 0x7F) << held;
            held += 7;
            if (held >= 8)
            {
                octets[at++] = (byte)bits;
                bits >>= 8;
                held -= 8;
            }
        }

        if (held > 0)
        {
            octets[at] = (byte)bits;
        }

        return length;
    }

    /// <summary>
    /// Unpacks as many septets as <paramref name="octets"/> hold, or as <paramref name="septets"/> takes, after
    /// <paramref name="fillBits"/>; gives their number. Where the text's length is not known otherwise, seven spare
    /// bits that are zero are an "@" too many: <see cref="TrimPadding"/> decides.
    /// </summary>
    public static int Unpack(ReadOnlySpan<byte> octets, Span<byte> septets, int fillBits = 0)
    {
        int count = Math.Min(UnpackedLength(octets.Length, fillBits), septets.Length);
        for (int i = 0; i < count; i++)
        {
            int bit = fillBits + (i * 7);
            int index = bit >> 3;
            int value = octets[index];
            if (index + 1 < octets.Length)
            {
                value |= octets[index + 1] << 8;
            }

            septets[i] = (byte)((value >> (bit & 7)) & 0x7F);
        }

        return count;
    }

    /// <summary>
    /// How many of the unpacked septets are text, where only the number of octets is known: when they fill the octets
    /// to the last bit, a last septet of zero is padding.
    /// </summary>
    public static int TrimPadding(ReadOnlySpan<byte> septets, int fillBits = 0) =>
        !septets.IsEmpty && septets[^1] == 0 && ((septets.Length * 7) + fillBits) % 8 == 0
            ? septets.Length - 1
            : septets.Length;

    /// <summary>
    /// Packs as USSD and cell broadcast do (6.1.2.3): seven spare bits at the end hold a carriage return, and a text
    /// that ends with one on an octet's border gets a second. Gives the octets written, or -1.
    /// </summary>
    public static int PackUssd(ReadOnlySpan<byte> septets, Span<byte> octets, int fillBits = 0)
    {
        int spare = (PackedLength(septets.Length, fillBits) * 8) - ((septets.Length * 7) + fillBits);
        bool border = spare == 0 && !septets.IsEmpty && septets[^1] == CarriageReturn;
        int written = Pack(septets, octets, fillBits);
        if (written <= 0 || (spare != 7 && !border))
        {
            return written;
        }

        if (spare == 7)
        {
            octets[written - 1] |= CarriageReturn << 1;
            return written;
        }

        if (octets.Length == written)
        {
            return -1;
        }

        octets[written] = CarriageReturn;
        return written + 1;
    }

    /// <summary>Unpacks what <see cref="PackUssd"/> packed; gives the septets without the padding.</summary>
    public static int UnpackUssd(ReadOnlySpan<byte> octets, Span<byte> septets, int fillBits = 0)
    {
        int count = Unpack(octets, septets, fillBits);
        bool whole = count == UnpackedLength(octets.Length, fillBits);
        bool border = ((count * 7) + fillBits) % 8 == 0;
        if (whole && count > 0 && septets[count - 1] == CarriageReturn && border)
        {
            return count - 1;
        }

        // Two carriage returns: the text's own on the border, and the one added to keep it.
        bool doubled = whole && count > 1 && septets[count - 1] == CarriageReturn
            && septets[count - 2] == CarriageReturn && (((count - 1) * 7) + fillBits) % 8 == 0;
        return doubled ? count - 1 : count;
    }

    private const byte CarriageReturn = 0x0D;
}
