using System.Runtime.InteropServices;
using Appliance.Policy;

namespace Appliance.Records;

/// <summary>What a record in the journal says happened.</summary>
public enum RecordKind : byte
{
    Accepted = 1,
    HandedOver = 2,
    Responded = 3,
    Receipt = 4,
    Noticed = 5,
    Changed = 6,
    ReceiptParked = 7,

    /// <summary>A message that waits has a new body.</summary>
    Replaced = 8,

    /// <summary>Messages leave memory for a list on disk.</summary>
    Held = 9,

    /// <summary>Messages come back into memory.</summary>
    Revived = 10,

    /// <summary>A message whose price was given back was charged with it again.</summary>
    Charged = 11,

    /// <summary>A message's price was given back.</summary>
    Refunded = 12,

    /// <summary>A payment or correction of a balance.</summary>
    Adjusted = 13,

    /// <summary>All balances at this place.</summary>
    BalanceMark = 14,

    /// <summary>Somebody has opted out of an account's messages, or in again; of no message.</summary>
    OptOut = 15,

    /// <summary>A mobile's message to a number of an account's: laid out as Accepted, with a deliver_sm body.</summary>
    Inbound = 16,
}

/// <summary>A message's state as the customer sees it (DESIGN.md section 5).</summary>
public enum State : byte
{
    Queued,
    Submitted,
    Delivered,
    Undelivered,
    Expired,
    Rejected,
    Unknown,
    Failed,
    Cancelled,

    /// <summary>A rule stopped it after it had been accepted.</summary>
    Blocked,
}

/// <summary>Why a message changed without a PDU that says so.</summary>
public enum Reason : byte
{
    None,

    /// <summary>The carrier answered ESME_ROK; a receipt was asked for and is awaited.</summary>
    CarrierAccepted,

    /// <summary>The carrier asked for fewer messages; it goes out again.</summary>
    Throttled,

    /// <summary>A passing fault at the carrier; it goes out again later.</summary>
    TransientError,

    /// <summary>The carrier refuses it; another carrier of the route takes over.</summary>
    NextCarrier,

    /// <summary>No carrier took it.</summary>
    PermanentError,

    /// <summary>It was written to a carrier and no answer came: sent again, perhaps twice.</summary>
    InDoubtResend,

    /// <summary>It was written to a carrier and no answer came: given up, perhaps delivered.</summary>
    InDoubtFail,

    /// <summary>Its validity period ended before a carrier took it.</summary>
    ValidityEnded,

    /// <summary>Its carrier has no session; another carrier of the route takes over.</summary>
    CarrierDown,

    /// <summary>No receipt came in time.</summary>
    ReceiptMissing,

    /// <summary>The session with the carrier must be mended first; it goes out again.</summary>
    SessionError,

    /// <summary>Its sender took it back.</summary>
    Cancelled,

    /// <summary>It had failed; an operator lets it go out again.</summary>
    Retried,

    /// <summary>Its due time has come.</summary>
    Due,

    /// <summary>Passing faults again and again at the carrier; another one of the route takes over.</summary>
    CarrierFails,

    /// <summary>It waits for its next try outside memory, until the second since 1970 in the code.</summary>
    Deferred,

    /// <summary>No ESME took its receipt in time: nobody is told any more.</summary>
    NoticeExpired,

    /// <summary>The ESME refused its receipt again and again, at last with the status in the code.</summary>
    NoticeRefused,

    /// <summary>More receipts waited for ESMEs than may, most of them this account's.</summary>
    NoticesFull,

    /// <summary>All about its number was erased: it does not go out, nobody is told, its records are emptied.</summary>
    Erased,

    /// <summary>The carrier answered ESME_ROK; no receipt was asked for, and the message is done with.</summary>
    CarrierAcceptedLast,

    /// <summary>The carrier asked for fewer messages; another one of the route that has room takes over.</summary>
    Overflow,

    /// <summary>Its recipient had opted out when it was to go out.</summary>
    OptedOut,

    /// <summary>An ESME has taken a mobile's message.</summary>
    InboundTaken,

    /// <summary>An ESME does not want a mobile's message, for the status in the code.</summary>
    InboundRefused,

    /// <summary>It would have gone out in quiet hours: it waits until the second since 1970 in the code.</summary>
    QuietHours,
}

[Flags]
public enum AcceptedFlags : byte
{
    None = 0,

    /// <summary>It was handed to <see cref="Accepted.Session"/> in the same batch.</summary>
    HandedOver = 1,

    /// <summary>A later part of the message at <see cref="Accepted.Message"/>.</summary>
    Part = 2,

    /// <summary>
    /// The sender is an ESME: a receipt goes back as a deliver_sm. Of a mobile's message: it goes to the account's
    /// ESME; without it the message is only kept, to be read by its account.
    /// </summary>
    FromEsme = 4,

    /// <summary>It went to the list of its carrier, or of its due time, at once.</summary>
    Held = 8,

    /// <summary>Behind the body stand the two hashes of what its sender calls it.</summary>
    Repeat = 16,

    /// <summary>Its content and history were erased; it is as if it had never been.</summary>
    Erased = 32,

    /// <summary>Behind those stands the hash of its batch's name: it is the first one taken of the batch.</summary>
    Batch = 64,

    /// <summary>The carrier it was handed to has messages in doubt fail.</summary>
    FailsInDoubt = 128,
}

/// <summary>What else is to be known of a message that was taken in.</summary>
[Flags]
public enum AcceptedMarks : byte
{
    None = 0,

    /// <summary>The account's balance was charged with it.</summary>
    Charged = 1,

    /// <summary>
    /// A rule has replaced its sender: before the body stands the one it came with, its length in an octet before it.
    /// Since format 4; what was taken in before goes without.
    /// </summary>
    OtherSender = 2,
}

/// <summary>A message (or a part of one) is taken in. The submit_sm body follows, without its PDU header.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct Accepted
{
    public RecordKind Kind;
    public AcceptedFlags Flags;
    public byte Parts;
    public byte PartNumber;
    public ushort Account;
    public ushort Carrier;

    /// <summary>The session it was handed to. Of a mobile's message: the list of the history it stands in.</summary>
    public ushort Session;
    public ushort SourceOffset;
    public ushort DestinationOffset;
    public ushort RegisteredOffset;

    /// <summary>registered_delivery as the sender asked for it.</summary>
    public byte RegisteredDelivery;

    /// <summary><see cref="Priority"/> in the low two bits, <see cref="PriorityAsked"/> in the two above.</summary>
    private byte _priorities;

    /// <summary>What it is for.</summary>
    public MessageClass Class;

    /// <summary>The destination's country as CountryKey has it; 0 where not known.</summary>
    public ushort Country;

    /// <summary>The destination's network as Network.CodeOf has it, ported numbers considered; 0 where not known.
    /// </summary>
    public uint Network;

    /// <summary>Seconds since 1970 at which it is no longer worth sending.</summary>
    public uint Expiry;

    /// <summary>Seconds since 1970 before which it must not go out; 0 for at once.</summary>
    public uint Due;

    /// <summary>Milliseconds since 1970.</summary>
    public long At;

    /// <summary>Part: the position of the message's first part.</summary>
    public ulong Message;

    /// <summary>The event of this message before this one; 0 for the first.</summary>
    public ulong Previous;

    /// <summary>Micro-units a segment; -1 where there was no price.</summary>
    public long Price;

    /// <summary>Segments of this part.</summary>
    public ushort Segments;

    public AcceptedMarks Marks;

    /// <summary>Whether the account's balance was charged with it.</summary>
    public readonly bool IsCharged => (Marks & AcceptedMarks.Charged) != 0;

    /// <summary>0 to 3, the highest last.</summary>
    public byte Priority
    {
        readonly get => (byte)(_priorities & 3);
        set => _priorities = (byte)((_priorities & ~3) | (value & 3));
    }

    /// <summary>The priority that its sender asked for and its account may not have; 0 where it has what was asked.
    /// </summary>
    public byte PriorityAsked
    {
        readonly get => (byte)((_priorities >> 2) & 3);
        set => _priorities = (byte)((_priorities & ~12) | ((value & 3) << 2));
    }

    /// <summary>Micro-units that this part costs its account; 0 where there is no price.</summary>
    public readonly long Charge => Price > 0 ? Price * Segments : 0;

    /// <summary>Micro-units that this part took from the balance.</summary>
    public readonly long Paid => IsCharged ? Charge : 0;
}

/// <summary>What every later event of one message starts with.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct EventHead
{
    public RecordKind Kind;
    public State State;
    public Reason Reason;
    public byte Length;
    public ushort Carrier;

    /// <summary>The carrier's session; of a receipt its message_state.</summary>
    public ushort Session;

    /// <summary>command_status; of a receipt its error, up to four ASCII characters.</summary>
    public uint Code;

    /// <summary>Milliseconds since 1970.</summary>
    public long At;

    /// <summary>The Accepted record this is about.</summary>
    public ulong Accepted;

    /// <summary>The event of this message before this one.</summary>
    public ulong Previous;
}

/// <summary>Messages that waited and are now handed to one session: this head, then a list of entries.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct HandedOver
{
    public RecordKind Kind;

    /// <summary>1 where the carrier has messages in doubt fail.</summary>
    public byte FailsInDoubt;
    public ushort Carrier;
    public ushort Session;
    public ushort Count;
    public long At;
}

[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct HandedOverEntry
{
    public ulong Accepted;

    /// <summary>The first part of its message.</summary>
    public ulong Message;

    /// <summary>The event of the message before this one; this record itself where an earlier entry is of it
    /// too.</summary>
    public ulong Previous;
}

/// <summary>A receipt that no message answers to yet: this head, then the carrier's ids of the message.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct ParkedReceipt
{
    public RecordKind Kind;
    public byte MessageState;
    public ushort Carrier;
    public uint Error;

    /// <summary>Hashes of the receipt's two addresses.</summary>
    public ulong Handset;

    /// <summary>Milliseconds since 1970.</summary>
    public long At;

    /// <summary>Octets of the id it is held under; the rest is another one, or nothing.</summary>
    public byte IdLength;

    /// <summary>1 where its message is known, and memory had no room for it.</summary>
    public byte WantsRoom;
}

/// <summary>
/// A message that waits has a new body, which follows. Its first fields are those of any later event.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct Replaced
{
    public EventHead Head;
    public byte RegisteredDelivery;
    public ushort SourceOffset;
    public ushort DestinationOffset;
    public ushort RegisteredOffset;

    /// <summary>Seconds since 1970.</summary>
    public uint Expiry;

    /// <summary>Seconds since 1970; 0 for at once.</summary>
    public uint Due;
}
