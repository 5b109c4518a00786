using System.Runtime.InteropServices;

namespace Appliance.Records;

/// <summary>Which lists of messages there are outside memory.</summary>
public enum HeldKind : byte
{
    /// <summary>For a carrier, by priority; the key is the carrier's id and the priority.</summary>
    Waiting = 1,

    /// <summary>For a time; the key is that time in seconds since 1970.</summary>
    Scheduled = 2,

    /// <summary>Receipts for an account; the key is its id.</summary>
    Notices = 3,

    /// <summary>Taken by a carrier, the receipt awaited: in the index of awaited receipts, no list.</summary>
    Awaiting = 4,

    /// <summary>Failed for good; in the list of dead letters, and finished until an operator retries it.</summary>
    Dead = 5,
}

/// <summary>How a block of a list comes about.</summary>
[Flags]
public enum HeldPhase : byte
{
    /// <summary>New at the end of the list.</summary>
    Append = 0,

    /// <summary>A block of the list's beginning, written again so that a restart need not read what is older.</summary>
    Renew = 1,

    /// <summary>The first such block.</summary>
    Begin = 2,

    /// <summary>The last such block.</summary>
    End = 4,
}

/// <summary>Messages of one list: this head, then entries.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct Held
{
    public RecordKind Kind;
    public HeldKind List;
    public HeldPhase Phase;
    public byte Reserved;
    public ulong Key;
    public int Count;
}

/// <summary>A message outside memory.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct HeldEntry
{
    /// <summary>Where its first part was accepted; 0 for one that has left from the middle of its list.</summary>
    public ulong Position;

    /// <summary>The last event of its history.</summary>
    public ulong Last;

    /// <summary>Seconds since 1970; 0 for never. Of a receipt when its message was final: how long it is kept may
    /// change.</summary>
    public uint Expiry;
    public ushort Account;
    public byte Parts;

    /// <summary>Not 0 where a carrier will not have all of it. Which ones its history says: their places in the route
    /// would be others' after a change.</summary>
    public ushort Refused;
}

/// <summary>Messages that come back into memory from one list: this head, then entries.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct Revived
{
    public RecordKind Kind;

    /// <summary>The list they leave; 0 where they were in memory, and only their way to be found again is
    /// renewed.</summary>
    public HeldKind List;

    /// <summary>1 where they were not at the head of the list.</summary>
    public byte Picked;
    public byte Reserved;
    public ulong Key;
    public int Count;
}

[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct RevivedEntry
{
    /// <summary>Where its first part was accepted.</summary>
    public ulong Position;

    /// <summary>The last event of its history.</summary>
    public ulong Last;
}
