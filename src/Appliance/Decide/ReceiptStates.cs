using Appliance.Records;
using Codec;

namespace Appliance.Decide;

/// <summary>What a receipt's message_state means for a message.</summary>
public static class ReceiptStates
{
    /// <summary>Whether a message_state ends a message (SMPP 3.4 section 5.2.28; 0 and 9 are 5.0's).</summary>
    public static bool IsFinal(byte messageState) =>
        (MessageState)messageState is not (MessageState.Scheduled or MessageState.Enroute or MessageState.Accepted);

    public static State StateOf(byte messageState) => (MessageState)messageState switch
    {
        MessageState.Delivered => State.Delivered,
        MessageState.Expired => State.Expired,
        MessageState.Deleted or MessageState.Undeliverable => State.Undelivered,
        MessageState.Rejected => State.Rejected,
        _ => State.Unknown,
    };
}
