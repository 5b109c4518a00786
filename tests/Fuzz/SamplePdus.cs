using Codec;

namespace Fuzz;

/// <summary>Makes random well-formed PDUs of every kind: seeds for the fuzzer, instances for the properties.</summary>
/// <param name="seed">Decides them all.</param>
/// <param name="sensible">
/// Whether values that are decoded further (esm_class, data_coding, the text) belong together, as a peer that decodes
/// them expects.
/// </param>
public sealed partial class SamplePdus(int seed, bool sensible = false)
{
    /// <summary>Room that any sample fits in.</summary>
    public const int MaxLength = 4096;

    private static readonly CommandStatus[] Statuses = Enum.GetValues<CommandStatus>();
    private readonly Random _random = new(seed);
    private readonly byte[] _pool = new byte[8192];
    private readonly byte[] _tlvs = new byte[1024];
    private readonly byte[] _list = new byte[1024];
    private int _used;

    /// <summary>Every command_id there is a PDU for.</summary>
    public static CommandId[] Commands { get; } = Enum.GetValues<CommandId>();

    /// <summary>Writes a PDU of a random kind; gives its length.</summary>
    public int Next(Span<byte> destination) => Next(Commands[_random.Next(Commands.Length)], destination);

    /// <summary>Writes a random PDU of that kind; gives its length.</summary>
    public int Next(CommandId command, Span<byte> destination)
    {
        _used = 0;
        uint sequence = (uint)_random.NextInt64(1L << 32);
        var status = _random.Next(6) switch
        {
            0 => Statuses[_random.Next(Statuses.Length)],
            1 => (CommandStatus)_random.Next(0x400, 0x500),
            _ => CommandStatus.ESME_ROK,
        };
        return command switch
        {
            CommandId.BindReceiver or CommandId.BindTransmitter or CommandId.BindTransceiver =>
                Bind(command).Write(destination, sequence),
            CommandId.Outbind => Outbind().Write(destination, sequence),
            CommandId.Unbind or CommandId.EnquireLink =>
                new HeaderOnly { Command = command, Tlvs = Tlvs() }.Write(destination, sequence),
            CommandId.SubmitSm => SubmitSm().Write(destination, sequence),
            CommandId.SubmitMulti => SubmitMulti().Write(destination, sequence),
            CommandId.DeliverSm => DeliverSm().Write(destination, sequence),
            CommandId.DataSm => DataSm().Write(destination, sequence),
            CommandId.AlertNotification => Alert().Write(destination, sequence),
            CommandId.QuerySm => QuerySm().Write(destination, sequence),
            CommandId.CancelSm => CancelSm().Write(destination, sequence),
            CommandId.ReplaceSm => ReplaceSm().Write(destination, sequence),
            CommandId.BroadcastSm => BroadcastSm().Write(destination, sequence),
            CommandId.QueryBroadcastSm => QueryBroadcastSm().Write(destination, sequence),
            CommandId.CancelBroadcastSm => CancelBroadcastSm().Write(destination, sequence),
            _ => Response(command, destination, sequence, status),
        };
    }

    private int Response(CommandId command, Span<byte> destination, uint sequence, CommandStatus status)
    {
        bool omit = status != CommandStatus.ESME_ROK && _random.Next(2) == 0;
        var tlvs = omit ? default : Tlvs();
        var id = omit ? default : Text(64);
        switch (command)
        {
            case CommandId.BindReceiverResp or CommandId.BindTransmitterResp or CommandId.BindTransceiverResp:
                var system = omit ? default : Text(15);
                return new BindResp { Command = command, SystemId = system, Tlvs = tlvs, OmitBody = omit }
                    .Write(destination, sequence, status);
            case CommandId.SubmitSmResp:
                return new SubmitSmResp { MessageId = id, Tlvs = tlvs, OmitBody = omit }
                    .Write(destination, sequence, status);
            case CommandId.DeliverSmResp:
                return new DeliverSmResp { MessageId = id, Tlvs = tlvs, OmitBody = omit }
                    .Write(destination, sequence, status);
            case CommandId.DataSmResp:
                return new DataSmResp { MessageId = id, Tlvs = tlvs, OmitBody = omit }
                    .Write(destination, sequence, status);
            case CommandId.BroadcastSmResp:
                return new BroadcastSmResp { MessageId = id, Tlvs = tlvs, OmitBody = omit }
                    .Write(destination, sequence, status);
            case CommandId.QueryBroadcastSmResp:
                return new QueryBroadcastSmResp { MessageId = id, Tlvs = tlvs, OmitBody = omit }
                    .Write(destination, sequence, status);
            case CommandId.SubmitMultiResp:
                return new SubmitMultiResp
                {
                    MessageId = id,
                    UnsuccessSme = omit ? default : Unsuccess(),
                    Tlvs = tlvs,
                    OmitBody = omit,
                }.Write(destination, sequence, status);
            case CommandId.QuerySmResp:
                return new QuerySmResp
                {
                    MessageId = id,
                    FinalDate = omit ? default : Time(),
                    MessageState = omit ? (byte)0 : Octet(),
                    ErrorCode = omit ? (byte)0 : Octet(),
                    Tlvs = tlvs,
                    OmitBody = omit,
                }.Write(destination, sequence, status);
            default:
                return new HeaderOnlyResp { Command = command, Tlvs = tlvs }.Write(destination, sequence, status);
        }
    }

    private Bind Bind(CommandId command) => new()
    {
        Command = command,
        SystemId = Text(15),
        Password = Text(8),
        SystemType = Text(12),
        InterfaceVersion = _random.Next(2) == 0 ? (byte)0x34 : Octet(),
        AddrTon = Octet(),
        AddrNpi = Octet(),
        AddressRange = Text(40),
        Tlvs = Tlvs(),
    };

    private Outbind Outbind() => new() { SystemId = Text(15), Password = Text(8), Tlvs = Tlvs() };

    private SubmitSm SubmitSm() => new()
    {
        ServiceType = Text(5),
        SourceAddrTon = Octet(),
        SourceAddrNpi = Octet(),
        SourceAddr = Text(20),
        DestAddrTon = Octet(),
        DestAddrNpi = Octet(),
        DestinationAddr = Text(20),
        EsmClass = EsmClass(),
        ProtocolId = Octet(),
        PriorityFlag = Octet(),
        ScheduleDeliveryTime = Time(),
        ValidityPeriod = Time(),
        RegisteredDelivery = Octet(),
        ReplaceIfPresentFlag = Octet(),
        DataCoding = DataCoding(),
        SmDefaultMsgId = Octet(),
        ShortMessage = Octets(255),
        Tlvs = Tlvs(),
    };

    private SubmitMulti SubmitMulti() => new()
    {
        ServiceType = Text(5),
        SourceAddrTon = Octet(),
        SourceAddrNpi = Octet(),
        SourceAddr = Text(20),
        DestAddress = Destinations(),
        EsmClass = EsmClass(),
        ProtocolId = Octet(),
        PriorityFlag = Octet(),
        ScheduleDeliveryTime = Time(),
        ValidityPeriod = Time(),
        RegisteredDelivery = Octet(),
        ReplaceIfPresentFlag = Octet(),
        DataCoding = DataCoding(),
        SmDefaultMsgId = Octet(),
        ShortMessage = Octets(255),
        Tlvs = Tlvs(),
    };

    private DeliverSm DeliverSm()
    {
        bool receipt = _random.Next(2) == 0;
        return new DeliverSm
        {
            ServiceType = Text(5),
            SourceAddrTon = Octet(),
            SourceAddrNpi = Octet(),
            SourceAddr = Text(20),
            DestAddrTon = Octet(),
            DestAddrNpi = Octet(),
            DestinationAddr = Text(20),
            EsmClass = receipt ? (byte)4 : EsmClass(),
            ProtocolId = Octet(),
            PriorityFlag = Octet(),
            ScheduleDeliveryTime = Time(),
            ValidityPeriod = Time(),
            RegisteredDelivery = Octet(),
            ReplaceIfPresentFlag = Octet(),
            DataCoding = receipt ? (byte)0 : DataCoding(),
            SmDefaultMsgId = Octet(),
            ShortMessage = receipt ? ReceiptText() : Octets(255),
            Tlvs = Tlvs(),
        };
    }

    private DataSm DataSm() => new()
    {
        ServiceType = Text(5),
        SourceAddrTon = Octet(),
        SourceAddrNpi = Octet(),
        SourceAddr = Text(64),
        DestAddrTon = Octet(),
        DestAddrNpi = Octet(),
        DestinationAddr = Text(64),
        EsmClass = EsmClass(),
        RegisteredDelivery = Octet(),
        DataCoding = DataCoding(),
        Tlvs = Tlvs(),
    };

    private AlertNotification Alert() => new()
    {
        SourceAddrTon = Octet(),
        SourceAddrNpi = Octet(),
        SourceAddr = Text(64),
        EsmeAddrTon = Octet(),
        EsmeAddrNpi = Octet(),
        EsmeAddr = Text(64),
        Tlvs = Tlvs(),
    };

    private QuerySm QuerySm() => new()
    {
        MessageId = Text(64),
        SourceAddrTon = Octet(),
        SourceAddrNpi = Octet(),
        SourceAddr = Text(20),
        Tlvs = Tlvs(),
    };

    private CancelSm CancelSm() => new()
    {
        ServiceType = Text(5),
        MessageId = Text(64),
        SourceAddrTon = Octet(),
        SourceAddrNpi = Octet(),
        SourceAddr = Text(20),
        DestAddrTon = Octet(),
        DestAddrNpi = Octet(),
        DestinationAddr = Text(20),
        Tlvs = Tlvs(),
    };

    private ReplaceSm ReplaceSm() => new()
    {
        MessageId = Text(64),
        SourceAddrTon = Octet(),
        SourceAddrNpi = Octet(),
        SourceAddr = Text(20),
        ScheduleDeliveryTime = Time(),
        ValidityPeriod = Time(),
        RegisteredDelivery = Octet(),
        SmDefaultMsgId = Octet(),
        ShortMessage = Octets(255),
        Tlvs = Tlvs(),
    };

    private BroadcastSm BroadcastSm() => new()
    {
        ServiceType = Text(5),
        SourceAddrTon = Octet(),
        SourceAddrNpi = Octet(),
        SourceAddr = Text(20),
        MessageId = Text(64),
        PriorityFlag = Octet(),
        ScheduleDeliveryTime = Time(),
        ValidityPeriod = Time(),
        ReplaceIfPresentFlag = Octet(),
        DataCoding = DataCoding(),
        SmDefaultMsgId = Octet(),
        Tlvs = BroadcastTlvs(),
    };

    private QueryBroadcastSm QueryBroadcastSm() => new()
    {
        MessageId = Text(64),
        SourceAddrTon = Octet(),
        SourceAddrNpi = Octet(),
        SourceAddr = Text(20),
        Tlvs = Tlvs(),
    };

    private CancelBroadcastSm CancelBroadcastSm() => new()
    {
        ServiceType = Text(5),
        MessageId = Text(64),
        SourceAddrTon = Octet(),
        SourceAddrNpi = Octet(),
        SourceAddr = Text(20),
        Tlvs = Tlvs(),
    };
}
