using Appliance.Policy;
using Appliance.Policy.Senders;
using Codec;
using Country = Appliance.Policy.Country;

namespace Appliance.Ingress.Smpp;

/// <summary>What the rules say of a submit_sm.</summary>
internal sealed class SubmitPolicy(PolicyGate gate)
{
    /// <summary>
    /// An optional parameter of ours with what the message is for, one octet: 0 transactional, 1 promotional, 2 otp.
    /// </summary>
    public const TlvTag ClassTag = (TlvTag)0x1500;

    private readonly SubmitText _text = new();

    /// <inheritdoc cref="PolicyGate.ReplacesSenders"/>
    public bool ReplacesSenders => gate.ReplacesSenders;

    /// <summary>What the message is for; false for a value that means nothing.</summary>
    /// <param name="usual">Where it does not say.</param>
    public static bool TryClass(TlvReader tlvs, MessageClass usual, out MessageClass messageClass)
    {
        messageClass = usual;
        if (tlvs.IsEmpty || !tlvs.TryFind(ClassTag, out var value)) return true;
        if (value.Length != 1 || value[0] > (byte)MessageClass.Otp) return false;
        messageClass = (MessageClass)value[0];
        return true;
    }

    /// <param name="destination">The international digits.</param>
    /// <param name="country">As CountryKey has it.</param>
    /// <param name="times">Its times; a rule may put the due time off.</param>
    /// <param name="sender">What takes the place of its sender; null where that stays.</param>
    /// <returns>ESME_ROK, or the refusal's status.</returns>
    public CommandStatus Check(
        ushort account, MessageClass messageClass, in SubmitSm submit, ReadOnlySpan<byte> destination, ushort country,
        long now, ref DeliveryTimes times, out SenderAddress? sender)
    {
        var isPart = false;
        var tables = gate.Tables;
        var text = tables.ReadsText ? _text.Read(in submit, out isPart) : default;
        var input = new PolicyInput
        {
            Account = account,
            Class = messageClass,
            Country = Country.At(country),
            Source = submit.SourceAddr,
            SourceTon = submit.SourceAddrTon,
            Destination = destination,
            Text = text,
            IsPart = isPart,
            Tlvs = submit.Tlvs,
        };
        var due = times.Due;
        var passes = gate.Passes(tables, in input, now, times.Validity, ref due, out var verdict);
        sender = verdict.Sender;
        if (due != times.Due) times = times with { Due = due };
        return passes ? CommandStatus.ESME_ROK : PolicyCodes.Of(verdict.Code).Status;
    }

    /// <summary>Writes another source address into a body that stands in a slot, and the one it had behind the body.
    /// </summary>
    public static void ReplaceSource(ref Slot slot, SenderAddress sender)
    {
        var source = slot.SourceOffset;
        var old = slot.Bytes[(source + 2)..].IndexOf((byte)0);
        var octets = sender.Octets.Span;
        var longer = octets.Length - old;
        Span<byte> body = slot.Length <= Slot.InlineCapacity ? stackalloc byte[slot.Length] : new byte[slot.Length];
        slot.Bytes.CopyTo(body);
        if (slot.Rented is { } rented) System.Buffers.ArrayPool<byte>.Shared.Return(rented);
        var target = slot.Allocate(body.Length + longer + old);
        body[..source].CopyTo(target);
        (target[source], target[source + 1]) = (sender.Ton, sender.Npi);
        octets.CopyTo(target[(source + 2)..]);
        body[(source + 2 + old)..].CopyTo(target[(source + 2 + octets.Length)..]);
        body.Slice(source + 2, old).CopyTo(target[(body.Length + longer)..]);
        slot.OtherSender = (byte)old;
        slot.DestinationOffset = (ushort)(slot.DestinationOffset + longer);
        slot.RegisteredOffset = (ushort)(slot.RegisteredOffset + longer);
    }
}
