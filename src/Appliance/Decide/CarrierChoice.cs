using System.Runtime.InteropServices;
using Appliance.Money;
using Appliance.Operate;
using Appliance.Policy;
using Appliance.Records;
using Appliance.Ring;
using Appliance.Routing;
using Appliance.Routing.Live;

namespace Appliance.Decide;

/// <summary>Which carrier of its route a message goes to.</summary>
/// <remarks>
/// A route is looked up as at the time at which the message was accepted: that of a retry is the one it had, as long as
/// the tables are the same.
/// </remarks>
public sealed class CarrierChoice
{
    private const int LongestRecord = 72 * 1024;

    private readonly Ledger _ledger;
    private readonly LiveTables _live;
    private readonly DestinationMemory _memory;
    private readonly Carrier?[] _carriers = new Carrier?[ushort.MaxValue + 1];
    private readonly byte[] _record = new byte[LongestRecord];
    private readonly CarrierScore[] _scores = new CarrierScore[RouteConfiguration.MostCarriers];

    public CarrierChoice(Ledger ledger, LiveTables live, RoutingConfiguration routing)
    {
        _ledger = ledger;
        _live = live;
        _memory = new DestinationMemory(routing.Destinations);
        Stats = new LiveStats(routing.Stats);
        Tables = live.Current;
        Chooser = new RouteChooser(Stats, Tables.Money.Costs, _memory);
    }

    /// <summary>Routes and prices as the decide thread goes by them.</summary>
    public RoutingTables Tables { get; private set; }

    public LiveStats Stats { get; }

    public RouteChooser Chooser { get; private set; }

    /// <summary>As configured. Other threads read it, so that it is never changed but replaced.</summary>
    public IReadOnlyList<Carrier> All => _all;

    private volatile List<Carrier> _all = [];

    /// <summary>Those that are not configured any more, while their sessions end.</summary>
    public IReadOnlyList<Carrier> Leaving => _leaving;

    private volatile List<Carrier> _leaving = [];

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
        Know(carrier);
        _all = [.. _all, carrier];
    }

    /// <summary>Other carriers are configured.</summary>
    /// <param name="leaving">Those whose sessions are ending.</param>
    public void Replace(List<Carrier> carriers, List<Carrier> leaving)
    {
        foreach (var carrier in carriers)
            if (_carriers[carrier.Options.Id] != carrier) Know(carrier);
        (_all, _leaving) = (carriers, leaving);
    }

    /// <summary>The last session of a carrier that is gone has ended; nothing more is heard of it.</summary>
    public void Forget(ushort id)
    {
        if (_carriers[id] is not { IsGone: true } carrier) return;
        _carriers[id] = null;
        _leaving = [.. _leaving.Where(other => other != carrier)];
    }

    private void Know(Carrier carrier)
    {
        carrier.Health = Stats.Health(carrier.Options.Id);
        _carriers[carrier.Options.Id] = carrier;
    }

    /// <summary>One that is configured, or still has sessions.</summary>
    public Carrier? Find(ushort id) => _carriers[id];

    /// <summary>Puts other tables in force, here and at once for whoever takes messages in.</summary>
    public void Replace(RoutingTables tables)
    {
        Tables = tables;
        Chooser = new RouteChooser(Stats, tables.Money.Costs, _memory);
        _live.Replace(tables);
    }

    /// <summary>A new message as routes see it.</summary>
    /// <param name="seed">About where its first part will be.</param>
    public static RouteQuery QueryOf(ref Slot slot, ulong seed)
    {
        // Each of several parts has its length before it.
        var body = slot.Parts > 1 ? slot.Bytes[sizeof(ushort)..] : slot.Bytes;
        return new RouteQuery
        {
            Destination = Addresses.Octets(body, slot.DestinationOffset),
            Number = slot.Key,
            Sender = Addresses.Octets(body, slot.SourceOffset),
            Network = slot.Network,
            Country = slot.Country,
            Account = slot.Account,
            Class = ClassOf(slot.Class),
            Now = slot.UnixMs,
            Seed = seed,
        };
    }

    /// <summary>A message of the journal as routes see it.</summary>
    /// <param name="seed">Where its first part is.</param>
    public static RouteQuery QueryOf(in Accepted accepted, ReadOnlySpan<byte> body, ulong seed) => new()
    {
        Destination = Addresses.Octets(body, accepted.DestinationOffset),
        Sender = Addresses.Octets(body, accepted.SourceOffset),
        Network = accepted.Network,
        Country = accepted.Country,
        Account = accepted.Account,
        Class = ClassOf(accepted.Class),
        Now = accepted.At,
        Seed = seed,
    };

    /// <summary>A message in memory as routes see it.</summary>
    public RouteQuery QueryOf(in LiveMessage message) => new()
    {
        Destination = Addresses.Octets(in message.Destination),
        Sender = Addresses.Octets(in message.Source),
        Network = message.Network,
        Country = message.Country,
        Account = message.Account,
        Class = ClassOf(message.Class),
        Now = message.AcceptedAt,
        Seed = _ledger.Table[message.First].Position,
    };

    /// <summary>The route of a new message: the one that was found when it was taken in, unless the tables have changed
    /// since. Null where there is none any more.</summary>
    public RouteRule? RuleOf(in Slot slot, in RouteQuery query) =>
        slot.Tables == Tables.Number ? Tables.Routes.At(slot.Route) : Tables.Routes.Find(in query);

    /// <summary>Fetches what the choice for a new message needs first.</summary>
    public void Foresee(ref Slot slot)
    {
        if (slot.Key != 0) _memory.Foresee(slot.Key);
        if (slot.Tables == Tables.Number) Memory.FetchAll(in Tables.Routes.HeadOf(slot.Route));
    }

    /// <summary>Fetches what that leads to.</summary>
    public void ForeseeFurther(ref Slot slot)
    {
        if (slot.Tables != Tables.Number || !Tables.Routes.HeadOf(slot.Route).Carriers.IsEmpty) return;
        Memory.FetchObject(Tables.Routes.At(slot.Route));
    }

    /// <summary>The route of a message in memory; null where there is none any more.</summary>
    public RouteRule? RuleOf(in LiveMessage message)
    {
        var query = QueryOf(in message);
        return Tables.Routes.Find(in query);
    }

    /// <summary>
    /// The same as <see cref="Choose"/> for a new message in the usual case: its route takes the first of its carriers
    /// that can, all of them can, and none is left out for its cost. Null where that is not so.
    /// </summary>
    public Carrier? ChoosePlainly(in Slot slot)
    {
        if (slot.Tables != Tables.Number || slot.Key == 0 || Tables.Money.Margin != MarginPolicy.Allow) return null;
        ref readonly var head = ref Tables.Routes.HeadOf(slot.Route);
        var carriers = head.Carriers;
        if (carriers.IsEmpty) return null;
        if (carriers.Length == 1) return _carriers[carriers[0]];
        foreach (var id in carriers)
            if (_carriers[id] is not { } carrier || carrier.Health.Factor(slot.UnixMs) < 1) return null;
        if (head.KeepMilliseconds == 0) return _carriers[carriers[0]];
        var kept = _memory.Find(slot.Key, slot.UnixMs - head.KeepMilliseconds);
        var chosen = kept != 0 && carriers.Contains(kept) ? kept : carriers[0];
        _memory.Remember(slot.Key, chosen, slot.UnixMs);
        return _carriers[chosen];
    }

    /// <summary>The carrier a message takes; the next ones to its number follow while they may.</summary>
    /// <param name="refused">Bit n: the carrier at place n of the route will not have it.</param>
    /// <param name="now">Milliseconds since 1970.</param>
    /// <returns>Null where all have refused it.</returns>
    public Carrier? Choose(RouteRule rule, in RouteQuery query, ushort refused, long now)
    {
        var carriers = rule.Carriers;
        if (carriers.Length == 1) return (refused & 1) != 0 ? null : _carriers[carriers[0].Id];
        var asked = query with { Now = now };
        var mask = (int)refused;
        var measures = rule.Overflow || rule.Choice == RouteChoice.Score;
        for (var i = 0; i < carriers.Length; i++)
        {
            // One that is no longer configured takes nothing.
            if (_carriers[carriers[i].Id] is not { } carrier) mask |= 1 << i;
            else if (measures) carrier.Measure(now);
        }

        var pick = Chooser.Choose(rule, in asked, (ushort)mask, _scores);
        if (pick.Place < 0) return null;
        var chosen = carriers[pick.Place].Id;
        if (rule.KeepMilliseconds > 0) Chooser.Chosen(in asked, chosen);
        return _carriers[chosen];
    }

    /// <summary>The carriers of a route that cost more than a message brings, where that counts: bits for
    /// <see cref="Choose"/>.</summary>
    /// <param name="price">Micro-units a segment.</param>
    public ushort TooDear(RouteRule rule, in RouteQuery query, long price) =>
        Tables.Money.Margin == MarginPolicy.Allow ? (ushort)0 : Tables.Money.Dearer(rule, in query, price);

    /// <summary>
    /// Another carrier of the message's route that is fit, else one that has a session, in turn; null where there is
    /// none.
    /// </summary>
    public Carrier? Another(in LiveMessage message, Carrier than)
    {
        var query = QueryOf(in message);
        if (Tables.Routes.Find(in query) is not { } rule) return null;
        var refused = message.Refused | TooDear(rule, in query, message.Price);
        var carriers = rule.Carriers;
        var from = rule.PlaceOf(than.Options.Id);
        Carrier? fallback = null;
        for (var step = 1; step <= carriers.Length; step++)
        {
            var i = (from + step) % carriers.Length;
            if ((refused >> i & 1) != 0 || _carriers[carriers[i].Id] is not { IsUp: true } other) continue;
            if (other == than || IsOut(rule, i)) continue;
            if (other.IsFit) return other;
            fallback ??= other;
        }

        return fallback;
    }

    /// <summary>Marks that a carrier will not have the message: it is not asked again.</summary>
    public void Refuse(ref LiveMessage message, ushort carrier)
    {
        message.Flags |= LiveFlags.WasRefused;
        var place = RuleOf(in message)?.PlaceOf(carrier) ?? -1;
        if (place >= 0) message.Refused |= (ushort)(1 << place);
    }

    /// <summary>The carriers that will not have a message, as its route has them now.</summary>
    /// <param name="room">For as many as a route may have.</param>
    public ReadOnlySpan<ushort> Refused(in LiveMessage message, Span<ushort> room)
    {
        var count = 0;
        if (RuleOf(in message) is not { } rule) return default;
        for (var i = 0; i < rule.Carriers.Length; i++)
            if ((message.Refused >> i & 1) != 0) room[count++] = rule.Carriers[i].Id;
        return room[..count];
    }

    /// <summary>The carrier a message would take now; null where there is none.</summary>
    public Carrier? Again(in LiveMessage message, long now) => Again(in message, message.Refused, now);

    /// <summary>The carrier a message of several parts would take now; null where none takes all of them.</summary>
    /// <param name="refused">Those that will not have one of the parts.</param>
    public Carrier? Again(in LiveMessage message, ushort refused, long now)
    {
        var query = QueryOf(in message);
        return Tables.Routes.Find(in query) is { } rule
            ? Choose(rule, in query, (ushort)(refused | TooDear(rule, in query, message.Price)), now)
            : null;
    }

    /// <summary>The carrier a message outside memory would go to now; null where there is none.</summary>
    /// <param name="refusals">Persistent ids of the carriers that will not have it.</param>
    public Carrier? Again(ulong position, List<ushort> refusals, long now)
    {
        var length = _ledger.Log.Read(position, _record);
        // What cannot be read is found out when it is to go on.
        if (length <= 0 || length > _record.Length) return null;
        var accepted = MemoryMarshal.Read<Accepted>(_record);
        var body = Bodies.Of(_record.AsSpan(0, length));
        var query = QueryOf(in accepted, body, position);
        if (Tables.Routes.Find(in query) is not { } rule) return null;
        var refused = (int)TooDear(rule, in query, accepted.Price);
        foreach (var carrier in refusals)
            if (rule.PlaceOf(carrier) is >= 0 and var place) refused |= 1 << place;
        return Choose(rule, in query, (ushort)refused, now);
    }

    /// <summary>What a carrier asks for a message: micro-units a segment, <see cref="RateCard.None"/> where not known.
    /// </summary>
    public long CostOf(in LiveMessage message, ushort carrier)
    {
        if (!Tables.HasCosts) return RateCard.None;
        var query = QueryOf(in message);
        // Of a carrier that is not of its route any more what is known of it at all.
        return Tables.Routes.Find(in query) is { } rule && rule.PlaceOf(carrier) is >= 0 and var place
            ? Tables.Money.Cost(rule, place, in query)
            : Tables.Money.Cost(carrier, in query);
    }

    /// <summary>Looks which carriers are fit for traffic.</summary>
    /// <returns>Whether that has changed of any.</returns>
    public bool LookAtFitness(long now)
    {
        var changed = false;
        foreach (var carrier in _all)
        {
            var isFit = carrier.IsUp && carrier.Health.Factor(now) > 0;
            changed |= isFit != carrier.IsFit;
            carrier.IsFit = isFit;
        }

        return changed;
    }

    /// <summary>Whether a carrier was tried and has done worse than the others.</summary>
    private static bool IsOut(RouteRule rule, int place) => place == rule.Canary && rule.Trial!.IsRolledBack;

    private static MessageClasses ClassOf(MessageClass named) => named.AsSet();
}
