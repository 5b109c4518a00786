using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Appliance.Records;

/// <summary>
/// A part of a message was given its price back, or was charged with it again: an event of the message like any other,
/// of the kind Refunded or Charged. What it was charged when it was accepted is in its Accepted record.
/// </summary>
/// <remarks>A refund stands before the final event that it is for, in the same batch.</remarks>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct MoneyChange
{
    /// <summary>Its length is that of what follows.</summary>
    public EventHead Head;

    /// <summary>Micro-units, above 0.</summary>
    public long Amount;

    /// <summary>Whose balance it changed; 0 where none is kept.</summary>
    public ushort Account;

    /// <summary>Octets behind the head.</summary>
    public static byte ExtraLength => (byte)(Unsafe.SizeOf<MoneyChange>() - Unsafe.SizeOf<EventHead>());
}

/// <summary>A payment or correction; behind it its name, \n, and why, as UTF-8.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct Adjusted
{
    public RecordKind Kind;
    public byte Reserved;
    public ushort Account;

    /// <summary>Micro-units; below 0 where it was taken away.</summary>
    public long Amount;

    /// <summary>The balance after it, in micro-units.</summary>
    public long Balance;

    /// <summary>Milliseconds since 1970.</summary>
    public long At;
}

/// <summary>
/// Balances at a place of the journal; entries follow. Several stand one behind the other where one has no room for
/// all accounts. Whoever reads from before the first of them needs nothing older.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct BalanceMark
{
    /// <summary>Entries in one record at the most: it has to fit a frame.</summary>
    public const int MostEntries = 2048;

    public RecordKind Kind;

    /// <summary>1 where it goes on from the record before it; else what was known before is void.</summary>
    public byte GoesOn;
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
