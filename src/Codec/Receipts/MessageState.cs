namespace Codec;

/// <summary>message_state (SMPP 5.0, 4.7.15).</summary>
public enum MessageState : byte
{
    /// <summary>Scheduled, not yet tried (5.0).</summary>
    Scheduled = 0,

    /// <summary>On its way.</summary>
    Enroute = 1,

    /// <summary>Delivered.</summary>
    Delivered = 2,

    /// <summary>Its validity period ended.</summary>
    Expired = 3,

    /// <summary>Deleted.</summary>
    Deleted = 4,

    /// <summary>Cannot be delivered.</summary>
    Undeliverable = 5,

    /// <summary>Accepted; in the field an intermediate state, whatever the specification says.</summary>
    Accepted = 6,

    /// <summary>Nobody knows.</summary>
    Unknown = 7,

    /// <summary>Rejected.</summary>
    Rejected = 8,

    /// <summary>Accepted, but not sent (5.0).</summary>
    Skipped = 9,
}

/// <summary>The words that receipts have for message states (SMPP 3.4, Appendix B, and what peers add to it).</summary>
public static class MessageStateExtensions
{
    /// <summary>"DELIVRD" and so on: the word that a receipt's stat has.</summary>
    public static ReadOnlySpan<byte> Stat(this MessageState state) => state switch
    {
        MessageState.Scheduled => "SCHEDLD"u8,
        MessageState.Enroute => "ENROUTE"u8,
        MessageState.Delivered => "DELIVRD"u8,
        MessageState.Expired => "EXPIRED"u8,
        MessageState.Deleted => "DELETED"u8,
        MessageState.Undeliverable => "UNDELIV"u8,
        MessageState.Accepted => "ACCEPTD"u8,
        MessageState.Rejected => "REJECTD"u8,
        MessageState.Skipped => "SKIPPED"u8,
        _ => "UNKNOWN"u8,
    };

    /// <summary>Whether no other state follows. ACCEPTED is taken as intermediate: the field sends it so.</summary>
    public static bool IsFinal(this MessageState state) =>
        state is not (MessageState.Scheduled or MessageState.Enroute or MessageState.Accepted);

    /// <summary>The state that a receipt's word means, upper or lower case; false if no known word.</summary>
    public static bool TryParseStat(ReadOnlySpan<byte> stat, out MessageState state)
    {
        if (stat.SequenceEqual("DELIVRD"u8))
        {
            state = MessageState.Delivered;
            return true;
        }

        Span<byte> upper = stackalloc byte[16];
        if (stat.Length is 0 or > 16)
        {
            state = MessageState.Unknown;
            return false;
        }

        System.Text.Ascii.ToUpper(stat, upper, out int length);
        MessageState? found = upper[..length] switch
        {
            var s when s.SequenceEqual("DELIVRD"u8) || s.SequenceEqual("DELIVERED"u8) => MessageState.Delivered,
            var s when s.SequenceEqual("UNDELIV"u8) || s.StartsWith("UNDELIVE"u8) || s.SequenceEqual("FAILED"u8)
                => MessageState.Undeliverable,
            var s when s.SequenceEqual("EXPIRED"u8) => MessageState.Expired,
            var s when s.SequenceEqual("REJECTD"u8) || s.SequenceEqual("REJECTED"u8) => MessageState.Rejected,
            var s when s.SequenceEqual("ACCEPTD"u8) || s.SequenceEqual("ACCEPTED"u8) || s.SequenceEqual("ACKED"u8)
                => MessageState.Accepted,
            var s when s.SequenceEqual("ENROUTE"u8) || s.SequenceEqual("BUFFRED"u8) || s.SequenceEqual("BUFFERD"u8)
                || s.SequenceEqual("BUFFERED"u8) => MessageState.Enroute,
            var s when s.SequenceEqual("DELETED"u8) => MessageState.Deleted,
            var s when s.SequenceEqual("UNKNOWN"u8) => MessageState.Unknown,
            var s when s.SequenceEqual("SKIPPED"u8) => MessageState.Skipped,
            var s when s.SequenceEqual("SCHEDLD"u8) || s.SequenceEqual("SCHEDULED"u8) => MessageState.Scheduled,
            _ => null,
        };
        state = found ?? MessageState.Unknown;
        return found is not null;
    }
}
