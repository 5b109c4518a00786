namespace Codec;

/// <summary>TLV tags (SMPP 5.0, table 4-46). 0x1400-0x3FFF are the vendors' own; any tag may arrive.</summary>
public enum TlvTag : ushort
{
    DestAddrSubunit = 0x0005,
    DestNetworkType = 0x0006,
    DestBearerType = 0x0007,
    DestTelematicsId = 0x0008,
    SourceAddrSubunit = 0x000D,
    SourceNetworkType = 0x000E,
    SourceBearerType = 0x000F,
    SourceTelematicsId = 0x0010,
    QosTimeToLive = 0x0017,
    PayloadType = 0x0019,
    AdditionalStatusInfoText = 0x001D,
    ReceiptedMessageId = 0x001E,
    MsMsgWaitFacilities = 0x0030,
    PrivacyIndicator = 0x0201,
    SourceSubaddress = 0x0202,
    DestSubaddress = 0x0203,
    UserMessageReference = 0x0204,
    UserResponseCode = 0x0205,
    SourcePort = 0x020A,
    DestPort = 0x020B,
    SarMsgRefNum = 0x020C,
    LanguageIndicator = 0x020D,
    SarTotalSegments = 0x020E,
    SarSegmentSeqnum = 0x020F,
    ScInterfaceVersion = 0x0210,
    CallbackNumPresInd = 0x0302,
    CallbackNumAtag = 0x0303,
    NumberOfMessages = 0x0304,
    CallbackNum = 0x0381,
    DpfResult = 0x0420,
    SetDpf = 0x0421,
    MsAvailabilityStatus = 0x0422,
    NetworkErrorCode = 0x0423,
    MessagePayload = 0x0424,
    DeliveryFailureReason = 0x0425,
    MoreMessagesToSend = 0x0426,
    MessageState = 0x0427,
    CongestionState = 0x0428,
    UssdServiceOp = 0x0501,
    BroadcastChannelIndicator = 0x0600,
    BroadcastContentType = 0x0601,
    BroadcastContentTypeInfo = 0x0602,
    BroadcastMessageClass = 0x0603,
    BroadcastRepNum = 0x0604,
    BroadcastFrequencyInterval = 0x0605,
    BroadcastAreaIdentifier = 0x0606,
    BroadcastErrorStatus = 0x0607,
    BroadcastAreaSuccess = 0x0608,
    BroadcastEndTime = 0x0609,
    BroadcastServiceGroup = 0x060A,
    BillingIdentification = 0x060B,
    SourceNetworkId = 0x060D,
    DestNetworkId = 0x060E,
    SourceNodeId = 0x060F,
    DestNodeId = 0x0610,
    DestAddrNpResolution = 0x0611,
    DestAddrNpInformation = 0x0612,
    DestAddrNpCountry = 0x0613,
    DisplayTime = 0x1201,
    SmsSignal = 0x1203,
    MsValidity = 0x1204,
    AlertOnMessageDelivery = 0x130C,
    ItsReplyType = 0x1380,
    ItsSessionInfo = 0x1383,
}

/// <summary>What a TLV's value is made of.</summary>
public enum TlvKind
{
    /// <summary>A tag that SMPP 5.0 does not list.</summary>
    Unknown,

    /// <summary>An unsigned integer, big-endian.</summary>
    Integer,

    /// <summary>Text that ends with a NUL, which the length counts.</summary>
    CString,

    /// <summary>Octets with their own structure or none.</summary>
    Octets,
}

/// <summary>One row of SMPP 5.0's TLV table: name, kind, and the lengths a value may have.</summary>
public readonly record struct TlvType(string? Name, TlvKind Kind, int MinLength, int MaxLength)
{
    /// <summary>Whether a value of that length is one the specification allows; always, for an unknown tag.</summary>
    public bool Allows(int length) => Kind == TlvKind.Unknown || (length >= MinLength && length <= MaxLength);
}

/// <summary>SMPP 5.0's TLV table (4.8.4).</summary>
public static class TlvTable
{
    /// <summary>"receipted_message_id" and so on; null for a tag that SMPP 5.0 does not list.</summary>
    public static string? Name(this TlvTag tag) => tag.Type().Name;

    /// <summary>The tag's row.</summary>
    public static TlvType Type(this TlvTag tag) => tag switch
    {
        TlvTag.DestAddrSubunit => new("dest_addr_subunit", TlvKind.Integer, 1, 1),
        TlvTag.DestNetworkType => new("dest_network_type", TlvKind.Integer, 1, 1),
        TlvTag.DestBearerType => new("dest_bearer_type", TlvKind.Integer, 1, 1),
        TlvTag.DestTelematicsId => new("dest_telematics_id", TlvKind.Integer, 2, 2),
        TlvTag.SourceAddrSubunit => new("source_addr_subunit", TlvKind.Integer, 1, 1),
        TlvTag.SourceNetworkType => new("source_network_type", TlvKind.Integer, 1, 1),
        TlvTag.SourceBearerType => new("source_bearer_type", TlvKind.Integer, 1, 1),
        TlvTag.SourceTelematicsId => new("source_telematics_id", TlvKind.Integer, 1, 1),
        TlvTag.QosTimeToLive => new("qos_time_to_live", TlvKind.Integer, 4, 4),
        TlvTag.PayloadType => new("payload_type", TlvKind.Integer, 1, 1),
        TlvTag.AdditionalStatusInfoText => new("additional_status_info_text", TlvKind.CString, 1, 256),
        TlvTag.ReceiptedMessageId => new("receipted_message_id", TlvKind.CString, 1, 65),
        TlvTag.MsMsgWaitFacilities => new("ms_msg_wait_facilities", TlvKind.Integer, 1, 1),
        TlvTag.PrivacyIndicator => new("privacy_indicator", TlvKind.Integer, 1, 1),
        TlvTag.SourceSubaddress => new("source_subaddress", TlvKind.Octets, 2, 23),
        TlvTag.DestSubaddress => new("dest_subaddress", TlvKind.Octets, 2, 23),
        TlvTag.UserMessageReference => new("user_message_reference", TlvKind.Integer, 2, 2),
        TlvTag.UserResponseCode => new("user_response_code", TlvKind.Integer, 1, 1),
        TlvTag.SourcePort => new("source_port", TlvKind.Integer, 2, 2),
        TlvTag.DestPort => new("dest_port", TlvKind.Integer, 2, 2),
        TlvTag.SarMsgRefNum => new("sar_msg_ref_num", TlvKind.Integer, 2, 2),
        TlvTag.LanguageIndicator => new("language_indicator", TlvKind.Integer, 1, 1),
        TlvTag.SarTotalSegments => new("sar_total_segments", TlvKind.Integer, 1, 1),
        TlvTag.SarSegmentSeqnum => new("sar_segment_seqnum", TlvKind.Integer, 1, 1),
        TlvTag.ScInterfaceVersion => new("sc_interface_version", TlvKind.Integer, 1, 1),
        TlvTag.CallbackNumPresInd => new("callback_num_pres_ind", TlvKind.Integer, 1, 1),
        TlvTag.CallbackNumAtag => new("callback_num_atag", TlvKind.Octets, 0, 65),
        TlvTag.NumberOfMessages => new("number_of_messages", TlvKind.Integer, 1, 1),
        TlvTag.CallbackNum => new("callback_num", TlvKind.Octets, 4, 19),
        TlvTag.DpfResult => new("dpf_result", TlvKind.Integer, 1, 1),
        TlvTag.SetDpf => new("set_dpf", TlvKind.Integer, 1, 1),
        TlvTag.MsAvailabilityStatus => new("ms_availability_status", TlvKind.Integer, 1, 1),
        TlvTag.NetworkErrorCode => new("network_error_code", TlvKind.Octets, 3, 3),
        TlvTag.MessagePayload => new("message_payload", TlvKind.Octets, 0, 65535),
        TlvTag.DeliveryFailureReason => new("delivery_failure_reason", TlvKind.Integer, 1, 1),
        TlvTag.MoreMessagesToSend => new("more_messages_to_send", TlvKind.Integer, 1, 1),
        TlvTag.MessageState => new("message_state", TlvKind.Integer, 1, 1),
        TlvTag.CongestionState => new("congestion_state", TlvKind.Integer, 1, 1),
        TlvTag.UssdServiceOp => new("ussd_service_op", TlvKind.Octets, 1, 1),
        TlvTag.BroadcastChannelIndicator => new("broadcast_channel_indicator", TlvKind.Integer, 1, 1),
        TlvTag.BroadcastContentType => new("broadcast_content_type", TlvKind.Octets, 3, 3),
        TlvTag.BroadcastContentTypeInfo => new("broadcast_content_type_info", TlvKind.Octets, 1, 255),
        TlvTag.BroadcastMessageClass => new("broadcast_message_class", TlvKind.Integer, 1, 1),
        TlvTag.BroadcastRepNum => new("broadcast_rep_num", TlvKind.Integer, 2, 2),
        TlvTag.BroadcastFrequencyInterval => new("broadcast_frequency_interval", TlvKind.Octets, 3, 3),
        TlvTag.BroadcastAreaIdentifier => new("broadcast_area_identifier", TlvKind.Octets, 1, 65535),
        TlvTag.BroadcastErrorStatus => new("broadcast_error_status", TlvKind.Integer, 4, 4),
        TlvTag.BroadcastAreaSuccess => new("broadcast_area_success", TlvKind.Integer, 1, 1),
        TlvTag.BroadcastEndTime => new("broadcast_end_time", TlvKind.CString, 1, 17),
        TlvTag.BroadcastServiceGroup => new("broadcast_service_group", TlvKind.Octets, 1, 255),
        TlvTag.BillingIdentification => new("billing_identification", TlvKind.Octets, 1, 1024),
        TlvTag.SourceNetworkId => new("source_network_id", TlvKind.CString, 7, 66),
        TlvTag.DestNetworkId => new("dest_network_id", TlvKind.CString, 7, 66),
        TlvTag.SourceNodeId => new("source_node_id", TlvKind.Octets, 6, 6),
        TlvTag.DestNodeId => new("dest_node_id", TlvKind.Octets, 6, 6),
        TlvTag.DestAddrNpResolution => new("dest_addr_np_resolution", TlvKind.Integer, 1, 1),
        TlvTag.DestAddrNpInformation => new("dest_addr_np_information", TlvKind.Octets, 10, 10),
        TlvTag.DestAddrNpCountry => new("dest_addr_np_country", TlvKind.Octets, 1, 5),
        TlvTag.DisplayTime => new("display_time", TlvKind.Integer, 1, 1),
        TlvTag.SmsSignal => new("sms_signal", TlvKind.Integer, 2, 2),
        TlvTag.MsValidity => new("ms_validity", TlvKind.Octets, 1, 4),
        TlvTag.AlertOnMessageDelivery => new("alert_on_message_delivery", TlvKind.Octets, 0, 1),
        TlvTag.ItsReplyType => new("its_reply_type", TlvKind.Integer, 1, 1),
        TlvTag.ItsSessionInfo => new("its_session_info", TlvKind.Octets, 2, 2),
        _ => new(null, TlvKind.Unknown, 0, ushort.MaxValue),
    };
}
