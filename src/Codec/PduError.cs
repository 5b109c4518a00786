namespace Codec;

/// <summary>What is wrong with a field.</summary>
public enum PduFault
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The PDU is not the one the reader is for.</summary>
    WrongCommand,

    /// <summary>The PDU ends before the field does.</summary>
    Truncated,

    /// <summary>The field is longer than the specification allows.</summary>
    TooLong,

    /// <summary>A C-octet string holds a NUL, and would end there.</summary>
    EmbeddedNul,

    /// <summary>The field holds a value that has no meaning.</summary>
    Invalid,
}

/// <summary>
/// Which field could not be read or written, and why. <paramref name="Field"/> is the specification's name;
/// <paramref name="Offset"/> counts octets from the start of the PDU (0 when writing).
/// </summary>
public readonly record struct PduError(CommandStatus Status, string Field, PduFault Fault, int Offset, int Limit)
{
    /// <summary>Whether there is no error.</summary>
    public bool IsNone => Fault == PduFault.None;

    /// <summary>One sentence for a log or a person; allocates.</summary>
    public override string ToString() => Fault switch
    {
        PduFault.None => "no error",
        PduFault.WrongCommand => $"{Field}: not a PDU this reader is for",
        PduFault.Truncated => $"{Field}: the PDU ends at octet {Limit}, within or before this field (octet {Offset})",
        PduFault.TooLong => $"{Field}: longer than the {Limit} octets the specification allows (octet {Offset})",
        PduFault.EmbeddedNul => $"{Field}: holds a NUL octet, which would end it",
        _ => $"{Field}: invalid value (octet {Offset})",
    };

    internal static CommandStatus WrongCommand(out PduError error)
    {
        error = new PduError(CommandStatus.ESME_RINVCMDID, "command_id", PduFault.WrongCommand, 4, 0);
        return error.Status;
    }

    internal static CommandStatus Truncated(out PduError error, string field, int offset, int end)
    {
        error = new PduError(CommandStatus.ESME_RINVCMDLEN, field, PduFault.Truncated, offset, end);
        return error.Status;
    }

    /// <summary>No NUL within the allowed octets: too long if the PDU goes on beyond them, else cut short.</summary>
    internal static CommandStatus CString(
        out PduError error, CommandStatus status, string field, int offset, int end, int max)
    {
        error = end - offset >= max
            ? new PduError(status, field, PduFault.TooLong, offset, max)
            : new PduError(CommandStatus.ESME_RINVCMDLEN, field, PduFault.Truncated, offset, end);
        return error.Status;
    }

    internal static CommandStatus Beyond(
        out PduError error, CommandStatus status, string field, int offset, int end)
    {
        error = new PduError(status, field, PduFault.Truncated, offset, end);
        return error.Status;
    }

    internal static CommandStatus Invalid(out PduError error, CommandStatus status, string field, int offset)
    {
        error = new PduError(status, field, PduFault.Invalid, offset, 0);
        return error.Status;
    }

    internal static PduError Unwritable(CommandStatus status, string field, ReadOnlySpan<byte> value, int max) =>
        new(status, field, value.Length >= max ? PduFault.TooLong : PduFault.EmbeddedNul, 0, max);
}
