using Codec;

namespace Appliance.Policy;

/// <summary>The kinds of reasons a message is refused, or put off, for. Their names are part of the contract.</summary>
public enum PolicyCode : byte
{
    None,
    OptOut,
    QuietHours,
    SenderInvalid,
    SenderKind,
    SenderNotRegistered,
    Content,
    DltEntityMissing,
    DltEntityInvalid,
    DltTemplateMissing,
    DltTemplateInvalid,
    DltTemplateUnknown,
    DltTemplateMismatch,
    DltChainMissing,
    DltChainInvalid,
    FraudRange,
}

/// <summary>How a refusal is told to its sender.</summary>
/// <param name="Name">In logs, records, problem documents and metrics.</param>
/// <param name="Status">In submit_sm_resp.</param>
/// <param name="Problem">The last part of the problem's type; the problem has the members code and rule.</param>
/// <param name="HttpStatus">Of the answer.</param>
/// <param name="Field">The member of the request the problem is about.</param>
public sealed record PolicyRefusal(
    string Name, CommandStatus Status, string Problem, int HttpStatus, string Field);

/// <summary>
/// Codes to what senders are told. Only statuses that ESMEs take for final: of those that mean a message, many
/// retry all but ESME_RINVSRCADR, ESME_RINVDSTADR and ESME_RX_R_APPN (0x66).
/// </summary>
public static class PolicyCodes
{
    /// <summary>SMPP 3.4 section 5.1.3: reserved there for receivers, and known to ESMEs as "rejected".</summary>
    public const CommandStatus Rejected = (CommandStatus)0x66;

    private static readonly PolicyRefusal[] Table =
    [
        new("none", CommandStatus.ESME_ROK, "", 0, ""),
        new("opt_out", CommandStatus.ESME_RINVDSTADR, "opted-out", 422, "to"),
        new("quiet_hours", Rejected, "quiet-hours", 422, "to"),
        new("sender_invalid", CommandStatus.ESME_RINVSRCADR, "sender-refused", 422, "from"),
        new("sender_kind", CommandStatus.ESME_RINVSRCADR, "sender-refused", 422, "from"),
        new("sender_not_registered", CommandStatus.ESME_RINVSRCADR, "sender-refused", 422, "from"),
        new("content", Rejected, "content-refused", 422, "body"),
        new("dlt_entity_missing", CommandStatus.ESME_RMISSINGTLV, "dlt-refused", 422, "dlt_entity_id"),
        new("dlt_entity_invalid", CommandStatus.ESME_RINVTLVVAL, "dlt-refused", 422, "dlt_entity_id"),
        new("dlt_template_missing", CommandStatus.ESME_RMISSINGTLV, "dlt-refused", 422, "dlt_template_id"),
        new("dlt_template_invalid", CommandStatus.ESME_RINVTLVVAL, "dlt-refused", 422, "dlt_template_id"),
        new("dlt_template_unknown", CommandStatus.ESME_RINVTLVVAL, "dlt-refused", 422, "dlt_template_id"),
        new("dlt_template_mismatch", Rejected, "dlt-refused", 422, "body"),
        new("dlt_chain_missing", CommandStatus.ESME_RMISSINGTLV, "dlt-refused", 422, "dlt_chain"),
        new("dlt_chain_invalid", CommandStatus.ESME_RINVTLVVAL, "dlt-refused", 422, "dlt_chain"),
        new("fraud_range", CommandStatus.ESME_RINVDSTADR, "destination-blocked", 422, "to"),
    ];

    public static PolicyRefusal Of(PolicyCode code) => Table[(int)code];
}
