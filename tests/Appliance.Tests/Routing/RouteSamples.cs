using System.Text;
using Appliance.Numbering;
using Appliance.Operate;
using Appliance.Routing;
using MessageClasses = Appliance.Policy.MessageClasses;

namespace Appliance.Tests.Routing;

/// <summary>Routes and messages for tests: carriers and accounts have the number in their name as id.</summary>
internal static class RouteSamples
{
    /// <summary>A Wednesday, 12:00 UTC.</summary>
    internal const long Noon = 1_777_464_000_000;

    internal static Routes Compile(params RouteConfiguration[] routes) =>
        RouteCompiler.Compile(routes, IdOf, IdOf);

    /// <summary>7 for c7 or a7.</summary>
    internal static ushort IdOf(string name) => ushort.Parse(name.AsSpan(1), System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The name of the route that a message takes.</summary>
    internal static string? Find(
        this Routes routes, string number, string network = "", string country = "", ushort account = 0,
        string sender = "", MessageClasses kind = MessageClasses.Transactional, long now = Noon) => routes.Find(new RouteQuery
        {
            Destination = Encoding.ASCII.GetBytes(number),
            Network = network.Length == 0 ? 0 : RouteRank.NetworkOf(network),
            Country = CountryKey.Of(country),
            Account = account,
            Sender = Encoding.ASCII.GetBytes(sender),
            Class = kind,
            Now = now,
        })?.Name;

    internal static RouteConfiguration Of(
        string name, string prefix = "", string[]? networks = null, string[]? countries = null,
        string[]? accounts = null, string[]? senders = null, MessageClasses classes = MessageClasses.All,
        RouteTimeConfiguration? time = null, int order = RouteConfiguration.DefaultOrder) => new()
        {
            Name = name,
            Prefix = prefix,
            MccMnc = networks ?? [],
            Countries = countries ?? [],
            Accounts = accounts ?? [],
            Senders = senders ?? [],
            Classes = classes,
            Time = time,
            Order = order,
            Carriers = ["c1"],
        };
}
