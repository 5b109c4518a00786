namespace Appliance;

/// <summary>Every line the appliance logs; event ids are stable, so that they can be alerted on.</summary>
internal static partial class Log
{
    [LoggerMessage(1001, LogLevel.Information, "ready: HTTP {Http}, SMPP {Smpp}, admin {Admin}, data in {Data}")]
    public static partial void Ready(ILogger logger, string http, string smpp, string admin, string data);

    [LoggerMessage(1002, LogLevel.Information,
        "recovered {Live} unfinished messages from {Records} records in {Milliseconds} ms; {InDoubt} were in doubt")]
    public static partial void Recovered(ILogger logger, int live, long records, long milliseconds, int inDoubt);

    [LoggerMessage(1003, LogLevel.Information, "stopping: {Live} unfinished messages stay in the journal")]
    public static partial void Stopping(ILogger logger, int live);

    [LoggerMessage(1004, LogLevel.Critical, "the ring has stopped: {Why}")]
    public static partial void RingFailed(ILogger logger, string why, Exception exception);

    public const int JournalFailedId = 1005;

    /// <summary>Why the process ends when the journal cannot be written, and that it is no loss.</summary>
    public static string JournalFailed(Store.StoreException failure) =>
        $"the journal cannot be written, so the appliance ends. {failure.Message} Messages that were acknowledged are "
        + "on the disk; what was not yet acknowledged may be sent again by its sender. Start it again when the cause "
        + "is gone.";

    [LoggerMessage(1006, LogLevel.Error,
        "the wall clock says {Wall:u}, {Gap} of the newest time in the journal, and is not followed: the appliance "
        + "goes on from {Newest:u}. Set it right, or say that it is with `appliance ctl clock accept`")]
    public static partial void ClockHeld(ILogger logger, DateTime wall, string gap, DateTime newest);

    [LoggerMessage(1007, LogLevel.Information,
        "the wall clock says {Wall:u}, {Gap} of the appliance's, and is followed again")]
    public static partial void ClockBack(ILogger logger, DateTime wall, string gap);

    [LoggerMessage(1008, LogLevel.Warning,
        "an operator says that the wall clock is right: {Wall:u}, {Gap} of the appliance's")]
    public static partial void ClockAccepted(ILogger logger, DateTime wall, string gap);

    [LoggerMessage(1009, LogLevel.Error,
        "message {MessageId} cannot be read from the journal and does not go on; it is among the dead letters")]
    public static partial void MessageUnreadable(ILogger logger, string messageId);

    [LoggerMessage(1010, LogLevel.Information,
        "version {Version} of routes, prices, carriers, accounts and rules is in force, from {Who}: {Note}")]
    public static partial void TablesInForce(ILogger logger, int version, string who, string note);

    [LoggerMessage(1011, LogLevel.Error, "routes, prices, carriers, accounts and rules stay as they are: {Why}")]
    public static partial void TablesRefused(ILogger logger, string why);

    [LoggerMessage(1012, LogLevel.Warning,
        "changed in the configuration's file and not in force before a restart: {What}")]
    public static partial void RestartNeeded(ILogger logger, string what);

    [LoggerMessage(1013, LogLevel.Warning,
        "canary {Carrier} of route {Route} is out: it delivers {Canary:P1} of {Messages}, the others {Others:P1}")]
    public static partial void CanaryOut(
        ILogger logger, string carrier, string route, double canary, int messages, double others);

    [LoggerMessage(1014, LogLevel.Warning,
        "a file of prices or costs says something else than when it was read last; all else of version {Version} "
        + "stays: {Line}")]
    public static partial void PriceFileChanged(ILogger logger, int version, string line);

    [LoggerMessage(1015, LogLevel.Warning,
        "{File} says something else than when it was read last, but version {Version}, which is in force, does not "
        + "name it: nothing changes")]
    public static partial void PriceFileUnused(ILogger logger, string file, int version);

    [LoggerMessage(1016, LogLevel.Warning,
        "the configuration says something else than when it was read last, so it counts; of version {Version} this "
        + "does not hold any more: {Line}")]
    public static partial void ChangesLost(ILogger logger, int version, string line);

    [LoggerMessage(1020, LogLevel.Information,
        "balance of {Account}: {Amount} {Currency} booked as '{Name}' by '{By}' from {From}")]
    public static partial void PaymentBooked(
        ILogger logger, string account, string amount, string currency, string name, string by, string from);

    [LoggerMessage(1101, LogLevel.Information, "ESME {Account} bound as {BindType} ({SystemId}) from {Remote}")]
    public static partial void EsmeBound(
        ILogger logger, string account, string bindType, string systemId, string remote);

    [LoggerMessage(1102, LogLevel.Warning, "bind of '{SystemId}' from {Remote} refused with {Status}")]
    public static partial void EsmeRefused(ILogger logger, string systemId, string remote, string status);

    [LoggerMessage(1103, LogLevel.Information, "ESME {Account} from {Remote} ended: {Reason}")]
    public static partial void EsmeClosed(ILogger logger, string account, string remote, string reason);

    [LoggerMessage(1104, LogLevel.Error, "a request of ESME {Account} about a message failed")]
    public static partial void EsmeRequestFailed(ILogger logger, string account, Exception error);

    [LoggerMessage(1201, LogLevel.Information, "carrier {Carrier} session {Session} bound ({BindType})")]
    public static partial void LinkBound(ILogger logger, string carrier, int session, string bindType);

    [LoggerMessage(1202, LogLevel.Warning,
        "carrier {Carrier} session {Session} not bound: {Why}; next try in {PauseMs} ms")]
    public static partial void LinkFailed(ILogger logger, string carrier, int session, string why, int pauseMs);

    [LoggerMessage(1203, LogLevel.Warning, "carrier {Carrier} session {Session} ended: {Reason}")]
    public static partial void LinkClosed(ILogger logger, string carrier, int session, string reason);

    [LoggerMessage(1301, LogLevel.Information, "opt-out {Action} by {Origin}: account {Account}, sender {Sender}, "
        + "number ending in {NumberEnd}, keyword '{Keyword}'")]
    public static partial void OptOutChanged(ILogger logger, string action, string origin, string account,
        string sender, string numberEnd, string keyword);

    [LoggerMessage(1302, LogLevel.Information, "import: {Count} opt-outs of account {Account} {Action}")]
    public static partial void OptOutsImported(ILogger logger, int count, string account, string action);

    [LoggerMessage(1303, LogLevel.Warning,
        "{Count} messages of account {Account} refused by rule {Rule} ({Code}) since this was last said")]
    public static partial void PolicyRefused(ILogger logger, long count, string account, string rule, string code);

    [LoggerMessage(1304, LogLevel.Information, "{Count} messages of account {Account} would have been refused by the "
        + "content rule {Rule}, which only watches, since this was last said")]
    public static partial void PolicyWatched(ILogger logger, long count, string account, string rule);

    [LoggerMessage(1305, LogLevel.Warning, "inflated traffic: account {Account}, numbers {Range}..., {Messages} "
        + "messages to {Distinct} numbers, {Sequential} to a neighbour, {Delivered} of {Finals} delivered; {Outcome}")]
    public static partial void RangeFound(ILogger logger, string account, string range, int messages, int distinct,
        int sequential, int delivered, int finals, string outcome);

    [LoggerMessage(1306, LogLevel.Warning, "receipts of carrier {Carrier} on route {Route} look made up: score "
        + "{Score:F2} of {Receipts} receipts (too fast {TooFast:F2}, uniform {Uniform:F2}, no tail {NoTail:F2}, same "
        + "dates {SameDates:F2})")]
    public static partial void ReceiptsFake(ILogger logger, string carrier, string route, double score, int receipts,
        double tooFast, double uniform, double noTail, double sameDates);

    [LoggerMessage(1307, LogLevel.Warning,
        "messages of mobiles to {Number} are refused: no account has that number in accounts[].numbers")]
    public static partial void InboundUnowned(ILogger logger, string number);

    [LoggerMessage(1308, LogLevel.Warning, "the answer to a keyword, for account {Account}, was not taken: {Why}")]
    public static partial void ReplyRefused(ILogger logger, string account, string why);
}
