using Store.Native;

namespace Store;

/// <summary>Goes through the lists of the history: each descends, within what there was.</summary>
internal sealed class HistoryCheck(Database db, List<CheckFinding> findings)
{
    /// <summary>Messages in the list of all.</summary>
    internal long Messages { get; private set; }

    internal void Run(ulong lastFrame)
    {
        if (JournalDatabase.History >= db.FamilyCount)
        {
            return; // written by a version that did not have it
        }
        try
        {
            var last = Math.Max(lastFrame, FrameFloor.Read(db));
            using var iterator = new Iterator(db, JournalDatabase.History, 2 << 20);
            for (var more = iterator.SeekToFirst(); more; more = iterator.Next())
            {
                if (!IsSound(iterator.Key, iterator.Value, last))
                {
                    findings.Add(CheckFinding.Damage(StoreFault.Corrupt,
                        $"An entry of the history ({Convert.ToHexString(iterator.Key)}) contradicts the log."));
                    return;
                }
            }
        }
        catch (StoreException error)
        {
            findings.Add(CheckFinding.Damage(error));
        }
    }

    private bool IsSound(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> value, ulong lastFrame)
    {
        if (bytes.Length != HistoryKey.Size || value.IsEmpty)
        {
            return false;
        }
        var key = HistoryKey.Read(bytes);
        if (key.List is not (HistoryKey.ByAccount or HistoryKey.ByDestination)
            || Position.Frame(HistoryPiece.Newest(value)) > lastFrame)
        {
            return false;
        }
        var piece = new HistoryPiece(key.List, value);
        var count = 0;
        while (piece.MoveNext())
        {
            count++;
        }
        Messages += key is { List: HistoryKey.ByAccount, Group: 0 } ? count : 0;
        return !piece.IsDamaged && piece.Position >= key.Run;
    }
}
