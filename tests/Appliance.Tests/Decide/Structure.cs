using Appliance.Decide;
using Appliance.Records;

namespace Appliance.Tests.Decide;

/// <summary>What must hold of the deciding stage's memory after every batch.</summary>
internal static class Structure
{
    /// <summary>Milliseconds after which a session that owes an answer has ended, and what it owes waits again.</summary>
    private const int AnswerTime = 7000;

    /// <summary>A message is in one place, and is counted there.</summary>
    /// <param name="now">Milliseconds since 1970; 0 where nobody has looked for what expired yet.</param>
    public static void Check(Decider decider, VirtualLog log, long now = 0)
    {
        var table = decider.Ledger.Table;
        var (queued, live) = (0, new Dictionary<ushort, int>());
        var notices = new Dictionary<ushort, int>();
        var revived = new Dictionary<ushort, int>();
        for (var handle = table.Oldest; handle != MessageTable.None; handle = table[handle].Newer)
        {
            ref var message = ref table[handle];
            if (message.Stage == Stage.Queued) queued++;
            // What was with a carrier when its validity ended comes back as late as its answer fails to come.
            var away = message.Doubts > 0 ? AnswerTime : 0;
            if (message.Stage is Stage.Queued or Stage.Backoff)
                CheckExpiry(message.Position, message.Expiry, now - away);
            if (message.Stage == Stage.Notifying) Add(notices, message.Account, 1);
            if ((message.Flags & LiveFlags.NoticeRevived) != 0) Add(revived, message.Account, 1);
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
                var ttl = list.Kind == HeldKind.Notices ? decider.Options.NoticeTtl : 0;
                if (ttl > 0) Add(notices, entry.Account, entry.Parts);
                if (!list.IsRenewing) CheckExpiry(entry.Position, entry.Expiry + ttl, now);
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
        {
            if (account.Live != live.GetValueOrDefault(account.Options.Id))
                throw new InvalidOperationException($"account {account.Options.Id} counts {account.Live} live messages");
            if (account.NoticesWaiting != notices.GetValueOrDefault(account.Options.Id))
                throw new InvalidOperationException($"account {account.Options.Id} counts {account.NoticesWaiting} notices");
            if (account.Revived != revived.GetValueOrDefault(account.Options.Id))
                throw new InvalidOperationException($"account {account.Options.Id} counts {account.Revived} revived");
        }

        if (decider.Notices.Waiting != notices.Values.Sum())
            throw new InvalidOperationException($"{notices.Values.Sum()} notices, {decider.Notices.Waiting} counted");
    }

    private static void Add(Dictionary<ushort, int> counts, ushort account, int count) =>
        counts[account] = counts.GetValueOrDefault(account) + count;

    /// <summary>What nobody wants any more has ended within a second, and a step of the world.</summary>
    private static void CheckExpiry(ulong position, uint expiry, long now)
    {
        if (expiry != 0 && now - (expiry * 1000L) > 2000)
            throw new InvalidOperationException($"{position:x} waits {now - (expiry * 1000L)} ms after its validity ended");
    }
}
