using System.Buffers.Binary;

namespace Codec;

/// <summary>Which part of which message a short message is (3GPP TS 23.040, 9.2.3.24.1 and .8).</summary>
/// <param name="Reference">The message's reference, 8 or 16 bits.</param>
/// <param name="Total">How many parts, 1-255.</param>
/// <param name="Sequence">Which of them, 1-<paramref name="Total"/>.</param>
/// <param name="IsWide">Whether the reference has 16 bits.</param>
public readonly record struct Concatenation(ushort Reference, byte Total, byte Sequence, bool IsWide);

/// <summary>One information element of a user data header.</summary>
public readonly ref struct InformationElement(byte identifier, ReadOnlySpan<byte> data)
{
    /// <summary>Information element identifier.</summary>
    public byte Identifier { get; } = identifier;

    /// <summary>Its data.</summary>
    public ReadOnlySpan<byte> Data { get; } = data;
}

/// <summary>
/// The header before a short message's text, where esm_class has <see cref="EsmClassBit"/> (3GPP TS 23.040, 9.2.3.24):
/// <code>
/// | UDHL | IEI | length | data ... | IEI | length | data ... |  text
///   0      1                                                 1 + UDHL
/// </code>
/// </summary>
public readonly ref struct UserDataHeader
{
    /// <summary>esm_class's bit that says that there is a header (UDHI).</summary>
    public const byte EsmClassBit = 0x40;

    /// <summary>Concatenation with an 8-bit reference.</summary>
    public const byte Concat8 = 0x00;

    /// <summary>Application ports, 16 bits each: destination, source.</summary>
    public const byte Ports16 = 0x05;

    /// <summary>Concatenation with a 16-bit reference.</summary>
    public const byte Concat16 = 0x08;

    /// <summary>National language single shift.</summary>
    public const byte SingleShift = 0x24;

    /// <summary>National language locking shift.</summary>
    public const byte LockingShift = 0x25;

    private UserDataHeader(ReadOnlySpan<byte> elements)
    {
        Elements = elements;
    }

    /// <summary>The elements, without UDHL.</summary>
    public ReadOnlySpan<byte> Elements { get; }

    /// <summary>Octets of the header, UDHL included: where the text starts.</summary>
    public int Length => Elements.Length + 1;

    /// <summary>
    /// Reads the header at the front of a short message; false if it is longer than the message, or if an element is
    /// longer than the header or has not the length its kind has.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> shortMessage, out UserDataHeader header)
    {
        header = default;
        if (shortMessage.IsEmpty || shortMessage[0] >= shortMessage.Length)
        {
            return false;
        }

        var elements = shortMessage.Slice(1, shortMessage[0]);
        for (int at = 0; at < elements.Length;)
        {
            if (elements.Length - at < 2 || elements.Length - at - 2 < elements[at + 1]
                || !HasItsLength(elements[at], elements[at + 1]))
            {
                return false;
            }

            at += 2 + elements[at + 1];
        }

        header = new UserDataHeader(elements);
        return true;
    }

    /// <summary>Which part this is; of several such elements the last one holds, as the specification says.</summary>
    public bool TryGetConcatenation(out Concatenation part)
    {
        part = default;
        foreach (var element in this)
        {
            var data = element.Data;
            if (element.Identifier == Concat8)
            {
                part = new Concatenation(data[0], data[1], data[2], false);
            }
            else if (element.Identifier == Concat16)
            {
                part = new Concatenation(BinaryPrimitives.ReadUInt16BigEndian(data), data[2], data[3], true);
            }
        }

        return part.Total > 0 && part.Sequence > 0 && part.Sequence <= part.Total;
    }

    /// <summary>The national languages of the text; default where the header names none.</summary>
    public void GetLanguages(out NationalLanguage locking, out NationalLanguage single)
    {
        locking = default;
        single = default;
        foreach (var element in this)
        {
            if (element.Identifier == LockingShift)
            {
                locking = (NationalLanguage)element.Data[0];
            }
            else if (element.Identifier == SingleShift)
            {
                single = (NationalLanguage)element.Data[0];
            }
        }
    }

    /// <summary>The application ports that the message is for and from.</summary>
    public bool TryGetPorts(out ushort destination, out ushort source)
    {
        destination = source = 0;
        bool found = false;
        foreach (var element in this)
        {
            if (element.Identifier == Ports16)
            {
                destination = BinaryPrimitives.ReadUInt16BigEndian(element.Data);
                source = BinaryPrimitives.ReadUInt16BigEndian(element.Data[2..]);
                found = true;
            }
        }

        return found;
    }

    /// <summary>
    /// Writes the element that says which part this is, without UDHL; gives its octets (5 or 6), or -1 if they do not
    /// fit.
    /// </summary>
    public static int WriteConcatenation(Span<byte> destination, in Concatenation part)
    {
        int length = part.IsWide ? 6 : 5;
        if (destination.Length < length)
        {
            return -1;
        }

        destination[0] = part.IsWide ? Concat16 : Concat8;
        destination[1] = (byte)(length - 2);
        if (part.IsWide)
        {
            destination[2] = (byte)(part.Reference >> 8);
        }

        destination[length - 3] = (byte)part.Reference;
        destination[length - 2] = part.Total;
        destination[length - 1] = part.Sequence;
        return length;
    }

    /// <summary>Walks the elements.</summary>
    public Enumerator GetEnumerator() => new(Elements);

    private static bool HasItsLength(byte identifier, byte length) => identifier switch
    {
        Concat8 => length == 3,
        Concat16 or Ports16 => length == 4,
        SingleShift or LockingShift => length == 1,
        _ => true,
    };

    /// <summary>Walks elements that were checked when the header was read.</summary>
    public ref struct Enumerator(ReadOnlySpan<byte> rest)
    {
        private ReadOnlySpan<byte> _rest = rest;

        /// <summary>The element at hand.</summary>
        public InformationElement Current { get; private set; }

        /// <summary>Goes to the next element.</summary>
        public bool MoveNext()
        {
            if (_rest.IsEmpty)
            {
                return false;
            }

            int length = _rest[1];
            Current = new InformationElement(_rest[0], _rest.Slice(2, length));
            _rest = _rest[(2 + length)..];
            return true;
        }
    }
}
