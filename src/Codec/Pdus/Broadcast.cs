namespace Codec;

/// <summary>
/// broadcast_sm: a message for an area; the area, the content type, the repetitions and their interval are TLVs
/// that must be there (SMPP 5.0, 4.4.1.1).
/// </summary>
[Pdu(CommandId.BroadcastSm)]
public ref partial struct BroadcastSm
{
    [CString(6, Status = CommandStatus.ESME_RINVSERTYP)] public ReadOnlySpan<byte> ServiceType { get; set; }
    [Octet] public byte SourceAddrTon { get; set; }
    [Octet] public byte SourceAddrNpi { get; set; }
    [CString(21, Status = CommandStatus.ESME_RINVSRCADR)] public ReadOnlySpan<byte> SourceAddr { get; set; }
    [CString(65, Status = CommandStatus.ESME_RINVMSGID)] public ReadOnlySpan<byte> MessageId { get; set; }
    [Octet] public byte PriorityFlag { get; set; }
    [CString(17, Status = CommandStatus.ESME_RINVSCHED)] public ReadOnlySpan<byte> ScheduleDeliveryTime { get; set; }
    [CString(17, Status = CommandStatus.ESME_RINVEXPIRY)] public ReadOnlySpan<byte> ValidityPeriod { get; set; }
    [Octet] public byte ReplaceIfPresentFlag { get; set; }
    [Octet] public byte DataCoding { get; set; }
    [Octet] public byte SmDefaultMsgId { get; set; }
    [Tlvs] public TlvReader Tlvs { get; set; }
}

/// <summary>broadcast_sm_resp (SMPP 5.0, 4.4.1.2).</summary>
[Pdu(CommandId.BroadcastSmResp)]
public ref partial struct BroadcastSmResp
{
    [CString(65, Status = CommandStatus.ESME_RINVMSGID)] public ReadOnlySpan<byte> MessageId { get; set; }
    [Tlvs] public TlvReader Tlvs { get; set; }
}

/// <summary>query_broadcast_sm (SMPP 5.0, 4.6.1.1).</summary>
[Pdu(CommandId.QueryBroadcastSm)]
public ref partial struct QueryBroadcastSm
{
    [CString(65, Status = CommandStatus.ESME_RINVMSGID)] public ReadOnlySpan<byte> MessageId { get; set; }
    [Octet] public byte SourceAddrTon { get; set; }
    [Octet] public byte SourceAddrNpi { get; set; }
    [CString(21, Status = CommandStatus.ESME_RINVSRCADR)] public ReadOnlySpan<byte> SourceAddr { get; set; }
    [Tlvs] public TlvReader Tlvs { get; set; }
}

/// <summary>query_broadcast_sm_resp; the state and each area's success are TLVs (SMPP 5.0, 4.6.1.3).</summary>
[Pdu(CommandId.QueryBroadcastSmResp)]
public ref partial struct QueryBroadcastSmResp
{
    [CString(65, Status = CommandStatus.ESME_RINVMSGID)] public ReadOnlySpan<byte> MessageId { get; set; }
    [Tlvs] public TlvReader Tlvs { get; set; }
}

/// <summary>cancel_broadcast_sm (SMPP 5.0, 4.6.2.1).</summary>
[Pdu(CommandId.CancelBroadcastSm)]
public ref partial struct CancelBroadcastSm
{
    [CString(6, Status = CommandStatus.ESME_RINVSERTYP)] public ReadOnlySpan<byte> ServiceType { get; set; }
    [CString(65, Status = CommandStatus.ESME_RINVMSGID)] public ReadOnlySpan<byte> MessageId { get; set; }
    [Octet] public byte SourceAddrTon { get; set; }
    [Octet] public byte SourceAddrNpi { get; set; }
    [CString(21, Status = CommandStatus.ESME_RINVSRCADR)] public ReadOnlySpan<byte> SourceAddr { get; set; }
    [Tlvs] public TlvReader Tlvs { get; set; }
}
