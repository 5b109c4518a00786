using System.Buffers.Binary;

namespace Store;

/// <summary>
/// Under what a list of messages lies in the database.
/// <code>
///  key: list u8 | group u16 BE | run u64 BE | piece u16 BE
/// </code>
/// The list says what the group is: an account's number (0: all accounts), or the top 16 bits of a destination's hash.
/// A run is one buffer of the index, named by the first position in it: a run that a crash has interrupted begins at
/// the same position when it is written again. Long lists are in pieces of ascending number.
/// </summary>
internal readonly record struct HistoryKey(byte List, ushort Group, ulong Run, ushort Piece)
{
    internal const int Size = 13;

    /// <summary>The bytes that all keys of a group have in common.</summary>
    internal const int GroupSize = 3;

    internal const byte ByAccount = 1;
    internal const byte ByDestination = 2;

    internal void Write(Span<byte> bytes)
    {
        bytes[0] = List;
        BinaryPrimitives.WriteUInt16BigEndian(bytes[1..], Group);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[GroupSize..], Run);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[11..], Piece);
    }

    internal static HistoryKey Read(ReadOnlySpan<byte> bytes) => new(
        bytes[0],
        BinaryPrimitives.ReadUInt16BigEndian(bytes[1..]),
        BinaryPrimitives.ReadUInt64BigEndian(bytes[GroupSize..]),
        BinaryPrimitives.ReadUInt16BigEndian(bytes[11..]));

    /// <summary>The group of a destination's hash.</summary>
    internal static ushort Bucket(ulong hash) => (ushort)(hash >> 52);

    /// <summary>
    /// What a destination's list keeps of a message: 48 bits of the hash that are not the group's, and the account.
    /// </summary>
    internal static ulong Tail(ulong hash, ushort account) => (hash << 16) | account;
}
