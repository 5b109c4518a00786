namespace Appliance.Operate.Http;

/// <summary>The problem types of the admin API that the HTTP API does not share.</summary>
public static class AdminProblem
{
    public static ProblemType Unauthorized { get; } = new(
        "unauthorized", 401, "Unauthorized", "The request has no valid bearer key.");

    public static ProblemType UnsupportedMediaType { get; } = new(
        "unsupported-media-type", 415, "Unsupported media type", "The body has to be application/json.");

    public static ProblemType InvalidRequest { get; } = new(
        "invalid-request", 400, "Invalid request", "Members are wrong; `errors` names every one of them.");

    public static ProblemType UnderWay { get; } = new(
        "under-way", 409, "Under way", "The same is being done already; wait for its end.");

    public static ProblemType Busy { get; } = new(
        "ring-full", 503, "Busy", "More comes in at this moment than can be taken; try again shortly.");

    public static ProblemType Gone { get; } = new(
        "gone", 410, "Gone", "The message is known, but its content is not there any more.");

    public static ProblemType NameUsed { get; } = new(
        "name-used", 409, "Name used", "The name was used before, for something else; nothing was booked.");

    public static ProblemType InsufficientBalance { get; } = new(
        "insufficient-balance", 402, "Insufficient balance", "The account's balance and credit do not cover it.");

    public static ProblemType StoreFailed { get; } = new(
        "store-failed", 500, "Store failed", "The store met damaged data or a failing disk; the detail names it.");
}
