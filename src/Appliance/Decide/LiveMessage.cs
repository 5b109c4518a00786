using System.Runtime.CompilerServices;
using Appliance.Policy;
using Appliance.Records;

namespace Appliance.Decide;

/// <summary>Where a live message is in its journey.</summary>
public enum Stage : byte
{
    Free,

    /// <summary>Waits in a partition's queue for room in a session's window.</summary>
    Queued,

    /// <summary>Waits for its retry to come due.</summary>
    Backoff,

    /// <summary>Written, or about to be written, to a carrier; no answer yet.</summary>
    InFlight,

    /// <summary>Taken by the carrier; its receipt is awaited.</summary>
    AwaitingReceipt,

    /// <summary>Final; the customer's ESME has yet to take the receipt.</summary>
    Notifying,

    /// <summary>Final and told; kept only until the other parts of its message are.</summary>
    Settled,
}

[Flags]
public enum LiveFlags : ushort
{
    None = 0,
    FromEsme = 1,

    /// <summary>It went to a carrier and may have been taken though no answer came.</summary>
    PossibleDuplicate = 2,

    /// <summary>The receipt index points at it.</summary>
    Indexed = 4,

    /// <summary>The notice is written to an ESME and its answer awaited.</summary>
    NoticeInFlight = 8,

    /// <summary>The carrier it was written to has messages in doubt fail.</summary>
    FailsInDoubt = 16,

    /// <summary>Its notice waits for another try, behind those that have had none.</summary>
    NoticeLater = 32,

    /// <summary>Its charge was given back.</summary>
    Refunded = 64,

    /// <summary>Its charge was taken from its account's balance.</summary>
    Paid = 128,

    /// <summary>It has taken its token of the carrier's rate, and takes no other where the session ended under it.
    /// </summary>
    HasToken = 256,

    /// <summary>It has its sender's token at its carrier, or the time at which it is there.</summary>
    HasSenderToken = 512,

    /// <summary>It is a mobile's message on its way to an ESME.</summary>
    Inbound = 1024,

    /// <summary>A carrier would not have it, whether it is of its route now or not.</summary>
    WasRefused = 2048,

    /// <summary>A rule has replaced its sender; where it was accepted stands the one it came with.</summary>
    OtherSender = 4096,

    /// <summary>Its notice waited outside memory.</summary>
    NoticeRevived = 8192,
}

/// <summary>An SMPP address as it was given: TON, NPI and up to 20 octets.</summary>
[InlineArray(Capacity)]
public struct AddressBytes
{
    /// <summary>TON, NPI, length, then the octets (SMPP 3.4 section 5.2.8: 21 with the NUL).</summary>
    public const int Capacity = 23;

    private byte _first;
}

/// <summary>
/// What must be known of a message that is not finished and is being worked on. Its body is in the journal.
/// </summary>
public struct LiveMessage
{
    public ulong Position;

    /// <summary>
    /// The record from which a restart finds it: where it was accepted or, once it was outside memory, where that
    /// ended. The order of the table.
    /// </summary>
    public ulong Anchor;

    /// <summary>The record that has its body.</summary>
    public ulong BodyAt;

    /// <summary>The last event in its history (of the whole message, in its first part).</summary>
    public ulong Last;

    /// <summary>Key in the receipt index.</summary>
    public ulong IdKey;

    /// <summary>Where its body is in the body cache.</summary>
    public long Cached;

    /// <summary>Milliseconds since 1970.</summary>
    public long AcceptedAt;

    /// <summary>Micro-units a segment; -1 where there is no price.</summary>
    public long Price;

    /// <summary>Stopwatch ticks at arrival; 0 after a restart.</summary>
    public long Ticks;

    /// <summary>Neighbours in the queue it is in: a partition's, or an account's notices.</summary>
    public int Next;
    public int Back;

    /// <summary>Neighbours in order of acceptance.</summary>
    public int Older;
    public int Newer;

    /// <summary>The first part of its message, or itself.</summary>
    public int First;

    /// <summary>Seconds since 1970; 0 for never.</summary>
    public uint Expiry;

    /// <summary>Seconds since 1970 before which it must not go out; 0 for at once.</summary>
    public uint Due;

    /// <summary>Hash of the carrier's message id as it was written, to prefer an exact match.</summary>
    public uint IdHash;

    /// <summary>Seconds since 1970 at which the carrier took it: its receipt is waited for from then on.</summary>
    public uint SubmittedAt;

    /// <summary>Milliseconds of that second.</summary>
    public ushort SubmittedMs;

    /// <summary>Seconds since 1970 of the final event.</summary>
    public uint DoneAt;

    /// <summary>The carrier's error, as it goes into the receipt.</summary>
    public uint Error;

    /// <summary>The destination's network as Network.CodeOf has it; 0 where not known.</summary>
    public uint Network;

    /// <summary>The destination's country as CountryKey has it; 0 where not known.</summary>
    public ushort Country;
    public MessageClass Class;
    public ushort Account;

    /// <summary>Segments, as carriers count them.</summary>
    public ushort Segments;
    public ushort Carrier;
    public ushort Session;
    public Stage Stage;
    public State State;
    public LiveFlags Flags;
    public byte RegisteredDelivery;
    public byte Attempts;

    /// <summary>The carriers of its route that will not have it, a bit each by place.</summary>
    public ushort Refused;
    public byte Priority;

    /// <summary>How often it was in doubt.</summary>
    public byte Doubts;

    /// <summary>message_state of the final receipt, as the carrier put it (SMPP 3.4 section 5.2.28).</summary>
    public byte Outcome;

    /// <summary>Parts of the message, and how many are not final yet; kept in the first part.</summary>
    public byte Parts;
    public byte PartsOpen;
    public byte PartNumber;

    public AddressBytes Source;
    public AddressBytes Destination;

    /// <summary>Micro-units that it costs its account; 0 where there is no price.</summary>
    public readonly long Charge => Price > 0 ? Price * Segments : 0;
}
