using Codec;

namespace Appliance.Ingress.Smpp;

/// <summary>A submit_sm body as it is stored, without its header, read as a PDU.</summary>
internal static class SubmitPdu
{
    /// <summary>False where the body is none, as one whose number was erased.</summary>
    public static bool TryRead(ReadOnlySpan<byte> body, out SubmitSm submit)
    {
        var pdu = new byte[Header.Size + body.Length];
        new Header((uint)pdu.Length, CommandId.SubmitSm, CommandStatus.ESME_ROK, 1).Write(pdu);
        body.CopyTo(pdu.AsSpan(Header.Size));
        return SubmitSm.TryRead(pdu, out submit) == CommandStatus.ESME_ROK;
    }
}
