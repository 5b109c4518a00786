using System.Text;
using Appliance.Numbering;
using Appliance.Operate;
using MessageClasses = Appliance.Policy.MessageClasses;

namespace Appliance.Routing;

/// <summary>A carrier of a route.</summary>
/// <param name="Id">Its persistent id.</param>
/// <param name="Weight">Its share of a split.</param>
/// <param name="Cost">Micro-units a segment in place of the price list's, or -1.</param>
public readonly record struct RouteCarrier(ushort Id, string Name, int Weight, long Cost);

/// <summary>A route as messages meet it. Immutable.</summary>
public sealed class RouteRule
{
    /// <summary><see cref="Time"/> of a route that holds always.</summary>
    internal const int Always = -1;

    /// <summary>Empty where the key that leads here says as much; so of the countries.</summary>
    private readonly byte[] _prefix;
    private readonly bool[]? _countries;
    private readonly RouteCarrier[] _carriers;
    private readonly MessageClasses _classes;

    /// <param name="index">Its place in the list.</param>
    /// <param name="ids">A carrier's persistent id by its name.</param>
    internal RouteRule(RouteConfiguration configured, int index, Func<string, ushort> ids)
    {
        Configured = configured;
        Index = index;
        Name = NameOf(configured, index);
        // It stands under the most specific kind of its destinations (RouteCompiler.DestinationsOf).
        _prefix = configured.MccMnc.Count > 0 ? Encoding.ASCII.GetBytes(configured.Prefix) : [];
        if (configured.Countries.Count > 0 && (configured.MccMnc.Count > 0 || configured.Prefix.Length > 0))
        {
            _countries = new bool[CountryKey.Count];
            foreach (var country in configured.Countries) _countries[CountryKey.Of(country)] = true;
        }

        _carriers =
        [
            .. configured.Carriers.Select(name => configured.Terms.TryGetValue(name, out var terms)
                ? new RouteCarrier(ids(name), name, terms.Weight, terms.Cost ?? -1)
                : new RouteCarrier(ids(name), name, 1, -1)),
        ];
        _classes = configured.Classes;
        Overflow = configured.Overflow;
        Canary = configured.Canary is { } canary ? configured.Carriers.ToList().IndexOf(canary.Carrier) : -1;
        KeepMilliseconds = (long)configured.Keep.TotalMilliseconds;
    }

    public RouteConfiguration Configured { get; }

    /// <summary>Its place in the list.</summary>
    public int Index { get; }

    /// <summary>0 for the one that is asked first.</summary>
    public int Rank { get; internal set; }

    public string Name { get; }

    public ReadOnlySpan<RouteCarrier> Carriers => _carriers;

    public RouteChoice Choice { get; internal init; }

    /// <summary>Whether messages go on where the chosen carrier has no room.</summary>
    public bool Overflow { get; }

    /// <summary>The place of the canary among the carriers, -1 for none.</summary>
    public int Canary { get; }

    public long KeepMilliseconds { get; }

    /// <summary>How the canary does; null where there is none.</summary>
    public CanaryTrial? Trial { get; internal init; }

    /// <summary>Its time's number in the calendar, or <see cref="Always"/>.</summary>
    internal int Time { get; init; } = Always;

    /// <summary>Persistent ids; null for all.</summary>
    internal ushort[]? Accounts { get; init; }

    /// <summary>The place of a carrier among those of the route, or -1.</summary>
    public int PlaceOf(ushort carrier)
    {
        for (var i = 0; i < _carriers.Length; i++)
            if (_carriers[i].Id == carrier) return i;
        return -1;
    }

    /// <summary>Whether the tables' keys are all it asks for.</summary>
    internal bool HoldsByKeysAlone =>
        _classes == MessageClasses.All && _countries is null && _prefix.Length == 0 && Time == Always;

    /// <summary>What the tables do not look at: of several kinds of destination all but one, class and time.</summary>
    internal bool HoldsBeyondKeys(in RouteQuery query, RouteCalendar calendar)
    {
        var asked = query.Class == MessageClasses.None ? MessageClasses.Transactional : query.Class;
        return (_classes & asked) != 0
            && (_countries is null || _countries[query.Country])
            && (_prefix.Length == 0 || Digits(query.Destination).StartsWith(_prefix))
            && (Time == Always || calendar.Holds(Time, query.Now));
    }

    internal static string NameOf(RouteConfiguration route, int index) =>
        route.Name.Length > 0 ? route.Name : $"routes[{index}]";

    internal static ReadOnlySpan<byte> Digits(ReadOnlySpan<byte> number) =>
        number.Length > 0 && number[0] == (byte)'+' ? number[1..] : number;
}
