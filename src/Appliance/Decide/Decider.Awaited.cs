namespace Appliance.Decide;

// How a receipt finds a message that is only in the index of those that await one.
public sealed partial class Decider
{
    /// <summary>A receipt's message may be one that has long been out of memory.</summary>
    private Awaited Revive(ulong key, uint exact, ulong handset, bool mustFit)
    {
        Span<Keyed> found = stackalloc Keyed[8];
        var count = _keyed.FindAwaited(key, found);
        var (best, bestRank) = (-1, -1);
        for (var i = 0; i < count; i++)
        {
            // Only where it decides is it worth the look into the journal.
            var fits = handset != 0 && (mustFit || count > 1) && _reviver.IsFor(found[i].Position, handset);
            if (mustFit && !fits) continue;
            var rank = (fits ? 2 : 0) + ((uint)(found[i].Second >> 32) == exact ? 1 : 0);
            if (rank > bestRank) (best, bestRank) = (i, rank);
        }

        if (best < 0) return Awaited.Unknown;
        if (!Backlog.HasRoom(byte.MaxValue)) return Awaited.WantsRoom;
        if (Backlog.ReviveAwaiting(in found[best]) != MessageTable.None) return Awaited.InMemory;
        _keyed.Unawait(key, found[best].Position);
        return Awaited.Finished;
    }
}
