using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Appliance;

/// <summary>
/// What makes a submission a repeat of another: a hash of the name its sender gives it, and one of its content. Part of
/// what is stored.
/// </summary>
/// <remarks>
/// Names of all accounts are in one index. So the hash is one in which nobody can look for a name that meets another
/// account's.
/// </remarks>
public static class RepeatHash
{
    private const byte Http = 1;
    private const byte Smpp = 2;

    private const int LongestName = 1 + sizeof(ushort) + (3 * sizeof(uint)) + 256;

    /// <summary>Of an Idempotency-Key: as the request's name 0, and a batch's messages from 1 on.</summary>
    public static ulong Name(ushort account, string key, int index)
    {
        Span<byte> name = stackalloc byte[LongestName];
        var at = Begin(name, Http, account);
        BinaryPrimitives.WriteInt32LittleEndian(name[at..], index);
        at += sizeof(int);
        return Of(name[..(at + System.Text.Encoding.ASCII.GetBytes(key, name[at..]))]);
    }

    /// <summary>Of a user_message_reference, the destination, and which part of a long message it is.</summary>
    public static ulong Name(ushort account, uint reference, uint part, ReadOnlySpan<byte> destination)
    {
        Span<byte> name = stackalloc byte[LongestName];
        var at = Begin(name, Smpp, account);
        BinaryPrimitives.WriteUInt32LittleEndian(name[at..], reference);
        BinaryPrimitives.WriteUInt32LittleEndian(name[(at + sizeof(uint))..], part);
        at += 2 * sizeof(uint);
        destination.CopyTo(name[at..]);
        return Of(name[..(at + destination.Length)]);
    }

    /// <summary>Never 0.</summary>
    public static ulong Of(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, hash);
        return Math.Max(1, BinaryPrimitives.ReadUInt64LittleEndian(hash));
    }

    private static int Begin(Span<byte> name, byte protocol, ushort account)
    {
        name[0] = protocol;
        BinaryPrimitives.WriteUInt16LittleEndian(name[1..], account);
        return 1 + sizeof(ushort);
    }
}
