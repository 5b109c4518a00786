namespace Appliance.Simulator.Smsc;

/// <summary>How a message ends, as its receipt says it: stat and err of the text, message_state of the TLV.</summary>
internal sealed record ReceiptOutcome(string Stat, byte MessageState, byte Error)
{
    /// <summary>SMPP 5.0, 4.7.15 and appendix B of 3.4. The errors are ours: every carrier has its own list.</summary>
    private static readonly ReceiptOutcome[] Known =
    [
        new("DELIVRD", 2, 0),
        new("EXPIRED", 3, 27),
        new("DELETED", 4, 32),
        new("UNDELIV", 5, 1),
        new("ACCEPTD", 6, 0),
        new("UNKNOWN", 7, 255),
        new("REJECTD", 8, 69),
        new("ENROUTE", 1, 0),
    ];

    internal static ReceiptOutcome Delivered => Known[0];

    /// <exception cref="FormatException">Not a stat.</exception>
    internal static ReceiptOutcome Parse(string stat) =>
        Array.Find(Known, outcome => outcome.Stat == stat)
        ?? throw new FormatException(
            $"'{stat}' is not an outcome: expected one of {string.Join(", ", Known.Select(outcome => outcome.Stat))}");
}

/// <summary>What a receipt says itself by.</summary>
internal enum ReceiptForm : byte
{
    /// <summary>The text of appendix B, and the TLVs.</summary>
    Both,

    /// <summary>The text alone.</summary>
    Text,

    /// <summary>receipted_message_id, message_state and network_error_code, with an empty short_message.</summary>
    Tlv,
}

/// <summary>Where a receipt's text is.</summary>
internal enum ReceiptPlace : byte
{
    /// <summary>short_message of a deliver_sm.</summary>
    DeliverSm,

    /// <summary>message_payload of a deliver_sm.</summary>
    MessagePayload,

    /// <summary>message_payload of a data_sm.</summary>
    DataSm,
}

/// <summary>Which messages get a receipt.</summary>
internal enum ReceiptsFor
{
    /// <summary>Those whose registered_delivery asks for it.</summary>
    Requested,

    /// <summary>Every message; some carriers do.</summary>
    All,

    /// <summary>None.</summary>
    None,
}

/// <summary>When in a message's life the connection drops.</summary>
internal enum DropMoment
{
    /// <summary>The message is taken, its response is never sent: in doubt for the sender.</summary>
    BeforeResponse,

    /// <summary>The response is sent first.</summary>
    AfterResponse,

    /// <summary>The message is neither taken nor answered: in doubt too, with the other truth.</summary>
    BeforeMessage,
}
