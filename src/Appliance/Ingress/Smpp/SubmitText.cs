using Codec;

namespace Appliance.Ingress.Smpp;

/// <summary>A submit_sm's text for the rules, in room that is used again for the next.</summary>
internal sealed class SubmitText
{
    private char[] _room = [];

    /// <summary>Empty for a binary message.</summary>
    /// <param name="isPart">Whether it is one part of several.</param>
    public ReadOnlySpan<char> Read(in SubmitSm submit, out bool isPart)
    {
        var octets = submit.ShortMessage;
        isPart = false;
        if (!submit.Tlvs.IsEmpty)
        {
            if (octets.IsEmpty) submit.Tlvs.TryFind(TlvTag.MessagePayload, out octets);
            isPart = submit.Tlvs.TryFindInteger(TlvTag.SarTotalSegments, out var total) && total > 1;
        }

        var (locking, single) = (NationalLanguage.Default, NationalLanguage.Default);
        if ((submit.EsmClass & UserDataHeader.EsmClassBit) != 0 && UserDataHeader.TryRead(octets, out var header))
        {
            isPart |= header.TryGetConcatenation(out var part) && part.Total > 1;
            (locking, single) = LanguagesOf(in header);
            octets = octets[header.Length..];
        }

        var alphabet = new PeerAlphabets().Of(submit.DataCoding);
        if (alphabet == Alphabet.Binary || octets.IsEmpty) return default;
        var most = TextCodec.MaxChars(octets.Length);
        if (_room.Length < most) _room = new char[most];
        var length = alphabet == Alphabet.Gsm7
            ? Gsm7.Decode(octets, _room, locking, single)
            : TextCodec.Decode(alphabet, octets, _room);
        return _room.AsSpan(0, length);
    }

    private static (NationalLanguage Locking, NationalLanguage Single) LanguagesOf(in UserDataHeader header)
    {
        var (locking, single) = (NationalLanguage.Default, NationalLanguage.Default);
        foreach (var element in header)
        {
            if (element.Data.Length != 1 || element.Data[0] > (byte)NationalLanguage.Urdu) continue;
            if (element.Identifier == UserDataHeader.LockingShift) locking = (NationalLanguage)element.Data[0];
            if (element.Identifier == UserDataHeader.SingleShift) single = (NationalLanguage)element.Data[0];
        }

        return (locking, single);
    }
}
