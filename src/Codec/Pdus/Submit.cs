namespace Codec;

/// <summary>submit_sm: an ESME hands over a message (SMPP 5.0, 4.2.1.1).</summary>
[Pdu(CommandId.SubmitSm)]
public ref partial struct SubmitSm
{
    [CString(6, Status = CommandStatus.ESME_RINVSERTYP)] public ReadOnlySpan<byte> ServiceType { get; set; }
    [Octet] public byte SourceAddrTon { get; set; }
    [Octet] public byte SourceAddrNpi { get; set; }
    [CString(21, Status = CommandStatus.ESME_RINVSRCADR, Offset = true)]
    public ReadOnlySpan<byte> SourceAddr { get; set; }
    [Octet] public byte DestAddrTon { get; set; }
    [Octet] public byte DestAddrNpi { get; set; }
    [CString(21, Status = CommandStatus.ESME_RINVDSTADR, Offset = true)]
    public ReadOnlySpan<byte> DestinationAddr { get; set; }
    [Octet] public byte EsmClass { get; set; }
    [Octet] public byte ProtocolId { get; set; }
    [Octet] public byte PriorityFlag { get; set; }
    [CString(17, Status = CommandStatus.ESME_RINVSCHED)] public ReadOnlySpan<byte> ScheduleDeliveryTime { get; set; }
    [CString(17, Status = CommandStatus.ESME_RINVEXPIRY)] public ReadOnlySpan<byte> ValidityPeriod { get; set; }
    [Octet(Offset = true)] public byte RegisteredDelivery { get; set; }
    [Octet] public byte ReplaceIfPresentFlag { get; set; }
    [Octet] public byte DataCoding { get; set; }
    [Octet] public byte SmDefaultMsgId { get; set; }
    [CountedOctets("sm_length", Status = CommandStatus.ESME_RINVMSGLEN, Offset = true)]
    public ReadOnlySpan<byte> ShortMessage { get; set; }
    [Tlvs] public TlvReader Tlvs { get; set; }
}

/// <summary>submit_sm_resp (SMPP 5.0, 4.2.1.2).</summary>
[Pdu(CommandId.SubmitSmResp)]
public ref partial struct SubmitSmResp
{
    [CString(65, Status = CommandStatus.ESME_RINVMSGID)] public ReadOnlySpan<byte> MessageId { get; set; }
    [Tlvs] public TlvReader Tlvs { get; set; }
}

/// <summary>submit_multi: one message for several destinations (SMPP 5.0, 4.2.3.1).</summary>
[Pdu(CommandId.SubmitMulti)]
public ref partial struct SubmitMulti
{
    [CString(6, Status = CommandStatus.ESME_RINVSERTYP)] public ReadOnlySpan<byte> ServiceType { get; set; }
    [Octet] public byte SourceAddrTon { get; set; }
    [Octet] public byte SourceAddrNpi { get; set; }
    [CString(21, Status = CommandStatus.ESME_RINVSRCADR)] public ReadOnlySpan<byte> SourceAddr { get; set; }
    [CountedList("number_of_dests")] public DestAddressList DestAddress { get; set; }
    [Octet] public byte EsmClass { get; set; }
    [Octet] public byte ProtocolId { get; set; }
    [Octet] public byte PriorityFlag { get; set; }
    [CString(17, Status = CommandStatus.ESME_RINVSCHED)] public ReadOnlySpan<byte> ScheduleDeliveryTime { get; set; }
    [CString(17, Status = CommandStatus.ESME_RINVEXPIRY)] public ReadOnlySpan<byte> ValidityPeriod { get; set; }
    [Octet] public byte RegisteredDelivery { get; set; }
    [Octet] public byte ReplaceIfPresentFlag { get; set; }
    [Octet] public byte DataCoding { get; set; }
    [Octet] public byte SmDefaultMsgId { get; set; }
    [CountedOctets("sm_length", Status = CommandStatus.ESME_RINVMSGLEN)]
    public ReadOnlySpan<byte> ShortMessage { get; set; }
    [Tlvs] public TlvReader Tlvs { get; set; }
}

/// <summary>submit_multi_resp (SMPP 5.0, 4.2.3.2).</summary>
[Pdu(CommandId.SubmitMultiResp)]
public ref partial struct SubmitMultiResp
{
    [CString(65, Status = CommandStatus.ESME_RINVMSGID)] public ReadOnlySpan<byte> MessageId { get; set; }
    [CountedList("no_unsuccess")] public UnsuccessSmeList UnsuccessSme { get; set; }
    [Tlvs] public TlvReader Tlvs { get; set; }
}

/// <summary>data_sm: a message whose text is a TLV, message_payload (SMPP 5.0, 4.2.2.1).</summary>
[Pdu(CommandId.DataSm, LenientTlvs = true)]
public ref partial struct DataSm
{
    [CString(6, Status = CommandStatus.ESME_RINVSERTYP)] public ReadOnlySpan<byte> ServiceType { get; set; }
    [Octet] public byte SourceAddrTon { get; set; }
    [Octet] public byte SourceAddrNpi { get; set; }
    [CString(65, Status = CommandStatus.ESME_RINVSRCADR)] public ReadOnlySpan<byte> SourceAddr { get; set; }
    [Octet] public byte DestAddrTon { get; set; }
    [Octet] public byte DestAddrNpi { get; set; }
    [CString(65, Status = CommandStatus.ESME_RINVDSTADR)] public ReadOnlySpan<byte> DestinationAddr { get; set; }
    [Octet] public byte EsmClass { get; set; }
    [Octet] public byte RegisteredDelivery { get; set; }
    [Octet] public byte DataCoding { get; set; }
    [Tlvs] public TlvReader Tlvs { get; set; }
}

/// <summary>data_sm_resp (SMPP 5.0, 4.2.2.2).</summary>
[Pdu(CommandId.DataSmResp)]
public ref partial struct DataSmResp
{
    [CString(65, Status = CommandStatus.ESME_RINVMSGID)] public ReadOnlySpan<byte> MessageId { get; set; }
    [Tlvs] public TlvReader Tlvs { get; set; }
}
