namespace Codec;

/// <summary>
/// One destination of a submit_multi: an SME address (dest_flag 1), or a distribution list (dest_flag 2) with
/// <see cref="DlName"/> alone set.
/// </summary>
public readonly ref struct DestAddress
{
    /// <summary>1 for an SME address, 2 for a distribution list.</summary>
    public byte DestFlag { get; init; }

    /// <summary>Type of number.</summary>
    public byte DestAddrTon { get; init; }

    /// <summary>Numbering plan.</summary>
    public byte DestAddrNpi { get; init; }

    /// <summary>The address, without NUL.</summary>
    public ReadOnlySpan<byte> DestinationAddr { get; init; }

    /// <summary>The distribution list's name, without NUL.</summary>
    public ReadOnlySpan<byte> DlName { get; init; }
}

/// <summary>
/// The destinations of a submit_multi as they are on the wire (SMPP 5.0, 4.2.3.1.1):
/// <code>
/// | 1 | ton | npi | destination_addr NUL |    or    | 2 | dl_name NUL |
/// </code>
/// </summary>
public readonly ref struct DestAddressList
{
    internal const int AddressMax = 21;
    internal const int NameMax = 21;
    private const byte SmeAddress = 1;
    private const byte DistributionList = 2;

    internal DestAddressList(int count, ReadOnlySpan<byte> bytes)
    {
        Count = count;
        Bytes = bytes;
    }

    /// <summary>number_of_dests.</summary>
    public int Count { get; }

    /// <summary>The entries as they are on the wire.</summary>
    public ReadOnlySpan<byte> Bytes { get; }

    /// <summary>Walks the destinations.</summary>
    public Enumerator GetEnumerator() => new(this);

    /// <summary>Appends an SME address to encoded entries; gives the octets used, or -1 if they do not fit.</summary>
    public static int WriteAddress(Span<byte> destination, byte ton, byte npi, ReadOnlySpan<byte> address)
    {
        if (!CString.Fits(address, AddressMax) || destination.Length < address.Length + 4)
        {
            return -1;
        }

        destination[0] = SmeAddress;
        destination[1] = ton;
        destination[2] = npi;
        return CString.Write(destination, 3, address);
    }

    /// <summary>Appends a distribution list; gives the octets used, or -1 if they do not fit.</summary>
    public static int WriteList(Span<byte> destination, ReadOnlySpan<byte> name)
    {
        if (!CString.Fits(name, NameMax) || destination.Length < name.Length + 2)
        {
            return -1;
        }

        destination[0] = DistributionList;
        return CString.Write(destination, 1, name);
    }

    /// <summary>Encoded entries as a list; false if they are not whole, or more than one octet counts.</summary>
    public static bool TryCreate(ReadOnlySpan<byte> bytes, out DestAddressList list)
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

        list = new DestAddressList(count, bytes);
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
        if (at >= pdu.Length)
        {
            PduError.Truncated(out error, "dest_flag", at, pdu.Length);
            return -1;
        }

        byte flag = pdu[at];
        if (flag is not (SmeAddress or DistributionList))
        {
            PduError.Invalid(out error, CommandStatus.ESME_RINVDESTFLAG, "dest_flag", at);
            return -1;
        }

        bool address = flag == SmeAddress;
        int start = Math.Min(at + (address ? 3 : 1), pdu.Length);
        int end = CString.End(pdu, start, address ? AddressMax : NameMax);
        if (end < 0)
        {
            PduError.CString(
                out error, address ? CommandStatus.ESME_RINVDSTADR : CommandStatus.ESME_RINVDLNAME,
                address ? "destination_addr" : "dl_name", start, pdu.Length, address ? AddressMax : NameMax);
            return -1;
        }

        return end + 1;
    }

    /// <summary>Walks the destinations; the entries were checked when the list was made.</summary>
    public ref struct Enumerator
    {
        private readonly ReadOnlySpan<byte> _bytes;
        private int _at;

        internal Enumerator(DestAddressList list)
        {
            _bytes = list.Bytes;
        }

        /// <summary>The destination at hand.</summary>
        public DestAddress Current { get; private set; }

        /// <summary>Goes to the next destination.</summary>
        public bool MoveNext()
        {
            if (_at >= _bytes.Length)
            {
                return false;
            }

            int end = End(_bytes, _at, out _) - 1;
            Current = _bytes[_at] == SmeAddress
                ? new DestAddress
                {
                    DestFlag = SmeAddress,
                    DestAddrTon = _bytes[_at + 1],
                    DestAddrNpi = _bytes[_at + 2],
                    DestinationAddr = _bytes[(_at + 3)..end],
                }
                : new DestAddress { DestFlag = DistributionList, DlName = _bytes[(_at + 1)..end] };
            _at = end + 1;
            return true;
        }
    }
}
