using Appliance.Operate;
using Appliance.Policy;
using Appliance.Records;
using Appliance.Routing;

namespace Appliance.Decide;

// How messages come to other carriers than the ones they wait for.
public sealed partial class Dispatch
{
    private readonly List<(int Handle, ushort[] Carriers)> _refusals = [];

    /// <summary>Puts other routes and prices in force; who has refused what is known by the carriers, not their places.
    /// </summary>
    public void Replace(RoutingTables tables)
    {
        var table = ledger.Table;
        Span<ushort> refused = stackalloc ushort[RouteConfiguration.MostCarriers];
        for (var handle = table.Oldest; handle != MessageTable.None; handle = table[handle].Newer)
            if (table[handle].Refused != 0) _refusals.Add((handle, [.. Choice.Refused(in table[handle], refused)]));
        Choice.Replace(tables);
        foreach (var (handle, carriers) in _refusals)
        {
            table[handle].Refused = 0;
            foreach (var carrier in carriers) Choice.Refuse(ref table[handle], carrier);
        }

        _refusals.Clear();
    }

    /// <summary>Requests that carriers owe an answer to, also those that are not configured any more. Any thread.
    /// </summary>
    public int Unanswered
    {
        get
        {
            var used = 0;
            foreach (var carrier in Choice.All) used += carrier.WindowUsed;
            foreach (var carrier in Choice.Leaving) used += carrier.WindowUsed;
            return used;
        }
    }

    /// <summary>Classes of messages that do not go out to who has opted out.</summary>
    public void StopFor(MessageClasses classes) => _optOuts =
        new OptOutStop(options.OptOuts, classes, ledger.Log);

    /// <summary>What waits in memory for a carrier that is not configured any more goes to others of its route; what
    /// has none ends.</summary>
    public void MoveFromGone(Carrier carrier, long now)
    {
        foreach (var partition in carrier.Partitions) TakeAll(partition);
        foreach (var handle in _moving) Restore(handle, now);
        _moving.Clear();
    }

    /// <summary>Gives what waits at carriers that are not fit for traffic to others of its route that are.</summary>
    public void MoveFromUnfit(long now)
    {
        foreach (var carrier in Choice.All)
        {
            if (carrier.IsFit || carrier.Waiting == 0) continue;
            foreach (var partition in carrier.Partitions) MoveFrom(partition, carrier, now);
        }
    }

    /// <summary>A message goes to a carrier that it has paid nothing at yet.</summary>
    public static void Assign(ref LiveMessage message, Carrier carrier)
    {
        if (message.Carrier == carrier.Options.Id) return;
        message.Carrier = carrier.Options.Id;
        message.Flags &= ~(LiveFlags.HasToken | LiveFlags.HasSenderToken);
    }

    /// <summary>All parts of a message go to another carrier, since theirs is not fit for them.</summary>
    public void MoveAll(int first, Carrier target, long now)
    {
        foreach (var part in Parts(first))
        {
            ref var message = ref ledger.Table[part];
            if (message.Stage != Stage.Queued) continue;
            Assign(ref message, target);
            Change(part, State.Queued, Reason.CarrierDown, now);
            PartitionOf(in message).Append(ledger.Table, part);
        }
    }

    private void MoveFrom(Partition partition, Carrier carrier, long now)
    {
        if (!Choice.AnyUp) return;
        TakeAll(partition);
        foreach (var handle in _moving)
        {
            LeaveUnfit(handle, carrier, now);
            PartitionOf(in ledger.Table[handle]).Append(ledger.Table, handle);
        }

        _moving.Clear();
    }

    private void TakeAll(Partition partition)
    {
        for (var priority = Partition.Priorities - 1; priority >= 0; priority--)
        {
            while (partition.Head(priority) != MessageTable.None)
                _moving.Add(partition.TakeHead(ledger.Table, priority));
        }
    }

    /// <summary>A message whose carrier is not fit goes to another of its route that is.</summary>
    private void LeaveUnfit(int handle, Carrier carrier, long now)
    {
        ref var message = ref ledger.Table[handle];
        if (!Choice.AnyUp || Choice.Again(in message, now) is not { } target || !IsBetter(target, carrier)) return;
        Assign(ref message, target);
        Change(handle, State.Queued, Reason.CarrierDown, now);
    }

    /// <summary>Whether what waits for a carrier that is not fit is better off at another.</summary>
    public static bool IsBetter(Carrier target, Carrier than) =>
        target != than && (target.IsFit || (target.IsUp && !than.IsUp));
}
