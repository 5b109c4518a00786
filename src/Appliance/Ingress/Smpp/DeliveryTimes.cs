using Codec;

namespace Appliance.Ingress.Smpp;

/// <summary>
/// schedule_delivery_time and validity_period of a request (SMPP 3.4 sections 5.2.15, 5.2.16, 7.1.1). Both count from
/// now where they are relative, so a message has to be worth sending at the time it is scheduled for.
/// </summary>
internal readonly record struct DeliveryTimes
{
    /// <summary>Seconds since 1970; 0 for at once, which a time that has passed means as well.</summary>
    public uint Due { get; init; }

    /// <summary>Seconds from now; 0 where the request names none.</summary>
    public uint Validity { get; init; }

    /// <param name="schedule">Without its NUL; empty for at once.</param>
    /// <param name="validity">Without its NUL; empty for none.</param>
    /// <param name="unixMs">Now.</param>
    /// <param name="longest">Seconds (limits.validity_max) for which a message may be tried, from when it may go
    /// out.</param>
    /// <returns>ESME_ROK, ESME_RINVSCHED or ESME_RINVEXPIRY.</returns>
    public static CommandStatus Read(
        ReadOnlySpan<byte> schedule, ReadOnlySpan<byte> validity, long unixMs, uint longest, out DeliveryTimes times)
    {
        times = default;
        if (schedule.IsEmpty && validity.IsEmpty) return CommandStatus.ESME_ROK;
        var now = DateTimeOffset.FromUnixTimeMilliseconds(unixMs);
        uint due = 0;
        if (!schedule.IsEmpty)
        {
            if (!SmppTime.TryParse(schedule, out var time)) return CommandStatus.ESME_RINVSCHED;
            var at = time.From(now).ToUnixTimeMilliseconds();
            if (at - unixMs > Schedule.MostAheadMs) return CommandStatus.ESME_RINVSCHED;
            if (at > unixMs) due = Schedule.Seconds(at);
        }

        uint seconds = 0;
        if (!validity.IsEmpty)
        {
            if (!SmppTime.TryParse(validity, out var time)) return CommandStatus.ESME_RINVEXPIRY;
            var whole = (time.From(now) - now).TotalSeconds;
            // A time that has passed, or none at all, cannot be kept.
            if (whole is < 1 or > int.MaxValue) return CommandStatus.ESME_RINVEXPIRY;
            seconds = (uint)whole;
            if (seconds - Math.Max(0, due - (unixMs / 1000)) > longest) return CommandStatus.ESME_RINVEXPIRY;
            if (due != 0 && (unixMs / 1000) + seconds <= due) return CommandStatus.ESME_RINVEXPIRY;
        }

        times = new DeliveryTimes { Due = due, Validity = seconds };
        return CommandStatus.ESME_ROK;
    }

    /// <summary>
    /// The validity_period that a carrier is given: what is left of a relative one when the message is due, for to the
    /// carrier it counts from then. Anything else is as it was.
    /// </summary>
    /// <param name="validity">As it was given.</param>
    /// <param name="room">For what is written, <see cref="SmppTime.Length"/> octets.</param>
    /// <param name="unixMs">Now.</param>
    public ReadOnlySpan<byte> ValidityWhenDue(ReadOnlySpan<byte> validity, Span<byte> room, long unixMs)
    {
        if (Due == 0 || Validity == 0 || validity[^1] != (byte)'R') return validity;
        var left = TimeSpan.FromSeconds((unixMs / 1000) + Validity - Due);
        var written = SmppTime.WriteRelative(room, left);
        return written < 0 ? validity : room[..written];
    }
}
