using System.Buffers.Binary;

namespace Appliance.Policy.OptOuts;

public enum OptOutAction : byte
{
    Added = 1,
    Removed = 2,
}

/// <summary>Who asked for a change.</summary>
public enum OptOutSource : byte
{
    /// <summary>The recipient, by a reply.</summary>
    Reply = 1,

    Api = 2,

    Import = 3,
}

/// <summary>
/// A change of the opt-out list, and its form in the journal and in the store.
/// <code>
/// journal's record                                        store's entry
/// 0   kind, the journal's          1                      key    account, big-endian        2
/// 1   action                       1                             number, 1 before its       7
/// 2   source                       1                             digits, big-endian
/// 3   length of the number         1                             sender in lower case       0..20
/// 4   length of the sender         1                      value  action                     1
/// 5   length of the keyword        1                             source                     1
/// 6   account, little-endian       2                             at, little-endian          8
/// 8   at, little-endian            8                             keyword, UTF-8             0..100
/// 16  number, ASCII digits         1..15
///     sender, ASCII                0..20 (none for any)
///     keyword, UTF-8               0..100
/// </code>
/// The store's keys sort by account and number, so an account's list is one range of them. A removed opt-out stays
/// there with the action Removed: when it ended, and how, is what an auditor asks for.
/// </summary>
public readonly ref struct OptOutChange
{
    public const int LongestKeyword = 100;

    /// <summary>Octets of the longest record, and of the longest key and value.</summary>
    public const int LongestRecord = Head + OptOutKey.LongestNumber + OptOutKey.LongestSender + LongestKeyword;
    public const int LongestStoreKey = StoreKeyHead + OptOutKey.LongestSender;
    public const int LongestStoreValue = StoreValueHead + LongestKeyword;

    /// <summary>Where the record has the number's length, which is 0 only where it was erased.</summary>
    public const int NumberLengthAt = 3;

    private const int Head = 16;
    private const int NumberOctets = 7;
    private const int StoreKeyHead = sizeof(ushort) + NumberOctets;
    private const int StoreValueHead = 2 + sizeof(long);

    public required OptOutAction Action { get; init; }

    public required OptOutSource Source { get; init; }

    public required ushort Account { get; init; }

    /// <summary>1 to 15 ASCII digits.</summary>
    public required ReadOnlySpan<byte> Number { get; init; }

    /// <summary>Up to 20 octets; empty for all senders of the account.</summary>
    public required ReadOnlySpan<byte> Sender { get; init; }

    /// <summary>The reply's keyword in UTF-8, up to 100 octets.</summary>
    public ReadOnlySpan<byte> Keyword { get; init; }

    /// <summary>Milliseconds since 1970.</summary>
    public required long At { get; init; }

    /// <summary>Octets of the record.</summary>
    public int Length => Head + Number.Length + Sender.Length + Keyword.Length;

    /// <summary>Whether its fields are within their bounds.</summary>
    public bool IsValid => Action is OptOutAction.Added or OptOutAction.Removed
        && Source is OptOutSource.Reply or OptOutSource.Api or OptOutSource.Import
        && Number.Length is > 0 and <= OptOutKey.LongestNumber
        && !Number.ContainsAnyExceptInRange((byte)'0', (byte)'9')
        && Sender.Length <= OptOutKey.LongestSender && Keyword.Length <= LongestKeyword;

    /// <summary>Writes the journal's record; gives its length.</summary>
    /// <exception cref="ArgumentException">It is not <see cref="IsValid"/>.</exception>
    public int Write(Span<byte> target, byte kind)
    {
        if (!IsValid) throw new ArgumentException("a change of the opt-out list with a field out of its bounds");
        target[0] = kind;
        target[1] = (byte)Action;
        target[2] = (byte)Source;
        target[3] = (byte)Number.Length;
        target[4] = (byte)Sender.Length;
        target[5] = (byte)Keyword.Length;
        BinaryPrimitives.WriteUInt16LittleEndian(target[6..], Account);
        BinaryPrimitives.WriteInt64LittleEndian(target[8..], At);
        Number.CopyTo(target[Head..]);
        Sender.CopyTo(target[(Head + Number.Length)..]);
        Keyword.CopyTo(target[(Head + Number.Length + Sender.Length)..]);
        return Length;
    }

    /// <summary>False for octets that are no such record.</summary>
    public static bool TryRead(ReadOnlySpan<byte> record, out OptOutChange change)
    {
        change = default;
        if (record.Length < Head || record.Length < Head + record[3] + record[4] + record[5]) return false;
        change = new OptOutChange
        {
            Action = (OptOutAction)record[1],
            Source = (OptOutSource)record[2],
            Account = BinaryPrimitives.ReadUInt16LittleEndian(record[6..]),
            At = BinaryPrimitives.ReadInt64LittleEndian(record[8..]),
            Number = record.Slice(Head, record[3]),
            Sender = record.Slice(Head + record[3], record[4]),
            Keyword = record.Slice(Head + record[3] + record[4], record[5]),
        };
        return change.IsValid;
    }

    /// <summary>Writes the store's key; gives its length.</summary>
    public int WriteStoreKey(Span<byte> target)
    {
        var length = WriteStorePrefix(target, Account, Number);
        foreach (var octet in Sender)
            target[length++] = octet is >= (byte)'A' and <= (byte)'Z' ? (byte)(octet | 0x20) : octet;
        return length;
    }

    /// <summary>The beginning of the store's keys of one number, or with no number of an account; gives its length.
    /// </summary>
    public static int WriteStorePrefix(Span<byte> target, ushort account, ReadOnlySpan<byte> number)
    {
        BinaryPrimitives.WriteUInt16BigEndian(target, account);
        if (number.IsEmpty) return sizeof(ushort);
        var value = 1UL;
        foreach (var digit in number) value = (value * 10) + (ulong)(digit - '0');
        Span<byte> octets = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(octets, value);
        octets[^NumberOctets..].CopyTo(target[sizeof(ushort)..]);
        return StoreKeyHead;
    }

    /// <summary>Writes the store's value; gives its length.</summary>
    public int WriteStoreValue(Span<byte> target)
    {
        target[0] = (byte)Action;
        target[1] = (byte)Source;
        BinaryPrimitives.WriteInt64LittleEndian(target[2..], At);
        Keyword.CopyTo(target[StoreValueHead..]);
        return StoreValueHead + Keyword.Length;
    }

    /// <summary>Reads an entry of the store; false for octets that are none.</summary>
    /// <param name="number">Room for 15 octets, which the change then refers to.</param>
    public static bool TryReadStore(
        ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, Span<byte> number, out OptOutChange change)
    {
        change = default;
        if (key.Length is < StoreKeyHead or > LongestStoreKey) return false;
        if (value.Length is < StoreValueHead or > LongestStoreValue) return false;
        Span<byte> octets = stackalloc byte[sizeof(ulong)];
        octets[0] = 0;
        key.Slice(sizeof(ushort), NumberOctets).CopyTo(octets[1..]);
        Span<byte> digits = stackalloc byte[20];
        if (!BinaryPrimitives.ReadUInt64BigEndian(octets).TryFormat(digits, out var length)) return false;
        if (length is < 2 or > OptOutKey.LongestNumber + 1 || digits[0] != (byte)'1') return false;
        digits[1..length].CopyTo(number);
        change = new OptOutChange
        {
            Action = (OptOutAction)value[0],
            Source = (OptOutSource)value[1],
            Account = BinaryPrimitives.ReadUInt16BigEndian(key),
            At = BinaryPrimitives.ReadInt64LittleEndian(value[2..]),
            Number = number[..(length - 1)],
            Sender = key[StoreKeyHead..],
            Keyword = value[StoreValueHead..],
        };
        return change.IsValid;
    }
}
