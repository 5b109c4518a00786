namespace Codec;

/// <summary>query_sm: what became of a message? (SMPP 5.0, 4.5.2.1)</summary>
[Pdu(CommandId.QuerySm)]
public ref partial struct QuerySm
{
    [CString(65, Status = CommandStatus.ESME_RINVMSGID)] public ReadOnlySpan<byte> MessageId { get; set; }
    [Octet] public byte SourceAddrTon { get; set; }
    [Octet] public byte SourceAddrNpi { get; set; }
    [CString(21, Status = CommandStatus.ESME_RINVSRCADR)] public ReadOnlySpan<byte> SourceAddr { get; set; }
    [Tlvs] public TlvReader Tlvs { get; set; }
}

/// <summary>query_sm_resp (SMPP 5.0, 4.5.2.2).</summary>
[Pdu(CommandId.QuerySmResp)]
public ref partial struct QuerySmResp
{
    [CString(65, Status = CommandStatus.ESME_RINVMSGID)] public ReadOnlySpan<byte> MessageId { get; set; }
    [CString(17)] public ReadOnlySpan<byte> FinalDate { get; set; }
    [Octet] public byte MessageState { get; set; }
    [Octet] public byte ErrorCode { get; set; }
    [Tlvs] public TlvReader Tlvs { get; set; }
}

/// <summary>cancel_sm: do not send one message, or all of a service for a destination (SMPP 5.0, 4.5.1.1).</summary>
[Pdu(CommandId.CancelSm)]
public ref partial struct CancelSm
{
    [CString(6, Status = CommandStatus.ESME_RINVSERTYP)] public ReadOnlySpan<byte> ServiceType { get; set; }
    [CString(65, Status = CommandStatus.ESME_RINVMSGID)] public ReadOnlySpan<byte> MessageId { get; set; }
    [Octet] public byte SourceAddrTon { get; set; }
    [Octet] public byte SourceAddrNpi { get; set; }
    [CString(21, Status = CommandStatus.ESME_RINVSRCADR)] public ReadOnlySpan<byte> SourceAddr { get; set; }
    [Octet] public byte DestAddrTon { get; set; }
    [Octet] public byte DestAddrNpi { get; set; }
    [CString(21, Status = CommandStatus.ESME_RINVDSTADR)] public ReadOnlySpan<byte> DestinationAddr { get; set; }
    [Tlvs] public TlvReader Tlvs { get; set; }
}

/// <summary>replace_sm: another text for a message not yet sent (SMPP 5.0, 4.5.3.1).</summary>
[Pdu(CommandId.ReplaceSm)]
public ref partial struct ReplaceSm
{
    [CString(65, Status = CommandStatus.ESME_RINVMSGID)] public ReadOnlySpan<byte> MessageId { get; set; }
    [Octet] public byte SourceAddrTon { get; set; }
    [Octet] public byte SourceAddrNpi { get; set; }
    [CString(21, Status = CommandStatus.ESME_RINVSRCADR)] public ReadOnlySpan<byte> SourceAddr { get; set; }
    [CString(17, Status = CommandStatus.ESME_RINVSCHED)] public ReadOnlySpan<byte> ScheduleDeliveryTime { get; set; }
    [CString(17, Status = CommandStatus.ESME_RINVEXPIRY)] public ReadOnlySpan<byte> ValidityPeriod { get; set; }
    [Octet] public byte RegisteredDelivery { get; set; }
    [Octet] public byte SmDefaultMsgId { get; set; }
    [CountedOctets("sm_length", Status = CommandStatus.ESME_RINVMSGLEN)]
    public ReadOnlySpan<byte> ShortMessage { get; set; }
    [Tlvs] public TlvReader Tlvs { get; set; }
}
