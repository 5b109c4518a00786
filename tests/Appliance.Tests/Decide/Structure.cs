using Appliance.Decide;

namespace Appliance.Tests.Decide;

/// <summary>What must hold of the deciding stage's memory after every batch.</summary>
internal static class Structure
{
    /// <summary>A message is in one place, and is counted there.</summary>
    /// <param name="now">Milliseconds since 1970; 0 where nobody has looked for what expired yet.</param>
    public static void Check(Decider decider, VirtualLog log, long now = 0)
    {
        var table = decider.Ledger.Table;
        var (queued, live) = (0, new Dictionary<ushort, int>());
        for (var handle = table.Oldest; handle != MessageTable.None; handle = table[handle].Newer)
        {
            ref var message = ref table[handle];
            if (message.Stage == Stage.Queued) queued++;
            if (message.Stage is Stage.Queued or Stage.Backoff) CheckExpiry(message.Position, message.Expiry, now);
            live[message.Account] = live.GetValueOrDefault(message.Account) + 1;
            if (message.Newer != MessageTable.None && table[message.Newer].Anchor < message.Anchor)
                throw new InvalidOperationException("the table is out of order");
            if (table.Find(message.Position) != handle)
                throw new InvalidOperationException($"{message.Position:x} is not found in the table");
        }

        var waiting = decider.Dispatch.Carriers.Sum(carrier => carrier.Waiting);
        if (waiting != queued) throw new InvalidOperationException($"{queued} are queued, {waiting} in queues");
        var (parts, seen) = (0, new HashSet<ulong>());
        foreach (var list in decider.Backlog.Lists.All)
        {
            var count = 0;
            foreach (var entry in list.Chunks.SelectMany(chunk => chunk.Entries.ToArray()))
            {
                if (list.IsGone(entry.Position)) continue;
                count++;
                if (!list.IsRenewing) CheckExpiry(entry.Position, entry.Expiry, now);
                parts += entry.Parts;
                live[entry.Account] = live.GetValueOrDefault(entry.Account) + entry.Parts;
                if (table.Find(entry.Position) != MessageTable.None)
                    throw new InvalidOperationException($"{entry.Position:x} is in {list.Kind} and in memory: {log.Trace(entry.Position)}");
                if (!seen.Add(entry.Position))
                {
                    throw new InvalidOperationException($"{entry.Position:x} is in two lists, one {list.Kind}: "
                        + log.Trace(entry.Position) + log.TraceList(list.Kind, list.Key));
                }
            }

            if (count != list.Count)
                throw new InvalidOperationException($"{list.Kind} {list.Key:x} has {count}, counts {list.Count}");
        }

        if (parts != decider.Backlog.Lists.Parts)
            throw new InvalidOperationException($"{parts} parts in lists, {decider.Backlog.Lists.Parts} counted");
        foreach (var account in decider.Notices.Accounts)
            if (account.Live != live.GetValueOrDefault(account.Options.Id))
                throw new InvalidOperationException($"account {account.Options.Id} counts {account.Live} live messages");
    }

    /// <summary>What nobody wants any more has ended within a second, and a step of the world.</summary>
    private static void CheckExpiry(ulong position, uint expiry, long now)
    {
        if (expiry != 0 && now - (expiry * 1000L) > 2000)
            throw new InvalidOperationException($"{position:x} waits {now - (expiry * 1000L)} ms after its validity ended");
    }
}
