using Appliance.Operate.Metrics;

namespace Appliance.Ingress.Http;

/// <summary>What the API counts itself: requests it turns away. Messages are counted where they are decided.</summary>
public sealed class HttpMetrics(SmsMetrics metrics)
{
    private const string Protocol = "http";

    public SharedCounter MalformedJson { get; } = metrics.BadInput(Protocol, "malformed_json");

    public SharedCounter InvalidRequest { get; } = metrics.BadInput(Protocol, "invalid_request");

    public SharedCounter BadRequest { get; } = metrics.BadInput(Protocol, "bad_request");

    public SharedCounter Unauthorized { get; } = metrics.BadInput(Protocol, "unauthorized");

    public SharedCounter TooLarge { get; } = metrics.BadInput(Protocol, "too_large");

    public SharedCounter MediaType { get; } = metrics.BadInput(Protocol, "media_type");

    public SharedCounter NotFound { get; } = metrics.BadInput(Protocol, "not_found");

    public SharedCounter NotImplemented { get; } = metrics.BadInput(Protocol, "not_implemented");

    public SharedCounter RingRefused { get; } = metrics.RingRefused(Protocol);
}
