using System.Runtime.InteropServices;
using Appliance.Records;

namespace Appliance.Decide;

/// <summary>Which carrier of its route a message goes to.</summary>
public sealed class CarrierChoice(Ledger ledger, RouteTable routes)
{
    private const int LongestRecord = 72 * 1024;

    private readonly Carrier?[] _carriers = new Carrier?[ushort.MaxValue + 1];
    private readonly List<Carrier> _all = [];
    private readonly byte[] _record = new byte[LongestRecord];

    public RouteTable Routes => routes;

    public IReadOnlyList<Carrier> All => _all;

    /// <summary>Whether any carrier has a session.</summary>
    public bool AnyUp
    {
        get
        {
            foreach (var carrier in _all)
                if (carrier.IsUp) return true;
            return false;
        }
    }

    public void Add(Carrier carrier)
    {
        _carriers[carrier.Options.Id] = carrier;
        _all.Add(carrier);
    }

    public Carrier? Find(ushort id) => _carriers[id];

    /// <summary>The first carrier of the route with a session; without any, the first at all.</summary>
    /// <param name="refused">Those of the route that will not have the message; see <see cref="RefusedBit"/>.</param>
    public Carrier? Choose(int route, byte refused = 0)
    {
        Carrier? fallback = null;
        var carriers = routes[route].Carriers;
        for (var i = 0; i < carriers.Length; i++)
        {
            if ((refused & RefusedBit(i)) != 0 || _carriers[carriers[i]] is not { } carrier) continue;
            if (carrier.IsUp) return carrier;
            fallback ??= carrier;
        }

        return fallback;
    }

    /// <summary>
    /// Another carrier of the message's route that has a session, in turn; null where there is none.
    /// </summary>
    public Carrier? Another(in LiveMessage message, Carrier than)
    {
        var route = RouteOf(in message);
        if (route < 0) return null;
        var carriers = routes[route].Carriers;
        var from = Array.IndexOf(carriers, than.Options.Id);
        for (var step = 1; step <= carriers.Length; step++)
        {
            var i = (from + step) % carriers.Length;
            if ((message.Refused & RefusedBit(i)) != 0 || _carriers[carriers[i]] is not { IsUp: true } other) continue;
            if (other != than) return other;
        }

        return null;
    }

    /// <summary>Marks that a carrier will not have the message: it is not asked again.</summary>
    public void Refuse(ref LiveMessage message, ushort carrier)
    {
        var route = RouteOf(in message);
        if (route < 0) return;
        var i = Array.IndexOf(routes[route].Carriers, carrier);
        if (i >= 0) message.Refused |= RefusedBit(i);
    }

    /// <summary>The carrier a message would take now; null where there is none.</summary>
    public Carrier? Again(in LiveMessage message)
    {
        var route = RouteOf(in message);
        return route < 0 ? null : Choose(route, message.Refused);
    }

    /// <summary>The carrier a message outside memory would go to now; null where there is none.</summary>
    public Carrier? Again(ulong position, byte refused)
    {
        var length = ledger.Log.Read(position, _record);
        if (length <= 0 || length > _record.Length)
            throw new InvalidDataException($"the journal has no message at position {position}");
        var accepted = MemoryMarshal.Read<Accepted>(_record);
        var destination = Addresses.Octets(Bodies.Of(_record.AsSpan(0, length)), accepted.DestinationOffset);
        var route = routes.Find(destination);
        return route < 0 ? null : Choose(route, refused);
    }

    /// <summary>A bit for each carrier of a route by its rank; those from the eighth on share the last.</summary>
    private static byte RefusedBit(int rank) => (byte)(1 << Math.Min(rank, 7));

    private int RouteOf(in LiveMessage message) => routes.Find(Addresses.Octets(in message.Destination));
}
