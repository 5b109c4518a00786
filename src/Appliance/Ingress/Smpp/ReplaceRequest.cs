using Appliance.Records;
using Codec;

namespace Appliance.Ingress.Smpp;

/// <summary>
/// replace_sm (SMPP 3.4 section 4.10): another text for a message that waits, and if they are given another
/// schedule_delivery_time and validity_period. data_coding and esm_class stay as they were.
/// </summary>
internal sealed class ReplaceRequest : MessageRequest
{
    private readonly UInt128 _id;
    private readonly byte[] _pdu;
    private readonly uint _longest;
    private readonly PolicyGate _gate;

    private ReplaceRequest(
        uint sequence, ushort account, in ReplaceSm replace, UInt128 id, ReadOnlySpan<byte> pdu, uint longest,
        PolicyGate gate)
        : base(CommandId.ReplaceSm, sequence, account)
    {
        _id = id;
        _longest = longest;
        _gate = gate;
        _pdu = pdu.ToArray();
        Source = replace.SourceAddr.ToArray();
    }

    /// <param name="account">Of the session.</param>
    /// <param name="pdu">Header included.</param>
    /// <param name="longest">As <see cref="DeliveryTimes.Read"/> has it.</param>
    /// <param name="gate">Its new text and time go by the rules too.</param>
    public static (CommandStatus Status, MessageRequest? Request) Read(
        ushort account, ReadOnlySpan<byte> pdu, uint longest, PolicyGate gate)
    {
        var status = ReplaceSm.TryRead(pdu, out var replace);
        if (status != CommandStatus.ESME_ROK) return (status, null);
        if (!TryReadId(replace.MessageId, out var id)) return (CommandStatus.ESME_RINVMSGID, null);
        status = DeliveryTimes.Read(
            replace.ScheduleDeliveryTime, replace.ValidityPeriod, Clock.UnixMs, longest, out _);
        return status == CommandStatus.ESME_ROK
            ? (status, new ReplaceRequest(Header.Read(pdu).Sequence, account, in replace, id, pdu, longest, gate))
            : (status, null);
    }

    public override async ValueTask<byte[]> AnswerAsync(IMessages messages)
    {
        var facts = await FindAsync(messages, _id).ConfigureAwait(false);
        if (facts is not { State: State.Queued }) return Refuse(CommandStatus.ESME_RREPLACEFAIL);
        var status = Make(facts, Clock.UnixMs, out var replacement);
        if (status != CommandStatus.ESME_ROK) return Refuse(status);
        var result = await messages.ReplaceAsync(Account, facts.Position, replacement!).ConfigureAwait(false);
        return Refuse(result switch
        {
            ChangeResult.Done => CommandStatus.ESME_ROK,
            ChangeResult.Busy => CommandStatus.ESME_RSYSERR,
            _ => CommandStatus.ESME_RREPLACEFAIL,
        });
    }

    private CommandStatus Make(MessageFacts facts, long now, out Replacement? replacement)
    {
        replacement = null;
        ReplaceSm.TryRead(_pdu, out var replace);
        if (!SubmitPdu.TryRead(facts.Body.Span, out var submit)) return CommandStatus.ESME_RREPLACEFAIL;
        var status = DeliveryTimes.Read(
            replace.ScheduleDeliveryTime, replace.ValidityPeriod, now, _longest, out var times);
        if (status != CommandStatus.ESME_ROK) return status;
        if (!TryMerge(facts, in submit, replace.ScheduleDeliveryTime.IsEmpty, now, ref times))
            return CommandStatus.ESME_RINVEXPIRY;
        Span<byte> room = stackalloc byte[SmppTime.Length];
        var validity = replace.ValidityPeriod.IsEmpty
            ? submit.ValidityPeriod
            : times.ValidityWhenDue(replace.ValidityPeriod, room, now);
        replacement = Write(in submit, in replace, validity, in times);
        if (replacement is null) return CommandStatus.ESME_RINVMSGLEN;
        SubmitPdu.TryRead(replacement.Body.Span, out var next);
        status = new SubmitPolicy(_gate).Check(
            Account, facts.Class, in next, next.DestinationAddr, facts.Country, now, ref times, out _);
        replacement = replacement with { Due = times.Due };
        return status;
    }

    /// <summary>What the request leaves out stays as it was; false where it would expire before it is due.</summary>
    private static bool TryMerge(
        MessageFacts facts, in SubmitSm submit, bool keepsDue, long now, ref DeliveryTimes times)
    {
        if (keepsDue) times = times with { Due = facts.Due > now / 1000 ? facts.Due : 0 };
        if (times.Validity != 0) return times.Due == 0 || (now / 1000) + times.Validity > times.Due;
        if (times.Due == 0 || times.Due < facts.Expiry) return true;
        // The sender named a time at which it expires, and that comes before.
        if (!submit.ValidityPeriod.IsEmpty) return false;
        // It has the usual time, which counts from when it is due.
        var usual = facts.Expiry - Math.Max(facts.AcceptedAt / 1000, facts.Due);
        times = times with { Validity = (uint)(times.Due - (now / 1000) + usual) };
        return true;
    }

    /// <summary>The new body, whole; null where it can't be written.</summary>
    private static Replacement? Write(
        in SubmitSm submit, in ReplaceSm replace, ReadOnlySpan<byte> validity, in DeliveryTimes times)
    {
        var next = submit;
        next.ScheduleDeliveryTime = default;
        next.ValidityPeriod = validity;
        next.RegisteredDelivery = replace.RegisteredDelivery;
        next.SmDefaultMsgId = replace.SmDefaultMsgId;
        next.ShortMessage = replace.ShortMessage;
        var hasPayload = replace.Tlvs.TryFind(TlvTag.MessagePayload, out var payload);
        var tlvs = new TlvWriter(new byte[submit.Tlvs.Bytes.Length + payload.Length + 4]);
        foreach (var tlv in submit.Tlvs)
            if (tlv.Tag != TlvTag.MessagePayload) tlvs.Add(tlv.Tag, tlv.Value);
        if (hasPayload) tlvs.Add(TlvTag.MessagePayload, payload);
        next.Tlvs = new TlvReader(tlvs.Written);
        var pdu = new byte[Header.Size + 512 + next.ShortMessage.Length + tlvs.Written.Length];
        var length = next.Write(pdu, 1);
        if (length < 0 || SubmitSm.TryRead(pdu.AsSpan(0, length), out var read) != CommandStatus.ESME_ROK) return null;
        return new Replacement(
            pdu.AsMemory(Header.Size, length - Header.Size), read.RegisteredDelivery,
            read.SourceAddrOffset - 2 - Header.Size, read.DestinationAddrOffset - 2 - Header.Size,
            read.RegisteredDeliveryOffset - Header.Size, times.Due, times.Validity);
    }
}
