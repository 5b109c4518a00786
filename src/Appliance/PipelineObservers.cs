using System.Collections.Concurrent;
using Appliance.Carriers.Smpp;
using Appliance.Ingress.Smpp;
using Appliance.Operate.Metrics;

namespace Appliance;

/// <summary>What the SMPP server's sessions report, as metrics and log lines.</summary>
internal sealed class EsmeObserver(SmsMetrics metrics, ILogger logger) : IEsmeObserver
{
    private readonly SharedCounter _ringRefused = metrics.RingRefused("smpp");
    private readonly ConcurrentDictionary<string, SharedCounter> _throttled = new(StringComparer.Ordinal);

    public void BadInput(string reason) => metrics.BadInput("smpp", reason).Add();

    public void RingRefused() => _ringRefused.Add();

    /// <summary>A flood is refused often enough for a look at the registry's lock to count.</summary>
    public void Throttled(string account)
    {
        if (!_throttled.TryGetValue(account, out var counter)) counter = _throttled.GetOrAdd(account, ThrottlesOf);
        counter.Add();
    }

    public void Bound(string account, string systemId, string remote, string bindType) =>
        Log.EsmeBound(logger, account, bindType, systemId, remote);

    public void BindRefused(string systemId, string remote, string status) =>
        Log.EsmeRefused(logger, systemId, remote, status);

    public void Closed(string account, string remote, string reason) =>
        Log.EsmeClosed(logger, account, remote, reason);

    public void RequestFailed(string account, Exception exception) =>
        Log.EsmeRequestFailed(logger, account, exception);

    private SharedCounter ThrottlesOf(string account) => metrics.Registry.SharedCounter(
        "sms_throttles_total", "Requests refused for their rate: ours by a carrier, a customer's by us.",
        ("side", "esme"), ("name", account));
}

/// <summary>What the carrier links report, as metrics and log lines.</summary>
internal sealed class LinkObserver(SmsMetrics metrics, ILogger logger) : ILinkObserver
{
    public void Bound(string carrier, int session, string bindType) =>
        Log.LinkBound(logger, carrier, session, bindType);

    public void BindFailed(string carrier, int session, string why, int pauseMs) =>
        Log.LinkFailed(logger, carrier, session, why, pauseMs);

    public void Closed(string carrier, int session, string reason) =>
        Log.LinkClosed(logger, carrier, session, reason);

    public void BadInput(string carrier, string reason) => metrics.BadInput("smpp_carrier", reason).Add();

    public void InboundTaken(string carrier) => metrics.Registry.SharedCounter(
        "sms_inbound_total", "Messages from mobiles that somebody takes.", ("carrier", carrier)).Add();

    public void InboundRefused(string carrier) => metrics.BadInput("smpp_carrier", "inbound_not_routed").Add();
}
