using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Appliance.Policy;

namespace Appliance;

/// <summary>What an entry of the ring is about.</summary>
public enum EventKind : byte
{
    None,

    /// <summary>A message from an ESME or an HTTP client.</summary>
    Submit,

    /// <summary>A session with a carrier is bound.</summary>
    LinkUp,

    /// <summary>A session with a carrier has ended.</summary>
    LinkDown,

    /// <summary>A carrier's submit_sm_resp (or generic_nack).</summary>
    CarrierResponse,

    /// <summary>A delivery receipt from a carrier.</summary>
    CarrierReceipt,

    /// <summary>An ESME has bound as a receiver or transceiver.</summary>
    EsmeBound,

    /// <summary>An ESME's session has ended.</summary>
    EsmeUnbound,

    /// <summary>An ESME's deliver_sm_resp.</summary>
    NoticeResponse,

    /// <summary>Where is this message now?</summary>
    Query,

    /// <summary>Time has passed.</summary>
    Tick,

    /// <summary>Take back a message that no carrier has yet.</summary>
    Cancel,

    /// <summary>Give a message that no carrier has yet another body; the bytes are a whole submit_sm body.</summary>
    Replace,

    /// <summary>Let a dead letter go out again.</summary>
    RetryDead,

    /// <summary>Take a dead letter off the list.</summary>
    DropDead,

    /// <summary>Set the clock to <see cref="Slot.Position"/>, if nothing is on its way.</summary>
    ClockStep,

    /// <summary>An operator says that it is <see cref="Slot.Position"/>, in milliseconds since 1970.</summary>
    ClockAccepted,

    /// <summary>End a message, untold, so that its records can be erased.</summary>
    Erase,

    /// <summary>A payment or correction of an account's balance.</summary>
    Adjust,

    /// <summary>How much an account has.</summary>
    Balance,

    /// <summary>Changes of the opt-out list, one behind the other as the journal has them.</summary>
    OptOut,

    /// <summary>Opt-outs that have ended are forgotten; the bytes as of OptOut.</summary>
    ForgetOptOuts,

    /// <summary>
    /// A mobile's message that somebody takes: who (an <see cref="InboundOwner"/> each), its changes of the opt-out
    /// list as above, its deliver_sm body; each perhaps none. The carrier is answered with the command in
    /// <see cref="Slot.Status"/>.
    /// </summary>
    Inbound,

    /// <summary>The account says that a message to the number in the bytes was of use.</summary>
    Converted,

    /// <summary>An operator lets the account's messages to the range of the number in the bytes pass again.</summary>
    ReleaseRange,

    /// <summary>Something to do or to look at on the decide thread.</summary>
    Call,

    /// <summary>A PDU for a peer that must not overtake, or be overtaken by, what the ring says to it.</summary>
    Reply,
}

/// <summary>
/// One preallocated entry of the ring. What a field means depends on <see cref="Kind"/>; the bytes are inline,
/// longer ones rented.
/// </summary>
public struct Slot
{
    /// <summary>Bytes held without renting: a submit_sm of 160 characters with both addresses and some TLVs.</summary>
    public const int InlineCapacity = 416;

    public EventKind Kind;

    /// <summary>Submit: registered_delivery. CarrierReceipt: the message_state. Reply: 1 for the last that the peer is
    /// to hear.</summary>
    public byte Code;

    /// <summary>
    /// Submit: parts of the message, each in the bytes with a two-byte length before it when above 1. CarrierReceipt:
    /// length of the first of the two ids in the bytes.
    /// </summary>
    public byte Parts;

    /// <summary>
    /// Submit: 0 to 3, the highest last (SMPP 3.4 section 5.2.14). CarrierReceipt: 1 where its two dates are one.
    /// </summary>
    public byte Priority;

    /// <summary>Submit: the priority that was asked for, where the account may not have that; else 0.</summary>
    public byte PriorityAsked;

    /// <summary>Submit: what it is for, as its sender says or as is usual for the account.</summary>
    public MessageClass Class;

    /// <summary>
    /// Submit: the destination's network as Network.CodeOf has it, and its country as CountryKey has it; 0 where not
    /// known.
    /// </summary>
    public uint Network;
    public ushort Country;

    /// <summary>Whose it is; of Cancel 0 for anybody's.</summary>
    public ushort Account;
    public ushort Carrier;

    /// <summary>The PDU's sequence_number.</summary>
    public uint Sequence;

    /// <summary>The PDU's command_status.</summary>
    public uint Status;

    /// <summary>Bytes in use in <see cref="Inline"/> or <see cref="Rented"/>.</summary>
    public int Length;

    /// <summary>Where source_addr_ton stands in a submit_sm's or deliver_sm's body.</summary>
    public ushort SourceOffset;

    /// <summary>Where dest_addr_ton stands in it.</summary>
    public ushort DestinationOffset;

    /// <summary>Where registered_delivery stands in a submit_sm's body.</summary>
    public ushort RegisteredOffset;

    /// <summary>Submit: the version of the opt-outs by which its recipient was looked for among them.</summary>
    public int OptOuts;

    /// <summary>Submit: the number of the tables in which the route was found.</summary>
    public int Tables;

    /// <summary>
    /// Submit: rank of the route. CarrierReceipt: the error as four ASCII characters at most. LinkUp: generation of the
    /// carrier's options that the session was made with. Inbound: octets of the changes of the opt-out list.
    /// </summary>
    public int Route;

    /// <summary>Submit, Replace: seconds until the message expires; 0 if it names none.</summary>
    public uint ValiditySeconds;

    /// <summary>Submit, Replace: seconds since 1970 before which it must not go out; 0 for at once.</summary>
    public uint DueSeconds;

    /// <summary>
    /// Submit: hash of the account and of what its sender calls this submission (Idempotency-Key,
    /// user_message_reference), 0 for nothing; and hash of all that makes a repeat the same.
    /// </summary>
    public ulong RepeatKey;
    public ulong RepeatBody;

    /// <summary>
    /// Submit: hash of the account and of the Idempotency-Key, for a message of a batch; 0 for others. RepeatBody is
    /// the batch's then.
    /// </summary>
    public ulong RepeatBatch;

    /// <summary>Submit: micro-units a segment, -1 without a price. Adjust: micro-units.</summary>
    public long Price;

    /// <summary>Submit: segments of each part, as carriers count them. Inbound: who takes it, how many.</summary>
    public ushort Segments;

    /// <summary>Submit: whether it was taken from the account's balance; set when it is decided.</summary>
    public bool IsCharged;

    /// <summary>
    /// Submit: octets of the sender it came with, at the end of the bytes, where a rule has replaced it; 0 for none.
    /// </summary>
    public byte OtherSender;

    /// <summary>
    /// Submit: <see cref="AddressHash.Long"/> of the destination; 0 where not known. CarrierReceipt: the key its
    /// message is looked for by first, once the ring has looked ahead.
    /// </summary>
    public ulong Key;

    /// <summary>When it came in, milliseconds since 1970.</summary>
    public long UnixMs;

    /// <summary>When it came in, in Stopwatch ticks; for latencies.</summary>
    public long Ticks;

    /// <summary>
    /// Query, Cancel, Replace, RetryDead, DropDead, Erase: where the message was accepted. CarrierReceipt: hashes of
    /// the receipt's addresses.
    /// </summary>
    public ulong Position;

    /// <summary>Who is answered.</summary>
    public object? Source;

    /// <summary>Bytes that do not fit inline, from the shared array pool; the consumer returns them.</summary>
    public byte[]? Rented;

    public SlotBytes Inline;

    /// <summary>The bytes in use.</summary>
    [UnscopedRef]
    public Span<byte> Bytes => Rented is null ? ((Span<byte>)Inline)[..Length] : Rented.AsSpan(0, Length);

    /// <summary>Makes room for <paramref name="length"/> bytes and gives it.</summary>
    [UnscopedRef]
    public Span<byte> Allocate(int length)
    {
        Length = length;
        Rented = length > InlineCapacity ? System.Buffers.ArrayPool<byte>.Shared.Rent(length) : null;
        return Bytes;
    }

    /// <summary>Lets go of what the entry held, so that a quiet ring keeps no session and no buffer alive.</summary>
    public void Clear()
    {
        Source = null;
        Key = 0;
        if (Rented is null) return;
        System.Buffers.ArrayPool<byte>.Shared.Return(Rented);
        Rented = null;
    }
}

[InlineArray(Slot.InlineCapacity)]
public struct SlotBytes
{
    private byte _first;
}
