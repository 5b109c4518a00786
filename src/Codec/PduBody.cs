namespace Codec;

/// <summary>What every reader does first.</summary>
internal static class PduBody
{
    /// <summary>
    /// Reads the header and cuts <paramref name="pdu"/> to command_length; false if that is not there whole.
    /// </summary>
    public static bool Open(ref ReadOnlySpan<byte> pdu, out Header header, out PduError error)
    {
        error = default;
        if (pdu.Length >= Header.Size)
        {
            header = Header.Read(pdu);
            if (header.Length == (uint)pdu.Length)
            {
                return true;
            }

            if (header.Length >= Header.Size && header.Length < (uint)pdu.Length)
            {
                pdu = pdu[..(int)header.Length];
                return true;
            }
        }

        header = default;
        PduError.Truncated(out error, "command_length", 0, pdu.Length);
        return false;
    }
}
