using Codec;

namespace Appliance.Ingress.Smpp;

/// <summary>How many segments carriers make, and charge, of a submit_sm.</summary>
internal static class SegmentCount
{
    private const byte MessageClassGsm = 0xF0;

    /// <summary>
    /// One for whatever fits a segment or says itself that it is one (a user data header, sar_ TLVs); of a longer
    /// text or payload what 3GPP TS 23.040 section 9.2.3.24.1 leaves room for beside the header that joins them.
    /// </summary>
    public static ushort Of(in SubmitSm submit)
    {
        var octets = submit.ShortMessage.Length;
        if (octets == 0 && submit.Tlvs.TryFind(TlvTag.MessagePayload, out var payload)) octets = payload.Length;
        // Septets stand one in an octet (SMPP 3.4 section 5.2.19).
        var isSeptets = submit.DataCoding is 0 or MessageClassGsm;
        var (alone, joined) = isSeptets ? (160, 153) : (140, 134);
        if (octets <= alone) return 1;
        return (ushort)((octets + joined - 1) / joined);
    }
}
