using Appliance.Operate.Http;
using Appliance.Policy;

namespace Appliance.Ingress.Http;

/// <summary>The problem types of the API. Their URIs are part of the contract.</summary>
internal static class ApiProblem
{
    public static readonly ProblemType MalformedJson = new(
        "malformed-json", 400, "Malformed JSON", "The body is no JSON in UTF-8; the detail says where it goes wrong.");

    public static readonly ProblemType InvalidRequest = new(
        "invalid-request", 400, "Invalid request", "Members are wrong; `errors` names every one of them.");

    public static readonly ProblemType BadRequest = new(
        "bad-request", 400, "Bad request", "The request breaks the rules of HTTP.");

    public static readonly ProblemType Unauthorized = new(
        "unauthorized", 401, "Unauthorized", "The request has no valid bearer key.");

    public static readonly ProblemType InsufficientBalance = new(
        "insufficient-balance", 402, "Insufficient balance",
        "The account's balance and credit do not cover the message; nothing was charged.");

    public static readonly ProblemType RequestTimeout = new(
        "request-timeout", 408, "Request timeout", "The body came too slowly.");

    public static readonly ProblemType PayloadTooLarge = new(
        "payload-too-large", 413, "Payload too large", "The body is longer than 1 MiB.");

    public static readonly ProblemType UnsupportedMediaType = new(
        "unsupported-media-type", 415, "Unsupported media type", "The body has to be plain application/json.");

    public static readonly ProblemType NoRoute = new(
        "no-route", 422, "No route", "No carrier is configured for this number.");

    public static readonly ProblemType PriceTooLow = new(
        "price-too-low", 422, "Price too low", 
        "The account has no price for this number, or no carrier takes messages to it at that price.");

    public static readonly ProblemType InvalidDestination = new(
        "invalid-destination", 422, "Invalid destination", "This can be no subscriber's number.");

    public static readonly ProblemType InvalidSource = new(
        "invalid-source", 422, "Invalid source", "The account may not send from this address.");

    public static readonly ProblemType OptedOut = new(
        "opted-out", 422, "Opted out", "The recipient has opted out of messages from this sender.");

    public static readonly ProblemType QuietHours = new(
        "quiet-hours", 422, "Quiet hours", "It is a time at which the recipient may not be written to.");

    public static readonly ProblemType SenderRefused = new(
        "sender-refused", 422, "Sender refused", "The recipient's country does not take this sender.");

    public static readonly ProblemType ContentRefused = new(
        "content-refused", 422, "Content refused", "The text has something in it that a rule refuses.");

    public static readonly ProblemType DltRefused = new(
        "dlt-refused", 422, "DLT refused",
        "What India's registry asks for is missing, wrong, or does not fit the text.");

    public static readonly ProblemType DestinationBlocked = new(
        "destination-blocked", 422, "Destination blocked",
        "The account's traffic to this range of numbers looks inflated, and is blocked for a time.");

    public static readonly ProblemType TooLate = new(
        "too-late", 409, "Too late", "A carrier has the message, or it is final; it can't be taken back.");

    public static readonly ProblemType IdempotencyKeyReused = new(
        "idempotency-key-reused", 409, "Idempotency key reused",
        "The Idempotency-Key was used before, for another request; nothing of this one was taken. Use a new key for "
        + "each new request.");

    public static readonly ProblemType Throttled = new(
        "throttled", 429, "Throttled",
        "The account, or its sender, sends faster than it may; Retry-After says when to go on.");

    public static readonly ProblemType AccountLimit = new(
        "account-limit", 429, "Account limit", "The account has as many unfinished messages as it may have.");

    public static readonly ProblemType RingFull = new(
        "ring-full", 503, "Busy", "More comes in at this moment than can be taken; try again shortly.");

    public static readonly ProblemType BacklogFull = new(
        "backlog-full", 503, "Backlog full", "Too many messages wait for their carriers; try again later.");

    public static readonly ProblemType DiskFull = new(
        "disk-full", 503, "Disk full", "The appliance's disk is nearly full; what it has taken is kept and goes on.");

    public static readonly ProblemType Draining = new(
        "draining", 503, "Draining", "The appliance is shutting down and takes no new messages.");

    public static readonly ProblemType Unavailable = new(
        "unavailable", 503, "Unavailable", "The appliance cannot take messages now.");

    public static readonly IReadOnlyList<ProblemType> All =
    [
        MalformedJson, InvalidRequest, BadRequest, Unauthorized, InsufficientBalance, RequestTimeout, PayloadTooLarge,
        UnsupportedMediaType, TooLate, NoRoute, PriceTooLow, InvalidDestination, InvalidSource, IdempotencyKeyReused,
        OptedOut, QuietHours, SenderRefused, ContentRefused, DltRefused, DestinationBlocked,
        Throttled, AccountLimit, RingFull, BacklogFull, DiskFull, Draining, Unavailable, ProblemType.NotFound,
        ProblemType.MethodNotAllowed, ProblemType.NotImplemented,
        ProblemType.InternalError,
    ];

    public static ProblemType Of(AdmissionRefusal refusal) => refusal switch
    {
        AdmissionRefusal.RingFull => RingFull,
        AdmissionRefusal.BacklogFull => BacklogFull,
        AdmissionRefusal.DiskFull => DiskFull,
        AdmissionRefusal.AccountLimit => AccountLimit,
        AdmissionRefusal.AccountGone => Unauthorized,
        AdmissionRefusal.PriceTooLow => PriceTooLow,
        AdmissionRefusal.BalanceTooLow => InsufficientBalance,
        AdmissionRefusal.Throttled => Throttled,
        AdmissionRefusal.NoRoute => NoRoute,
        AdmissionRefusal.InvalidDestination => InvalidDestination,
        AdmissionRefusal.InvalidSource => InvalidSource,
        AdmissionRefusal.RepeatConflict => IdempotencyKeyReused,
        AdmissionRefusal.Draining => Draining,
        _ => Unavailable,
    };

    /// <summary>By the slug that the table of codes has.</summary>
    public static ProblemType Of(in AdmissionResult result)
    {
        if (result.Refusal != AdmissionRefusal.Policy) return Of(result.Refusal);
        var slug = PolicyCodes.Of(result.Code).Problem;
        return All.First(type => type.Slug == slug);
    }

    /// <summary>The member a refusal is about, or null where it is about none.</summary>
    public static string? FieldOf(in AdmissionResult result) => result.Refusal switch
    {
        AdmissionRefusal.Policy => PolicyCodes.Of(result.Code).Field,
        AdmissionRefusal.NoRoute or AdmissionRefusal.PriceTooLow
            or AdmissionRefusal.InvalidDestination => "to",
        AdmissionRefusal.InvalidSource => "from",
        _ => null,
    };

    /// <summary>Whole seconds for Retry-After, or 0 where trying again does not help.</summary>
    public static int RetryAfterSeconds(in AdmissionResult result)
    {
        if (Of(result).Status is not (429 or 503))
            return 0;
        if (result.RetryAfter > TimeSpan.Zero)
            return (int)Math.Min(Math.Ceiling(result.RetryAfter.TotalSeconds), int.MaxValue);
        return result.Refusal is AdmissionRefusal.RingFull or AdmissionRefusal.Throttled ? 1 : 30;
    }
}
