using Appliance.Records;

namespace Appliance.Decide;

/// <summary>
/// Ends a message whose number is to be erased: what waits does not go out, a receipt that nobody has fetched is not
/// told. What a carrier has, or an ESME is just being told, goes on; it is asked about again.
/// </summary>
public sealed class Forgetting(Ledger ledger, Dispatch dispatch, Notices notices)
{
    private readonly List<int> _group = [];

    /// <summary>Whether all that is left of a message waits here, before it goes out or after it is final.</summary>
    public bool CanEnd(int first)
    {
        var table = ledger.Table;
        if (table[first].First != first) return false;
        Reviver.Group(table, first, _group);
        var waiting = 0;
        foreach (var part in _group)
        {
            ref var message = ref table[part];
            switch (message.Stage)
            {
                case Stage.Queued or Stage.Backoff:
                    waiting++;
                    break;
                case Stage.Notifying when (message.Flags & LiveFlags.NoticeInFlight) == 0:
                case Stage.Settled:
                    break;
                default:
                    return false;
            }
        }

        // Half a message that is out already is not cut off: it ends soon.
        return waiting == 0 || waiting == table[first].Parts;
    }

    /// <summary>Ends it; its history is filed.</summary>
    /// <param name="isQueued">It was in memory before: its parts stand in queues.</param>
    public void End(int first, bool isQueued, long now)
    {
        Reviver.Group(ledger.Table, first, _group);
        foreach (var part in _group.ToArray())
        {
            ref var message = ref ledger.Table[part];
            if (message.Stage == Stage.Settled) continue;
            var state = message.State;
            if (isQueued && message.Stage == Stage.Notifying) notices.Withdraw(part);
            else if (isQueued) dispatch.Withdraw(part);
            if (message.Stage != Stage.Notifying || (message.Flags & LiveFlags.Inbound) != 0) state = State.Cancelled;

            dispatch.Change(part, state, Reason.Erased, now);
            ledger.Leave(part);
        }
    }
}
