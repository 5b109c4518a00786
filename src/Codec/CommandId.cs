namespace Codec;

/// <summary>command_id: what a PDU asks or answers (SMPP 5.0, 4.7.5). A response has the top bit set.</summary>
public enum CommandId : uint
{
    BindReceiver = 0x00000001,
    BindTransmitter = 0x00000002,
    QuerySm = 0x00000003,
    SubmitSm = 0x00000004,
    DeliverSm = 0x00000005,
    Unbind = 0x00000006,
    ReplaceSm = 0x00000007,
    CancelSm = 0x00000008,
    BindTransceiver = 0x00000009,
    Outbind = 0x0000000B,
    EnquireLink = 0x00000015,
    SubmitMulti = 0x00000021,
    AlertNotification = 0x00000102,
    DataSm = 0x00000103,
    BroadcastSm = 0x00000111,
    QueryBroadcastSm = 0x00000112,
    CancelBroadcastSm = 0x00000113,
    GenericNack = 0x80000000,
    BindReceiverResp = 0x80000001,
    BindTransmitterResp = 0x80000002,
    QuerySmResp = 0x80000003,
    SubmitSmResp = 0x80000004,
    DeliverSmResp = 0x80000005,
    UnbindResp = 0x80000006,
    ReplaceSmResp = 0x80000007,
    CancelSmResp = 0x80000008,
    BindTransceiverResp = 0x80000009,
    EnquireLinkResp = 0x80000015,
    SubmitMultiResp = 0x80000021,
    DataSmResp = 0x80000103,
    BroadcastSmResp = 0x80000111,
    QueryBroadcastSmResp = 0x80000112,
    CancelBroadcastSmResp = 0x80000113,
}

/// <summary>Names of command_id as the specification writes them.</summary>
public static class CommandIdExtensions
{
    /// <summary>The bit that makes a request's id its response's id.</summary>
    public const uint ResponseBit = 0x8000_0000;

    /// <summary>"submit_sm" for <see cref="CommandId.SubmitSm"/>; "unknown" for an id SMPP 5.0 does not list.</summary>
    public static string Name(this CommandId id) => id switch
    {
        CommandId.BindReceiver => "bind_receiver",
        CommandId.BindTransmitter => "bind_transmitter",
        CommandId.QuerySm => "query_sm",
        CommandId.SubmitSm => "submit_sm",
        CommandId.DeliverSm => "deliver_sm",
        CommandId.Unbind => "unbind",
        CommandId.ReplaceSm => "replace_sm",
        CommandId.CancelSm => "cancel_sm",
        CommandId.BindTransceiver => "bind_transceiver",
        CommandId.Outbind => "outbind",
        CommandId.EnquireLink => "enquire_link",
        CommandId.SubmitMulti => "submit_multi",
        CommandId.AlertNotification => "alert_notification",
        CommandId.DataSm => "data_sm",
        CommandId.BroadcastSm => "broadcast_sm",
        CommandId.QueryBroadcastSm => "query_broadcast_sm",
        CommandId.CancelBroadcastSm => "cancel_broadcast_sm",
        CommandId.GenericNack => "generic_nack",
        CommandId.BindReceiverResp => "bind_receiver_resp",
        CommandId.BindTransmitterResp => "bind_transmitter_resp",
        CommandId.QuerySmResp => "query_sm_resp",
        CommandId.SubmitSmResp => "submit_sm_resp",
        CommandId.DeliverSmResp => "deliver_sm_resp",
        CommandId.UnbindResp => "unbind_resp",
        CommandId.ReplaceSmResp => "replace_sm_resp",
        CommandId.CancelSmResp => "cancel_sm_resp",
        CommandId.BindTransceiverResp => "bind_transceiver_resp",
        CommandId.EnquireLinkResp => "enquire_link_resp",
        CommandId.SubmitMultiResp => "submit_multi_resp",
        CommandId.DataSmResp => "data_sm_resp",
        CommandId.BroadcastSmResp => "broadcast_sm_resp",
        CommandId.QueryBroadcastSmResp => "query_broadcast_sm_resp",
        CommandId.CancelBroadcastSmResp => "cancel_broadcast_sm_resp",
        _ => "unknown",
    };

    /// <summary>Whether SMPP 5.0 lists the id.</summary>
    public static bool IsKnown(this CommandId id) => !ReferenceEquals(id.Name(), "unknown");

    /// <summary>Whether the id belongs to a response (generic_nack among them).</summary>
    public static bool IsResponse(this CommandId id) => ((uint)id & ResponseBit) != 0;

    /// <summary>The id that answers a request; generic_nack for what is not a request with a response.</summary>
    public static CommandId Response(this CommandId id)
    {
        var response = (CommandId)((uint)id | ResponseBit);
        return id.IsResponse() || !response.IsKnown() ? CommandId.GenericNack : response;
    }
}
