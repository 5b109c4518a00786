using System.Buffers.Binary;

namespace Codec;

/// <summary>One destination that a submit_multi did not reach, and why.</summary>
public readonly ref struct UnsuccessSme
{
    /// <summary>Type of number.</summary>
    public byte DestAddrTon { get; init; }

    /// <summary>Numbering plan.</summary>
    public byte DestAddrNpi { get; init; }

    /// <summary>The address, without NUL.</summary>
    public ReadOnlySpan<byte> DestinationAddr { get; init; }

    /// <summary>Why.</summary>
    public CommandStatus ErrorStatusCode { get; init; }
}

/// <summary>
/// The destinations that a submit_multi did not reach, as they are on the wire (SMPP 5.0, 4.2.3.2.1):
/// <code>
/// | ton | npi | destination_addr NUL | error_status_code (4) |
/// </code>
/// </summary>
public readonly ref struct UnsuccessSmeList
{
    internal const int AddressMax = 21;

    internal UnsuccessSmeList(int count, ReadOnlySpan<byte> bytes)
    {
        Count = count;
        Bytes = bytes;
    }

    /// <summary>no_unsuccess.</summary>
    public int Count { get; }

    /// <summary>The entries as they are on the wire.</summary>
    public ReadOnlySpan<byte> Bytes { get; }

    /// <summary>Walks the entries.</summary>
    public Enumerator GetEnumerator() => new(this);

    /// <summary>Appends an entry to encoded ones; gives the octets used, or -1 if they do not fit.</summary>
    public static int Write(
        Span<byte> destination, byte ton, byte npi, ReadOnlySpan<byte> address, CommandStatus status)
    {
        if (!CString.Fits(address, AddressMax) || destination.Length < address.Length + 7)
        {
            return -1;
        }

        destination[0] = ton;
        destination[1] = npi;
        int at = CString.Write(destination, 2, address);
        BinaryPrimitives.WriteUInt32BigEndian(destination[at..], (uint)status);
        return at + sizeof(uint);
    }

    /// <summary>Encoded entries as a list; false if they are not whole, or more than one octet counts.</summary>
    public static bool TryCreate(ReadOnlySpan<byte> bytes, out UnsuccessSmeList list)
    {
        int count = 0;
        int at = 0;
        list = default;
        while (at < bytes.Length)
        {
            at = End(bytes, at, out _);
            if (at < 0 || ++count > byte.MaxValue)
            {
                return false;
            }
        }

        list = new UnsuccessSmeList(count, bytes);
        return true;
    }

    /// <summary>Where the list ends that starts at <paramref name="at"/>; -1 if it is malformed.</summary>
    internal static int Measure(ReadOnlySpan<byte> pdu, int at, int count, out PduError error)
    {
        error = default;
        for (; count > 0; count--)
        {
            at = End(pdu, at, out error);
            if (at < 0)
            {
                return -1;
            }
        }

        return at;
    }

    private static int End(ReadOnlySpan<byte> pdu, int at, out PduError error)
    {
        error = default;
        int start = Math.Min(at + 2, pdu.Length);
        int end = CString.End(pdu, start, AddressMax);
        if (end < 0)
        {
            PduError.CString(
                out error, CommandStatus.ESME_RINVDSTADR, "destination_addr", start, pdu.Length, AddressMax);
            return -1;
        }

        if (pdu.Length - (end + 1) < sizeof(uint))
        {
            PduError.Truncated(out error, "error_status_code", end + 1, pdu.Length);
            return -1;
        }

        return end + 1 + sizeof(uint);
    }

    /// <summary>Walks the entries; they were checked when the list was made.</summary>
    public ref struct Enumerator
    {
        private readonly ReadOnlySpan<byte> _bytes;
        private int _at;

        internal Enumerator(UnsuccessSmeList list)
        {
            _bytes = list.Bytes;
        }

        /// <summary>The entry at hand.</summary>
        public UnsuccessSme Current { get; private set; }

        /// <summary>Goes to the next entry.</summary>
        public bool MoveNext()
        {
            if (_at >= _bytes.Length)
            {
                return false;
            }

            int end = End(_bytes, _at, out _);
            Current = new UnsuccessSme
            {
                DestAddrTon = _bytes[_at],
                DestAddrNpi = _bytes[_at + 1],
                DestinationAddr = _bytes[(_at + 2)..(end - 1 - sizeof(uint))],
                ErrorStatusCode = (CommandStatus)BinaryPrimitives.ReadUInt32BigEndian(_bytes[(end - sizeof(uint))..]),
            };
            _at = end;
            return true;
        }
    }
}
