using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Codec;

namespace Appliance.Tests.Simulator;

/// <summary>A PDU as a test looks at it.</summary>
internal sealed record ReadPdu(CommandId Command, CommandStatus Status, uint Sequence, byte[] Bytes)
{
    internal string MessageId
    {
        get
        {
            SubmitSmResp.TryRead(Bytes, out var response);
            return Encoding.ASCII.GetString(response.MessageId);
        }
    }
}

/// <summary>What a test wants to know of a receipt.</summary>
internal sealed record ReadReceipt(
    string Id, MessageState State, string Source, string Destination, string Text, string Payload, string TlvId);

/// <summary>An ESME by hand: blocking, a PDU at a time, every wait with a deadline.</summary>
internal sealed class SmppClient : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private readonly Socket _socket;
    private uint _sequence;

    private SmppClient(Socket socket) => _socket = socket;

    internal static SmppClient Connect(IPEndPoint endPoint)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp)
        {
            NoDelay = true,
            ReceiveTimeout = (int)Deadline.TotalMilliseconds,
        };
        socket.Connect(endPoint);
        return new SmppClient(socket);
    }

    internal static SmppClient Bound(
        IPEndPoint endPoint, CommandId mode = CommandId.BindTransceiver, string systemId = "esme")
    {
        var client = Connect(endPoint);
        var answer = client.Bind(mode, systemId, "secret");
        Xunit.Assert.Equal(CommandStatus.ESME_ROK, answer.Status);
        return client;
    }

    internal ReadPdu Bind(CommandId mode, string systemId, string password)
    {
        var bind = new Bind
        {
            Command = mode,
            SystemId = Encoding.ASCII.GetBytes(systemId),
            Password = Encoding.ASCII.GetBytes(password),
            InterfaceVersion = 0x34,
        };
        var bytes = new byte[bind.EncodedSize];
        bind.Write(bytes, ++_sequence);
        Send(bytes);
        return Read();
    }

    internal uint Submit(string destination = "263771234567", byte registered = 1, string body = "Hello")
    {
        Send(SubmitBytes(destination, registered, body));
        return _sequence;
    }

    internal byte[] SubmitBytes(string destination, byte registered, string body)
    {
        var submit = new SubmitSm
        {
            SourceAddrTon = 5,
            SourceAddr = "Shop"u8,
            DestAddrTon = 1,
            DestAddrNpi = 1,
            DestinationAddr = Encoding.ASCII.GetBytes(destination),
            RegisteredDelivery = registered,
            ShortMessage = Encoding.ASCII.GetBytes(body),
        };
        var bytes = new byte[submit.EncodedSize];
        submit.Write(bytes, ++_sequence);
        return bytes;
    }

    internal void SendHeader(CommandId command, uint sequence, CommandStatus status = CommandStatus.ESME_ROK)
    {
        var bytes = new byte[Header.Size];
        new Header(Header.Size, command, status, sequence).Write(bytes);
        Send(bytes);
    }

    internal void Send(ReadOnlySpan<byte> bytes) => _socket.Send(bytes);

    /// <summary>The next PDU; enquire_link is answered on the way.</summary>
    /// <exception cref="IOException">The connection ended, or nothing came before the deadline.</exception>
    internal ReadPdu Read()
    {
        while (true)
        {
            var head = Exactly(Header.Size);
            uint length = BinaryPrimitives.ReadUInt32BigEndian(head);
            var header = Header.Read(head);
            var bytes = (byte[])[.. head, .. Exactly((int)length - Header.Size)];
            if (header.Command != CommandId.EnquireLink)
            {
                return new ReadPdu(header.Command, header.Status, header.Sequence, bytes);
            }
            SendHeader(CommandId.EnquireLinkResp, header.Sequence);
        }
    }

    internal ReadPdu Read(CommandId command)
    {
        var pdu = Read();
        Xunit.Assert.Equal(command, pdu.Command);
        return pdu;
    }

    /// <summary>The next PDU must be a receipt; it is answered.</summary>
    internal ReadReceipt ReadReceipt(CommandStatus answer = CommandStatus.ESME_ROK)
    {
        var pdu = Read();
        Xunit.Assert.True(pdu.Command is CommandId.DeliverSm or CommandId.DataSm, pdu.Command.ToString());
        var response = (CommandId)((uint)pdu.Command | CommandIdExtensions.ResponseBit);
        SendHeader(response, pdu.Sequence, answer);
        Span<byte> scratch = stackalloc byte[512];
        if (pdu.Command == CommandId.DataSm)
        {
            DataSm.TryRead(pdu.Bytes, out var data);
            Xunit.Assert.True(ReceiptFacts.TryRead(data, scratch, out var dataFacts));
            return Of(dataFacts, data.SourceAddr, data.DestinationAddr, default, data.Tlvs);
        }
        DeliverSm.TryRead(pdu.Bytes, out var deliver);
        Xunit.Assert.True(ReceiptFacts.TryRead(deliver, scratch, out var facts));
        return Of(facts, deliver.SourceAddr, deliver.DestinationAddr, deliver.ShortMessage, deliver.Tlvs);
    }

    internal bool IsClosed()
    {
        try
        {
            while (true) Read();
        }
        catch (EndOfStreamException)
        {
            return true;
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.ConnectionReset)
        {
            return true;
        }
    }

    /// <summary>Whether nothing at all arrives for so long.</summary>
    internal bool IsSilent(TimeSpan time) => !_socket.Poll(time, SelectMode.SelectRead);

    public void Dispose() => _socket.Dispose();

    private static ReadReceipt Of(
        in ReceiptFacts facts, ReadOnlySpan<byte> source, ReadOnlySpan<byte> destination, ReadOnlySpan<byte> text,
        TlvReader tlvs)
    {
        tlvs.TryFind(TlvTag.MessagePayload, out var payload);
        tlvs.TryFindCString(TlvTag.ReceiptedMessageId, out var id);
        return new ReadReceipt(
            Encoding.ASCII.GetString(facts.Id), facts.State, Encoding.ASCII.GetString(source),
            Encoding.ASCII.GetString(destination), Encoding.ASCII.GetString(text), Encoding.ASCII.GetString(payload),
            Encoding.ASCII.GetString(id));
    }

    private byte[] Exactly(int count)
    {
        var bytes = new byte[count];
        for (int have = 0; have < count;)
        {
            int received = _socket.Receive(bytes.AsSpan(have));
            if (received == 0) throw new EndOfStreamException($"connection ended with {have} of {count} octets");
            have += received;
        }
        return bytes;
    }
}
