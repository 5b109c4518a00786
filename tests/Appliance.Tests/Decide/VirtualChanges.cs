using Appliance.Decide;
using Appliance.Money;

namespace Appliance.Tests.Decide;

/// <summary>An operator who takes carriers out, puts them back, and gives them other options, while all else goes on.
/// </summary>
internal sealed partial class VirtualWorld
{
    private readonly int[] _generations = new int[2];
    private readonly List<(int Carrier, int Session, VirtualPeer Link)> _retired = [];
    private int _tables;
    private int _lastGeneration;

    /// <summary>Which carriers are configured: bits.</summary>
    private int _configured = 3;

    /// <summary>Every third world has one.</summary>
    private bool IsChanging => _seed % 3 == 1;

    private void Change()
    {
        if (!IsChanging || (IsCalm && _configured == 3)) return;
        if (!IsCalm && _random.Next(15) != 0) return;
        var configured = IsCalm ? 3 : _random.Next(1, 4);
        for (var carrier = 0; carrier < 2; carrier++)
        {
            var (was, stays) = ((_configured >> carrier & 1) != 0, (configured >> carrier & 1) != 0);
            if (was && stays && _random.Next(2) == 0) continue;
            if (!was && !stays) continue;
            Retire(carrier);
            _generations[carrier] = ++_lastGeneration;
            // Whoever has refused what is not asked about a carrier that its route does not have.
            if (stays) continue;
            foreach (var message in Messages.Values) message.RefusedBy.RemoveWhere(one => one.Carrier == carrier);
            _refusals.RemoveAll(one => one.Carrier == carrier);
        }

        _configured = configured;
        var ids = Enumerable.Range(1, 2).Where(id => (configured >> (id - 1) & 1) != 0).Select(id => (ushort)id).ToArray();
        var setup = new StageSetup
        {
            Tables = TestRoutes.Of(new MoneyTables(
                new MoneyConfiguration { Refund = Refunds }, RateCard.Empty, RateCard.Empty), ++_tables, ids),
            Accounts = _decider.Options.Accounts,
            Carriers =
            [
                .. ids.Select(id => Options(id, id == 1 ? "alpha" : "beta") with
                {
                    Generation = _generations[id - 1],
                    Window = _random.Next(1, 5),
                    Throughput = _random.Next(3) == 0 ? 5 : 0,
                }),
            ],
        };
        var call = new DecideCall((decider, _) => decider.Replace(setup));
        Event(EventKind.Call, call, (ref Slot _) => { });
        _changes.Add(call);
    }

    private readonly List<DecideCall> _changes = [];

    private void Retire(int carrier)
    {
        for (var session = 0; session < Sessions; session++)
        {
            if (_links[carrier, session] is not { } link) continue;
            _retired.Add((carrier, session, link));
            _links[carrier, session] = null;
        }
    }

    /// <summary>A session begins; now and then one that was on its way when its carrier changed.</summary>
    private void Bind(int carrier, int session)
    {
        var isLate = _generations[carrier] > 0 && _random.Next(10) == 0;
        var isGone = (_configured >> carrier & 1) == 0;
        if (isGone && !isLate) return;
        var link = new VirtualPeer(Log);
        if (isLate && _decider.Dispatch.Find((ushort)(carrier + 1)) is null) return;
        if (isLate) _retired.Add((carrier, session, link));
        else _links[carrier, session] = link;
        Link(EventKind.LinkUp, carrier, session, link, _generations[carrier] - (isLate ? 1 : 0));
    }

    /// <summary>What retired sessions still bring, and their end when they owe nothing more.</summary>
    private void ReadRetired()
    {
        foreach (var call in _changes)
            if (call.Task.Exception is { } fault) throw fault;
        _changes.Clear();
        foreach (var (carrier, session, link) in _retired.ToArray())
        {
            foreach (var (header, pdu, release) in Take(link)) Respond(carrier, link, in header, pdu, release);
            var known = _decider.Dispatch.Find((ushort)(carrier + 1))!;
            if (!link.IsClosed && known.RetiredUsed > 0) continue;
            _retired.Remove((carrier, session, link));
            Unanswered(link);
            Link(EventKind.LinkDown, carrier, session, link, 0);
        }

        for (var carrier = 0; carrier < 2; carrier++)
            if (_retired.All(one => one.Carrier != carrier)) _decider.Dispatch.Choice.Forget((ushort)(carrier + 1));
    }
}
