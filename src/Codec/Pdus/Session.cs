namespace Codec;

/// <summary>bind_receiver, bind_transmitter and bind_transceiver (SMPP 5.0, 4.1.1).</summary>
/// <remarks>
/// The specification gives system_id 16 octets and password 9. Longer ones are common, so both may have 65: whether
/// they are right is for the password check to say.
/// </remarks>
[Pdu(CommandId.BindReceiver, CommandId.BindTransmitter, CommandId.BindTransceiver)]
public ref partial struct Bind
{
    [CString(65, Status = CommandStatus.ESME_RINVSYSID)] public ReadOnlySpan<byte> SystemId { get; set; }
    [CString(65, Status = CommandStatus.ESME_RINVPASWD)] public ReadOnlySpan<byte> Password { get; set; }
    [CString(13, Status = CommandStatus.ESME_RINVSYSTYP)] public ReadOnlySpan<byte> SystemType { get; set; }
    [Octet] public byte InterfaceVersion { get; set; }
    [Octet] public byte AddrTon { get; set; }
    [Octet] public byte AddrNpi { get; set; }
    [CString(41, Status = CommandStatus.ESME_RBINDFAIL)] public ReadOnlySpan<byte> AddressRange { get; set; }
    [Tlvs] public TlvReader Tlvs { get; set; }
}

/// <summary>bind_receiver_resp, bind_transmitter_resp and bind_transceiver_resp (SMPP 5.0, 4.1.1).</summary>
[Pdu(CommandId.BindReceiverResp, CommandId.BindTransmitterResp, CommandId.BindTransceiverResp)]
public ref partial struct BindResp
{
    [CString(65, Status = CommandStatus.ESME_RINVSYSID)] public ReadOnlySpan<byte> SystemId { get; set; }
    [Tlvs] public TlvReader Tlvs { get; set; }
}

/// <summary>outbind: the message centre asks an ESME to bind as a receiver (SMPP 5.0, 4.1.1.7).</summary>
[Pdu(CommandId.Outbind)]
public ref partial struct Outbind
{
    [CString(65, Status = CommandStatus.ESME_RINVSYSID)] public ReadOnlySpan<byte> SystemId { get; set; }
    [CString(65, Status = CommandStatus.ESME_RINVPASWD)] public ReadOnlySpan<byte> Password { get; set; }
    [Tlvs] public TlvReader Tlvs { get; set; }
}

/// <summary>
/// The requests that are a header only: unbind (SMPP 5.0, 4.1.1.8) and enquire_link (4.1.2.1).
/// </summary>
[Pdu(CommandId.Unbind, CommandId.EnquireLink)]
public ref partial struct HeaderOnly
{
    [Tlvs] public TlvReader Tlvs { get; set; }
}

/// <summary>
/// The responses that are a header only: generic_nack, and those to unbind, enquire_link, cancel_sm, replace_sm
/// and cancel_broadcast_sm.
/// </summary>
[Pdu(
    CommandId.GenericNack, CommandId.UnbindResp, CommandId.EnquireLinkResp, CommandId.CancelSmResp,
    CommandId.ReplaceSmResp, CommandId.CancelBroadcastSmResp)]
public ref partial struct HeaderOnlyResp
{
    [Tlvs] public TlvReader Tlvs { get; set; }
}
