using System.Runtime.InteropServices;

namespace Appliance.Records;

/// <summary>
/// A message was charged; in the batch of its acceptance, behind its Accepted record. One for a message, whatever its
/// parts. It is there too where the amount is 0, since the line of the charge records is made from it.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct Charged
{
    public RecordKind Kind;

    /// <summary>1 where the balance was changed; 0 for an account without a balance.</summary>
    public byte IsKept;
    public ushort Account;

    /// <summary>MCC and MNC as Network.CodeOf has them; 0 where not known.</summary>
    public uint Network;
    public ushort Segments;

    /// <summary>The carrier that was chosen at acceptance.</summary>
    public ushort Carrier;

    /// <summary>Micro-units a segment; -1 where there was no price.</summary>
    public long Price;

    /// <summary>Micro-units a segment of that carrier; -1 where not known.</summary>
    public long Cost;

    /// <summary>The Accepted record of the message's first part.</summary>
    public ulong Accepted;

    /// <summary>Micro-units taken.</summary>
    public readonly long Amount => Price > 0 ? Price * Segments : 0;
}

/// <summary>A message's price was given back; once at the most.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct Refunded
{
    public RecordKind Kind;

    /// <summary>The final state that it was for.</summary>
    public State State;
    public ushort Account;

    /// <summary>Micro-units.</summary>
    public long Amount;

    /// <summary>Milliseconds since 1970.</summary>
    public long At;

    /// <summary>The Accepted record of the message's first part.</summary>
    public ulong Accepted;
}

/// <summary>A payment or correction; behind it who did it and why, as UTF-8.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct Adjusted
{
    public RecordKind Kind;
    public byte Reserved;
    public ushort Account;

    /// <summary>Micro-units; below 0 where it was taken away.</summary>
    public long Amount;

    /// <summary>Milliseconds since 1970.</summary>
    public long At;

    /// <summary>A hash of what the caller named it, so that the same payment is not booked twice; 0 for no name.
    /// </summary>
    public ulong Name;
}

/// <summary>
/// All balances at a place of the journal; entries follow. Whoever reads from before it needs nothing older: the
/// journal may be read from the last mark, or be cut off before it.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct BalanceMark
{
    public RecordKind Kind;
    public byte Reserved;
    public ushort Count;

    /// <summary>Milliseconds since 1970.</summary>
    public long At;
}

[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct BalanceMarkEntry
{
    public ushort Account;

    /// <summary>Micro-units.</summary>
    public long Balance;
}
