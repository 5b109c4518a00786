namespace Codec;

/// <summary>What the octets of a text mean.</summary>
public enum Alphabet
{
    /// <summary>GSM 7-bit, a septet an octet.</summary>
    Gsm7,

    /// <summary>GSM 7-bit, eight septets in seven octets.</summary>
    Gsm7Packed,

    /// <summary>IA5: ASCII.</summary>
    Ia5,

    /// <summary>ISO-8859-1.</summary>
    Latin1,

    /// <summary>ISO-8859-15: Latin-1 with the euro sign and seven letters.</summary>
    Latin9,

    /// <summary>ISO-8859-5: Latin and Cyrillic.</summary>
    Cyrillic,

    /// <summary>ISO-8859-8: Latin and Hebrew.</summary>
    Hebrew,

    /// <summary>UTF-16, big-endian.</summary>
    Ucs2,

    /// <summary>UTF-16, little-endian: some peers' mistake.</summary>
    Ucs2LittleEndian,

    /// <summary>UTF-8: some peers' own.</summary>
    Utf8,

    /// <summary>GSM 7-bit, but for "@" and "$", which are ASCII's (a German carrier's).</summary>
    GsmAsciiSigns,

    /// <summary>Latin-1, but for what it lacks (Greek capitals, euro) or GSM escapes, which are GSM's (a Turkish
    /// carrier's).</summary>
    GsmLatin1,

    /// <summary>No text.</summary>
    Binary,
}

/// <summary>
/// A peer's meaning of data_coding (SMPP 5.0, 4.7.7). 0 is whatever its message centre's default is; 1 should be IA5,
/// and some send GSM 7-bit with it.
/// </summary>
/// <param name="Default">What data_coding 0 means.</param>
/// <param name="Ia5">What data_coding 1 means.</param>
public readonly record struct PeerAlphabets(Alphabet Default = Alphabet.Gsm7, Alphabet Ia5 = Alphabet.Ia5)
{
    /// <summary>
    /// The alphabet of a data_coding. From 0x10 on it is a GSM data coding scheme (3GPP TS 23.038, 4), as peers use it
    /// for message classes.
    /// </summary>
    public Alphabet Of(byte dataCoding) => dataCoding switch
    {
        0x00 => Default,
        0x01 => Ia5,
        0x03 => Alphabet.Latin1,
        0x06 => Alphabet.Cyrillic,
        0x07 => Alphabet.Hebrew,
        0x08 => Alphabet.Ucs2,
        < 0x10 => Alphabet.Binary,
        < 0x40 => (dataCoding & 0x0C) switch
        {
            0x00 => Default,
            0x08 => Alphabet.Ucs2,
            _ => Alphabet.Binary,
        },
        >= 0xC0 and < 0xE0 => Default,
        >= 0xE0 and < 0xF0 => Alphabet.Ucs2,
        >= 0xF0 when (dataCoding & 0x04) == 0 => Default,
        _ => Alphabet.Binary,
    };
}
