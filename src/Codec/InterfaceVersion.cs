namespace Codec;

/// <summary>
/// interface_version of a bind (SMPP 5.0, 4.7.13) and what a peer of that version can take. What 3.3 lacks is not
/// sent to it: TLVs, transceiver binds, and ids longer than its eight characters.
/// </summary>
public static class InterfaceVersion
{
    /// <summary>SMPP 3.3; binds give 0x00-0x33 for it.</summary>
    public const byte V33 = 0x33;

    /// <summary>SMPP 3.4.</summary>
    public const byte V34 = 0x34;

    /// <summary>SMPP 5.0.</summary>
    public const byte V50 = 0x50;

    /// <summary>Whether the peer knows TLVs.</summary>
    public static bool HasTlvs(byte interfaceVersion) => interfaceVersion >= V34;

    /// <summary>The most characters of a message_id for the peer: 8 for 3.3 (hexadecimal digits), else 64.</summary>
    public static int MessageIdMax(byte interfaceVersion) => HasTlvs(interfaceVersion) ? 64 : 8;

    /// <summary>The TLVs as the peer may have them: none for 3.3.</summary>
    public static TlvReader Allow(byte interfaceVersion, TlvReader tlvs) => HasTlvs(interfaceVersion) ? tlvs : default;

    /// <summary>
    /// A message_id as the peer may have it: for 3.3 the last eight characters, which differ most.
    /// </summary>
    public static ReadOnlySpan<byte> ShortenId(byte interfaceVersion, ReadOnlySpan<byte> messageId)
    {
        int max = MessageIdMax(interfaceVersion);
        return messageId.Length <= max ? messageId : messageId[^max..];
    }
}
