using Codec;

namespace Fuzz;

/// <summary>The values of the fields.</summary>
public sealed partial class SamplePdus
{
    /// <summary>
    /// TLVs that peers read with another length than SMPP 5.0 gives them: npm's smpp the first two, tshark the others
    /// (for broadcast_rep_num it takes more than its two octets; ms_validity had one octet in 3.4).
    /// </summary>
    private static readonly TlvTag[] OfAnotherLengthElsewhere =
        [TlvTag.SourceTelematicsId, TlvTag.DestAddrNpCountry, TlvTag.BroadcastRepNum, TlvTag.MsValidity];

    private byte EsmClass() => sensible ? (byte)0 : Octet();

    private byte DataCoding() => sensible ? (byte)(_random.Next(2) * 3) : Octet();

    private byte Octet() => (byte)(_random.Next(3) == 0 ? _random.Next(256) : _random.Next(9));

    /// <summary>Text without NUL of zero to so many octets.</summary>
    private ReadOnlySpan<byte> Text(int max)
    {
        var text = Take(_random.Next(4) == 0 ? 0 : _random.Next(max + 1));
        bool ascii = _random.Next(4) != 0;
        foreach (ref byte octet in text)
        {
            octet = (byte)(ascii ? _random.Next(0x20, 0x7F) : _random.Next(1, 0x100));
        }

        return text;
    }

    private ReadOnlySpan<byte> Octets(int max)
    {
        var octets = Take(_random.Next(max + 1));
        _random.NextBytes(octets);
        if (sensible)
        {
            foreach (ref byte octet in octets)
            {
                octet = (byte)('A' + (octet % 26));
            }
        }

        return octets;
    }

    private ReadOnlySpan<byte> Time()
    {
        if (_random.Next(2) == 0)
        {
            return default;
        }

        var time = Take(SmppTime.Length);
        if (_random.Next(2) == 0)
        {
            SmppTime.WriteRelative(time, TimeSpan.FromSeconds(_random.Next(31 * 86400)));
        }
        else
        {
            SmppTime.WriteAbsolute(time, DateTimeOffset.UnixEpoch.AddSeconds(_random.NextInt64(1L << 31) + (1L << 30)));
        }

        return time;
    }

    private ReadOnlySpan<byte> ReceiptText()
    {
        var id = Take(_random.Next(1, 20));
        id.Fill((byte)('0' + _random.Next(10)));
        var receipt = new Receipt
        {
            Id = id,
            Sub = "001"u8,
            Dlvrd = "001"u8,
            SubmitDate = "2611202030"u8,
            DoneDate = "2611202031"u8,
            Stat = ((MessageState)_random.Next(10)).Stat(),
            Err = "000"u8,
            Text = Text(20),
        };
        var text = Take(200);
        return text[..receipt.Write(text)];
    }

    private ReadOnlySpan<byte> Tlvs()
    {
        var writer = new TlvWriter(_tlvs);
        var tags = Enum.GetValues<TlvTag>();
        for (int i = _random.Next(4); i > 0; i--)
        {
            var tag = tags[_random.Next(tags.Length)];
            bool left = sensible && (tag == TlvTag.MessagePayload || OfAnotherLengthElsewhere.Contains(tag));
            if (!left)
            {
                Add(ref writer, tag, tag.Type());
            }
        }

        if (_random.Next(4) == 0)
        {
            writer.Add((TlvTag)_random.Next(0x1400, 0x4000), Octets(40));
        }

        return writer.Written;
    }

    private void Add(ref TlvWriter writer, TlvTag tag, TlvType type)
    {
        // The few that may be shorter are so in one version of the specification only: peers expect the whole length.
        int length = type.MaxLength <= sizeof(uint)
            ? type.MaxLength
            : _random.Next(type.MinLength, Math.Min(type.MaxLength, type.MinLength + 40) + 1);
        var value = Take(length);
        _random.NextBytes(value);
        if (type.Kind == TlvKind.CString)
        {
            foreach (ref byte octet in value)
            {
                octet = (byte)('a' + (octet % 26));
            }

            value[^1] = 0;
        }

        writer.Add(tag, value);
    }

    private ReadOnlySpan<byte> BroadcastTlvs()
    {
        var writer = new TlvWriter(_tlvs);
        writer.Add(TlvTag.BroadcastAreaIdentifier, "\0Atlantis"u8);
        writer.Add(TlvTag.BroadcastContentType, [0, 0, 1]);
        writer.AddUInt16(TlvTag.BroadcastRepNum, (ushort)_random.Next(1, 100));
        writer.Add(TlvTag.BroadcastFrequencyInterval, [8, 0, 5]);
        writer.Add(TlvTag.MessagePayload, Octets(100));
        return writer.Written;
    }

    private DestAddressList Destinations()
    {
        int at = 0;
        for (int i = _random.Next(5); i > 0; i--)
        {
            at += _random.Next(3) == 0
                ? DestAddressList.WriteList(_list.AsSpan(at), Text(20))
                : DestAddressList.WriteAddress(_list.AsSpan(at), Octet(), Octet(), Text(20));
        }

        DestAddressList.TryCreate(_list.AsSpan(0, at), out var list);
        return list;
    }

    private UnsuccessSmeList Unsuccess()
    {
        int at = 0;
        for (int i = _random.Next(5); i > 0; i--)
        {
            var status = (CommandStatus)_random.Next(256);
            at += UnsuccessSmeList.Write(_list.AsSpan(at), Octet(), Octet(), Text(20), status);
        }

        UnsuccessSmeList.TryCreate(_list.AsSpan(0, at), out var list);
        return list;
    }

    private Span<byte> Take(int length)
    {
        var taken = _pool.AsSpan(_used, length);
        _used += length;
        return taken;
    }
}
