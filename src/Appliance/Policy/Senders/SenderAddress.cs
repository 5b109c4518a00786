using System.Text;

namespace Appliance.Policy.Senders;

/// <summary>A source address as it goes into a submit_sm.</summary>
/// <param name="Text">ASCII; of a number its digits, without +.</param>
/// <param name="Ton">5 alphanumeric, 1 international, 3 network specific (short codes).</param>
/// <param name="Npi">1 for international numbers, else 0.</param>
public sealed record SenderAddress(string Text, byte Ton, byte Npi)
{
    /// <summary>The same, as octets.</summary>
    public ReadOnlyMemory<byte> Octets { get; } = Encoding.ASCII.GetBytes(Text);

    /// <summary>What is wrong with a configured sender, as "expected ..."; null for a good one.</summary>
    public static string? Fault(string sender)
    {
        ArgumentNullException.ThrowIfNull(sender);
        const string Expected = "a sender: up to 11 characters of the GSM alphabet that ASCII has, or a number of 3 to "
            + "15 digits";
        if (sender.Length == 0 || !Ascii.IsValid(sender)) return Expected;
        Span<byte> octets = stackalloc byte[sender.Length];
        Encoding.ASCII.GetBytes(sender, octets);
        var digits = sender.AsSpan().TrimStart('+');
        return Sender.KindOf(octets, ton: 0) == SenderKinds.Alphanumeric
            ? Sender.IsAlphanumeric(octets, Sender.LongestAlphanumeric) ? null : Expected
            : digits.Length is >= Sender.ShortestCode and <= NumberValue.Longest ? null : Expected;
    }

    /// <param name="sender">One that has no <see cref="Fault"/>.</param>
    public static SenderAddress Of(string sender)
    {
        var octets = Encoding.ASCII.GetBytes(sender);
        var digits = sender.TrimStart('+');
        return Sender.KindOf(octets, ton: 0) switch
        {
            SenderKinds.Alphanumeric => new SenderAddress(sender, 5, 0),
            SenderKinds.ShortCode => new SenderAddress(digits, 3, 0),
            _ => new SenderAddress(digits, 1, 1),
        };
    }
}
