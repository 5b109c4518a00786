namespace Codec;

/// <summary>How a text is encoded.</summary>
public enum TextEncoding
{
    /// <summary>GSM 7-bit, 160 septets a message; data_coding 0.</summary>
    Gsm7,

    /// <summary>ISO-8859-1, 140 octets a message; data_coding 3.</summary>
    Latin1,

    /// <summary>UTF-16, 70 code units a message; data_coding 8.</summary>
    Ucs2,

    /// <summary>Octets, 140 a message; data_coding 4.</summary>
    Binary,
}

/// <summary>How the parts of a long message say that they belong together.</summary>
public enum ConcatenationForm
{
    /// <summary>A user data header with an 8-bit reference (6 octets).</summary>
    Udh8,

    /// <summary>A user data header with a 16-bit reference (7 octets).</summary>
    Udh16,

    /// <summary>The TLVs sar_msg_ref_num, sar_total_segments and sar_segment_seqnum; the text has no header, but its
    /// parts are as short as with <see cref="Udh8"/>, which is what the message centre makes of it.</summary>
    Sar,
}

/// <summary>How a text becomes short messages.</summary>
/// <param name="Encoding">The encoding.</param>
/// <param name="Segments">How many short messages; what the field bills. More than 255 cannot be sent.</param>
/// <param name="Units">Septets, octets or UTF-16 code units of the whole text.</param>
/// <param name="UnitsPerSegment">How many of them a short message of this plan takes.</param>
/// <param name="Form">How the parts say that they belong together.</param>
/// <param name="Locking">The locking shift table of a GSM 7-bit text.</param>
/// <param name="Single">The single shift table of a GSM 7-bit text.</param>
public readonly record struct SegmentPlan(
    TextEncoding Encoding, int Segments, int Units, int UnitsPerSegment,
    ConcatenationForm Form, NationalLanguage Locking, NationalLanguage Single)
{
    /// <summary>The most parts a concatenated message has.</summary>
    public const int MaxSegments = byte.MaxValue;

    /// <summary>data_coding for the encoding.</summary>
    public byte DataCoding => Encoding switch
    {
        TextEncoding.Gsm7 => 0,
        TextEncoding.Latin1 => 3,
        TextEncoding.Ucs2 => 8,
        _ => 4,
    };

    /// <summary>Octets of the user data header of each part, UDHL included; 0 without one.</summary>
    public int HeaderLength => Segmentation.HeaderLength(Form, Segments > 1, Locking, Single);

    /// <summary>Whether esm_class needs <see cref="UserDataHeader.EsmClassBit"/>.</summary>
    public bool HasHeader => HeaderLength > 0;
}
