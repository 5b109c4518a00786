using System.Diagnostics.CodeAnalysis;

namespace Codec;

/// <summary>
/// command_status: how a request ended (SMPP 5.0, 4.7.6). 0x400-0x4FF is the vendors' own and has no names;
/// any 32-bit value may arrive.
/// </summary>
[SuppressMessage("Design", "CA1069", Justification = "SMPP 3.4 and 5.0 name five values differently.")]
public enum CommandStatus : uint
{
    /// <summary>No error.</summary>
    ESME_ROK = 0x00000000,
    /// <summary>Message length is invalid.</summary>
    ESME_RINVMSGLEN = 0x00000001,
    /// <summary>Command length is invalid.</summary>
    ESME_RINVCMDLEN = 0x00000002,
    /// <summary>Invalid command id.</summary>
    ESME_RINVCMDID = 0x00000003,
    /// <summary>Incorrect bind status for the command.</summary>
    ESME_RINVBNDSTS = 0x00000004,
    /// <summary>Already bound.</summary>
    ESME_RALYBND = 0x00000005,
    /// <summary>Invalid priority flag.</summary>
    ESME_RINVPRTFLG = 0x00000006,
    /// <summary>Invalid registered delivery flag.</summary>
    ESME_RINVREGDLVFLG = 0x00000007,
    /// <summary>System error.</summary>
    ESME_RSYSERR = 0x00000008,
    /// <summary>Invalid source address.</summary>
    ESME_RINVSRCADR = 0x0000000A,
    /// <summary>Invalid destination address.</summary>
    ESME_RINVDSTADR = 0x0000000B,
    /// <summary>Message id is invalid.</summary>
    ESME_RINVMSGID = 0x0000000C,
    /// <summary>Bind failed.</summary>
    ESME_RBINDFAIL = 0x0000000D,
    /// <summary>Invalid password.</summary>
    ESME_RINVPASWD = 0x0000000E,
    /// <summary>Invalid system id.</summary>
    ESME_RINVSYSID = 0x0000000F,
    /// <summary>cancel_sm failed.</summary>
    ESME_RCANCELFAIL = 0x00000011,
    /// <summary>replace_sm failed.</summary>
    ESME_RREPLACEFAIL = 0x00000013,
    /// <summary>Message queue full.</summary>
    ESME_RMSGQFUL = 0x00000014,
    /// <summary>Invalid service type.</summary>
    ESME_RINVSERTYP = 0x00000015,
    /// <summary>Invalid number of destinations.</summary>
    ESME_RINVNUMDESTS = 0x00000033,
    /// <summary>Invalid distribution list name.</summary>
    ESME_RINVDLNAME = 0x00000034,
    /// <summary>Invalid destination flag.</summary>
    ESME_RINVDESTFLAG = 0x00000040,
    /// <summary>Invalid submit with replace request.</summary>
    ESME_RINVSUBREP = 0x00000042,
    /// <summary>Invalid esm_class.</summary>
    ESME_RINVESMCLASS = 0x00000043,
    /// <summary>Cannot submit to distribution list.</summary>
    ESME_RCNTSUBDL = 0x00000044,
    /// <summary>submit_sm, data_sm or submit_multi failed.</summary>
    ESME_RSUBMITFAIL = 0x00000045,
    /// <summary>Invalid source address TON.</summary>
    ESME_RINVSRCTON = 0x00000048,
    /// <summary>Invalid source address NPI.</summary>
    ESME_RINVSRCNPI = 0x00000049,
    /// <summary>Invalid destination address TON.</summary>
    ESME_RINVDSTTON = 0x00000050,
    /// <summary>Invalid destination address NPI.</summary>
    ESME_RINVDSTNPI = 0x00000051,
    /// <summary>Invalid system type.</summary>
    ESME_RINVSYSTYP = 0x00000053,
    /// <summary>Invalid replace_if_present flag.</summary>
    ESME_RINVREPFLAG = 0x00000054,
    /// <summary>Invalid number of messages.</summary>
    ESME_RINVNUMMSGS = 0x00000055,
    /// <summary>Throttled: the ESME exceeded the allowed message limits.</summary>
    ESME_RTHROTTLED = 0x00000058,
    /// <summary>Invalid scheduled delivery time.</summary>
    ESME_RINVSCHED = 0x00000061,
    /// <summary>Invalid validity period.</summary>
    ESME_RINVEXPIRY = 0x00000062,
    /// <summary>Predefined message is invalid or not found.</summary>
    ESME_RINVDFTMSGID = 0x00000063,
    /// <summary>ESME receiver temporary application error.</summary>
    ESME_RX_T_APPN = 0x00000064,
    /// <summary>ESME receiver permanent application error.</summary>
    ESME_RX_P_APPN = 0x00000065,
    /// <summary>ESME receiver reject message error.</summary>
    ESME_RX_R_APPN = 0x00000066,
    /// <summary>query_sm failed.</summary>
    ESME_RQUERYFAIL = 0x00000067,
    /// <summary>Error in the optional part of the PDU body.</summary>
    ESME_RINVTLVSTREAM = 0x000000C0,
    /// <summary>TLV not allowed.</summary>
    ESME_RTLVNOTALLWD = 0x000000C1,
    /// <summary>Invalid parameter length.</summary>
    ESME_RINVTLVLEN = 0x000000C2,
    /// <summary>Expected TLV missing.</summary>
    ESME_RMISSINGTLV = 0x000000C3,
    /// <summary>Invalid TLV value.</summary>
    ESME_RINVTLVVAL = 0x000000C4,
    /// <summary>Transaction delivery failure.</summary>
    ESME_RDELIVERYFAILURE = 0x000000FE,
    /// <summary>Unknown error.</summary>
    ESME_RUNKNOWNERR = 0x000000FF,
    /// <summary>Not authorised to use the service type.</summary>
    ESME_RSERTYPUNAUTH = 0x00000100,
    /// <summary>Prohibited from using the operation.</summary>
    ESME_RPROHIBITED = 0x00000101,
    /// <summary>Service type is unavailable.</summary>
    ESME_RSERTYPUNAVAIL = 0x00000102,
    /// <summary>Service type is denied.</summary>
    ESME_RSERTYPDENIED = 0x00000103,
    /// <summary>Invalid data coding scheme.</summary>
    ESME_RINVDCS = 0x00000104,
    /// <summary>Source address subunit is invalid.</summary>
    ESME_RINVSRCADDRSUBUNIT = 0x00000105,
    /// <summary>Destination address subunit is invalid.</summary>
    ESME_RINVDSTADDRSUBUNIT = 0x00000106,
    /// <summary>Broadcast frequency interval is invalid.</summary>
    ESME_RINVBCASTFREQINT = 0x00000107,
    /// <summary>Broadcast alias name is invalid.</summary>
    ESME_RINVBCASTALIAS_NAME = 0x00000108,
    /// <summary>Broadcast area format is invalid.</summary>
    ESME_RINVBCASTAREAFMT = 0x00000109,
    /// <summary>Number of broadcast areas is invalid.</summary>
    ESME_RINVNUMBCAST_AREAS = 0x0000010A,
    /// <summary>Broadcast content type is invalid.</summary>
    ESME_RINVBCASTCNTTYPE = 0x0000010B,
    /// <summary>Broadcast message class is invalid.</summary>
    ESME_RINVBCASTMSGCLASS = 0x0000010C,
    /// <summary>broadcast_sm failed.</summary>
    ESME_RBCASTFAIL = 0x0000010D,
    /// <summary>query_broadcast_sm failed.</summary>
    ESME_RBCASTQUERYFAIL = 0x0000010E,
    /// <summary>cancel_broadcast_sm failed.</summary>
    ESME_RBCASTCANCELFAIL = 0x0000010F,
    /// <summary>Number of repeated broadcasts is invalid.</summary>
    ESME_RINVBCAST_REP = 0x00000110,
    /// <summary>Broadcast service group is invalid.</summary>
    ESME_RINVBCASTSRVGRP = 0x00000111,
    /// <summary>Broadcast channel indicator is invalid.</summary>
    ESME_RINVBCASTCHANIND = 0x00000112,

    // What SMPP 3.4 calls the five TLV errors.
    ESME_RINVOPTPARSTREAM = ESME_RINVTLVSTREAM,
    ESME_ROPTPARNOTALLWD = ESME_RTLVNOTALLWD,
    ESME_RINVPARLEN = ESME_RINVTLVLEN,
    ESME_RMISSINGOPTPARAM = ESME_RMISSINGTLV,
    ESME_RINVOPTPARAMVAL = ESME_RINVTLVVAL,
}

/// <summary>Names of command_status as the specification writes them.</summary>
public static class CommandStatusExtensions
{
    /// <summary>"ESME_RTHROTTLED" and so on, by SMPP 5.0's names; "unknown" for a value it does not list.</summary>
    public static string Name(this CommandStatus status) => status switch
    {
        CommandStatus.ESME_ROK => "ESME_ROK",
        CommandStatus.ESME_RINVMSGLEN => "ESME_RINVMSGLEN",
        CommandStatus.ESME_RINVCMDLEN => "ESME_RINVCMDLEN",
        CommandStatus.ESME_RINVCMDID => "ESME_RINVCMDID",
        CommandStatus.ESME_RINVBNDSTS => "ESME_RINVBNDSTS",
        CommandStatus.ESME_RALYBND => "ESME_RALYBND",
        CommandStatus.ESME_RINVPRTFLG => "ESME_RINVPRTFLG",
        CommandStatus.ESME_RINVREGDLVFLG => "ESME_RINVREGDLVFLG",
        CommandStatus.ESME_RSYSERR => "ESME_RSYSERR",
        CommandStatus.ESME_RINVSRCADR => "ESME_RINVSRCADR",
        CommandStatus.ESME_RINVDSTADR => "ESME_RINVDSTADR",
        CommandStatus.ESME_RINVMSGID => "ESME_RINVMSGID",
        CommandStatus.ESME_RBINDFAIL => "ESME_RBINDFAIL",
        CommandStatus.ESME_RINVPASWD => "ESME_RINVPASWD",
        CommandStatus.ESME_RINVSYSID => "ESME_RINVSYSID",
        CommandStatus.ESME_RCANCELFAIL => "ESME_RCANCELFAIL",
        CommandStatus.ESME_RREPLACEFAIL => "ESME_RREPLACEFAIL",
        CommandStatus.ESME_RMSGQFUL => "ESME_RMSGQFUL",
        CommandStatus.ESME_RINVSERTYP => "ESME_RINVSERTYP",
        CommandStatus.ESME_RINVNUMDESTS => "ESME_RINVNUMDESTS",
        CommandStatus.ESME_RINVDLNAME => "ESME_RINVDLNAME",
        CommandStatus.ESME_RINVDESTFLAG => "ESME_RINVDESTFLAG",
        CommandStatus.ESME_RINVSUBREP => "ESME_RINVSUBREP",
        CommandStatus.ESME_RINVESMCLASS => "ESME_RINVESMCLASS",
        CommandStatus.ESME_RCNTSUBDL => "ESME_RCNTSUBDL",
        CommandStatus.ESME_RSUBMITFAIL => "ESME_RSUBMITFAIL",
        CommandStatus.ESME_RINVSRCTON => "ESME_RINVSRCTON",
        CommandStatus.ESME_RINVSRCNPI => "ESME_RINVSRCNPI",
        CommandStatus.ESME_RINVDSTTON => "ESME_RINVDSTTON",
        CommandStatus.ESME_RINVDSTNPI => "ESME_RINVDSTNPI",
        CommandStatus.ESME_RINVSYSTYP => "ESME_RINVSYSTYP",
        CommandStatus.ESME_RINVREPFLAG => "ESME_RINVREPFLAG",
        CommandStatus.ESME_RINVNUMMSGS => "ESME_RINVNUMMSGS",
        CommandStatus.ESME_RTHROTTLED => "ESME_RTHROTTLED",
        CommandStatus.ESME_RINVSCHED => "ESME_RINVSCHED",
        CommandStatus.ESME_RINVEXPIRY => "ESME_RINVEXPIRY",
        CommandStatus.ESME_RINVDFTMSGID => "ESME_RINVDFTMSGID",
        CommandStatus.ESME_RX_T_APPN => "ESME_RX_T_APPN",
        CommandStatus.ESME_RX_P_APPN => "ESME_RX_P_APPN",
        CommandStatus.ESME_RX_R_APPN => "ESME_RX_R_APPN",
        CommandStatus.ESME_RQUERYFAIL => "ESME_RQUERYFAIL",
        CommandStatus.ESME_RINVTLVSTREAM => "ESME_RINVTLVSTREAM",
        CommandStatus.ESME_RTLVNOTALLWD => "ESME_RTLVNOTALLWD",
        CommandStatus.ESME_RINVTLVLEN => "ESME_RINVTLVLEN",
        CommandStatus.ESME_RMISSINGTLV => "ESME_RMISSINGTLV",
        CommandStatus.ESME_RINVTLVVAL => "ESME_RINVTLVVAL",
        CommandStatus.ESME_RDELIVERYFAILURE => "ESME_RDELIVERYFAILURE",
        CommandStatus.ESME_RUNKNOWNERR => "ESME_RUNKNOWNERR",
        CommandStatus.ESME_RSERTYPUNAUTH => "ESME_RSERTYPUNAUTH",
        CommandStatus.ESME_RPROHIBITED => "ESME_RPROHIBITED",
        CommandStatus.ESME_RSERTYPUNAVAIL => "ESME_RSERTYPUNAVAIL",
        CommandStatus.ESME_RSERTYPDENIED => "ESME_RSERTYPDENIED",
        CommandStatus.ESME_RINVDCS => "ESME_RINVDCS",
        CommandStatus.ESME_RINVSRCADDRSUBUNIT => "ESME_RINVSRCADDRSUBUNIT",
        CommandStatus.ESME_RINVDSTADDRSUBUNIT => "ESME_RINVDSTADDRSUBUNIT",
        CommandStatus.ESME_RINVBCASTFREQINT => "ESME_RINVBCASTFREQINT",
        CommandStatus.ESME_RINVBCASTALIAS_NAME => "ESME_RINVBCASTALIAS_NAME",
        CommandStatus.ESME_RINVBCASTAREAFMT => "ESME_RINVBCASTAREAFMT",
        CommandStatus.ESME_RINVNUMBCAST_AREAS => "ESME_RINVNUMBCAST_AREAS",
        CommandStatus.ESME_RINVBCASTCNTTYPE => "ESME_RINVBCASTCNTTYPE",
        CommandStatus.ESME_RINVBCASTMSGCLASS => "ESME_RINVBCASTMSGCLASS",
        CommandStatus.ESME_RBCASTFAIL => "ESME_RBCASTFAIL",
        CommandStatus.ESME_RBCASTQUERYFAIL => "ESME_RBCASTQUERYFAIL",
        CommandStatus.ESME_RBCASTCANCELFAIL => "ESME_RBCASTCANCELFAIL",
        CommandStatus.ESME_RINVBCAST_REP => "ESME_RINVBCAST_REP",
        CommandStatus.ESME_RINVBCASTSRVGRP => "ESME_RINVBCASTSRVGRP",
        CommandStatus.ESME_RINVBCASTCHANIND => "ESME_RINVBCASTCHANIND",
        _ => "unknown",
    };

    /// <summary>Whether SMPP 5.0 lists the value.</summary>
    public static bool IsKnown(this CommandStatus status) => !ReferenceEquals(status.Name(), "unknown");
}
