using System.Runtime.CompilerServices;

namespace Appliance.Routing;

/// <summary>
/// What the choice among a route's carriers mostly needs of it, in half a line of the processor's cache: messages jump
/// about among thousands of routes, and to look at a <see cref="RouteRule"/> and its list is to wait for memory.
/// </summary>
internal readonly struct RouteHead
{
    private const int MostCarriers = 8;

    private readonly CarrierIds _carriers;
    private readonly int _count;

    internal RouteHead(RouteRule rule)
    {
        KeepMilliseconds = rule.KeepMilliseconds;
        var isPlain = rule.Choice == RouteChoice.Priority && !rule.Overflow && rule.Canary < 0;
        if (!isPlain || rule.Carriers.Length > MostCarriers) return;
        foreach (var carrier in rule.Carriers) _carriers[_count++] = carrier.Id;
    }

    internal long KeepMilliseconds { get; }

    /// <summary>The persistent ids of the carriers of a route that takes the first that it can; empty for other
    /// routes.</summary>
    [System.Diagnostics.CodeAnalysis.UnscopedRef]
    internal ReadOnlySpan<ushort> Carriers => ((ReadOnlySpan<ushort>)_carriers)[.._count];

    [InlineArray(MostCarriers)]
    private struct CarrierIds
    {
        private ushort _first;
    }
}
