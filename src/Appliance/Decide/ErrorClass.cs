using Codec;

namespace Appliance.Decide;

/// <summary>What a carrier's command_status asks for.</summary>
public enum ErrorClass : byte
{
    /// <summary>Fewer messages: the session pauses, the message stays at the head.</summary>
    Throttle,

    /// <summary>A passing fault: again later, then another carrier.</summary>
    Transient,

    /// <summary>The message itself is refused.</summary>
    Message,

    /// <summary>This carrier does not take it; another one may.</summary>
    Route,

    /// <summary>The session must be mended first.</summary>
    Session,
}

/// <summary>
/// The default classes: vendors agree on these, and retry what is unknown (Kannel and NowSMS differ at the edges).
/// </summary>
internal static class ErrorClasses
{
    /// <param name="own">What this carrier means by its statuses, where that isn't the usual.</param>
    public static ErrorClass Of(CommandStatus status, IReadOnlyDictionary<uint, ErrorClass> own) =>
        own.Count > 0 && own.TryGetValue((uint)status, out var named) ? named : Of(status);

    public static ErrorClass Of(CommandStatus status) => status switch
    {
        CommandStatus.ESME_RTHROTTLED or CommandStatus.ESME_RMSGQFUL => ErrorClass.Throttle,
        CommandStatus.ESME_RINVCMDLEN or CommandStatus.ESME_RINVCMDID or CommandStatus.ESME_RINVBNDSTS
            or CommandStatus.ESME_RALYBND or CommandStatus.ESME_RBINDFAIL or CommandStatus.ESME_RINVPASWD
            or CommandStatus.ESME_RINVSYSID or CommandStatus.ESME_RINVSYSTYP => ErrorClass.Session,
        CommandStatus.ESME_RINVSERTYP or (CommandStatus)0x100 or (CommandStatus)0x101 or (CommandStatus)0x102
            or (CommandStatus)0x103 or CommandStatus.ESME_RINVSRCADR or CommandStatus.ESME_RX_P_APPN
            or CommandStatus.ESME_RX_R_APPN => ErrorClass.Route,
        CommandStatus.ESME_RINVMSGLEN or CommandStatus.ESME_RINVDSTADR or CommandStatus.ESME_RINVNUMDESTS
            or CommandStatus.ESME_RINVESMCLASS or CommandStatus.ESME_RINVSRCTON or CommandStatus.ESME_RINVSRCNPI
            or CommandStatus.ESME_RINVDSTTON or CommandStatus.ESME_RINVDSTNPI or CommandStatus.ESME_RINVEXPIRY
            or (CommandStatus)0x104 or (>= (CommandStatus)0xC0 and <= (CommandStatus)0xC4) => ErrorClass.Message,
        _ => ErrorClass.Transient,
    };
}
