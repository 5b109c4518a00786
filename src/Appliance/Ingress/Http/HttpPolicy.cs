using Appliance.Policy;
using Codec;
using Country = Appliance.Policy.Country;

namespace Appliance.Ingress.Http;

/// <summary>What the rules say of a message that came by HTTP.</summary>
internal sealed class HttpPolicy(PolicyGate gate)
{
    /// <summary>
    /// Lets a message pass, with another sender or due time where a rule says so; else gives the refusal.
    /// </summary>
    /// <param name="account">The persistent id of its name.</param>
    /// <param name="country">As CountryKey has it.</param>
    /// <param name="now">Milliseconds since 1970.</param>
    /// <param name="validity">Seconds from now until it expires; 0 where its sender doesn't say.</param>
    public AdmissionResult? Check(
        ushort account, MessageClass messageClass, HttpSubmission message, ushort country, long now, uint validity)
    {
        var input = new PolicyInput
        {
            Account = account,
            Class = messageClass,
            Country = Country.At(country),
            Source = message.Source,
            SourceTon = message.SourceTon,
            Destination = message.Destination,
            Text = message.Text,
            Tlvs = new TlvReader(message.Tlvs),
        };
        var due = message.DueSeconds;
        if (!gate.Passes(in input, now, validity, ref due, out var verdict))
            return AdmissionResult.RefusedBy(verdict.Code, verdict.Rule ?? "");
        if (verdict.Sender is { } sender) message.ReplaceSource(sender.Octets.Span, sender.Ton, sender.Npi);
        if (due == message.DueSeconds) return null;
        // To the carrier a validity period counts from when it gets the message.
        if (validity != 0) message.ValidityPeriod = TimeSpan.FromSeconds((now / 1000) + validity - due);
        message.DueSeconds = due;
        return null;
    }
}
