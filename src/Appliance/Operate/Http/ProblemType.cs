namespace Appliance.Operate.Http;

/// <summary>
/// A kind of error as RFC 9457 names it. The URI is stable and leads, on the same host, to its description.
/// </summary>
/// <param name="Slug">The last segment of the type's URI.</param>
public sealed record ProblemType(string Slug, int Status, string Title, string Meaning)
{
    public const string Base = "/problems/";

    public string Uri { get; } = Base + Slug;

    public static ProblemType NotFound { get; } = new(
        "not-found", 404, "Not found", "Nothing is at this address, or nothing that this account may see.");

    public static ProblemType MethodNotAllowed { get; } = new(
        "method-not-allowed", 405, "Method not allowed", "The Allow header lists the methods of this address.");

    public static ProblemType NotImplemented { get; } = new(
        "not-implemented", 501, "Not implemented", "This version does not have the feature that was asked for.");

    public static ProblemType InternalError { get; } = new(
        "internal-error", 500, "Internal error", "A fault of the appliance; its log says more.");
}

/// <summary>The rule that refuses a message.</summary>
/// <param name="Code">Its kind.</param>
/// <param name="Rule">Its name in the configuration.</param>
public sealed record ProblemRule(string Code, string Rule);

/// <summary>One member that is wrong.</summary>
/// <param name="Field">Its path, as in <c>messages[3].to</c>.</param>
/// <param name="Detail">What is wrong with it and what was expected.</param>
public readonly record struct FieldError(string Field, string Detail);
