using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Appliance.Decide;

/// <summary>Why and when a message failed for good; its story is found from its position.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct DeadLetter
{
    /// <summary>Milliseconds since 1970.</summary>
    public long At;

    /// <summary>Of a message that has left its list and cannot be read.</summary>
    public const uint Unreadable = uint.MaxValue;

    /// <summary>The carrier's command_status; 0 where none was asked.</summary>
    public uint Status;
    public ushort Account;
    public ushort Carrier;
}

/// <summary>
/// The messages no carrier took: a fact each, under its position, until an operator retries or drops it.
/// </summary>
public sealed class DeadLetters(IEventLog log)
{
    /// <summary>What the key of a dead letter's fact begins with; the position follows, big-endian.</summary>
    public static ReadOnlySpan<byte> Prefix => "dead/"u8;

    // What leaves the list in this batch, which the facts do not know yet.
    private readonly HashSet<ulong> _removed = [];

    /// <summary>Dead letters since the start.</summary>
    public long Added { get; private set; }

    public void Add(ulong position, in DeadLetter letter)
    {
        Added++;
        _removed.Remove(position);
        Span<byte> key = stackalloc byte[Prefix.Length + sizeof(ulong)];
        Key(position, key);
        log.SetFact(key, MemoryMarshal.AsBytes(new ReadOnlySpan<DeadLetter>(in letter)));
    }

    public bool Contains(ulong position)
    {
        Span<byte> key = stackalloc byte[Prefix.Length + sizeof(ulong)];
        Key(position, key);
        return !_removed.Contains(position) && log.HasFact(key);
    }

    public bool TryRemove(ulong position)
    {
        if (!Contains(position)) return false;
        Remove(position);
        return true;
    }

    /// <summary>Takes it off the list whether it is known to be on it or not: one of this batch is not yet.</summary>
    public void Remove(ulong position)
    {
        Span<byte> key = stackalloc byte[Prefix.Length + sizeof(ulong)];
        Key(position, key);
        log.RemoveFact(key);
        _removed.Add(position);
    }

    /// <summary>The batch is durable: the facts know it.</summary>
    public void Committed()
    {
        if (_removed.Count > 0) _removed.Clear();
    }

    private static void Key(ulong position, Span<byte> key)
    {
        Prefix.CopyTo(key);
        BinaryPrimitives.WriteUInt64BigEndian(key[Prefix.Length..], position);
    }
}
