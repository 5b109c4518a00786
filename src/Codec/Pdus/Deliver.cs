namespace Codec;

/// <summary>
/// deliver_sm: a mobile's message or a delivery receipt for an ESME (SMPP 5.0, 4.3.1.1). The fields that mean nothing
/// here (schedule_delivery_time, validity_period, replace_if_present_flag, sm_default_msg_id) are on the wire all
/// the same.
/// </summary>
[Pdu(CommandId.DeliverSm, LenientTlvs = true)]
public ref partial struct DeliverSm
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

/// <summary>deliver_sm_resp; its message_id is always empty (SMPP 5.0, 4.3.1.2).</summary>
[Pdu(CommandId.DeliverSmResp)]
public ref partial struct DeliverSmResp
{
    [CString(65, Status = CommandStatus.ESME_RINVMSGID)] public ReadOnlySpan<byte> MessageId { get; set; }
    [Tlvs] public TlvReader Tlvs { get; set; }
}

/// <summary>alert_notification: a mobile can be reached again; it has no response (SMPP 5.0, 4.1.3.1).</summary>
[Pdu(CommandId.AlertNotification, LenientTlvs = true)]
public ref partial struct AlertNotification
{
    [Octet] public byte SourceAddrTon { get; set; }
    [Octet] public byte SourceAddrNpi { get; set; }
    [CString(65, Status = CommandStatus.ESME_RINVSRCADR)] public ReadOnlySpan<byte> SourceAddr { get; set; }
    [Octet] public byte EsmeAddrTon { get; set; }
    [Octet] public byte EsmeAddrNpi { get; set; }
    [CString(65, Status = CommandStatus.ESME_RINVDSTADR)] public ReadOnlySpan<byte> EsmeAddr { get; set; }
    [Tlvs] public TlvReader Tlvs { get; set; }
}
