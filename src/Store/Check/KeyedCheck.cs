using Store.Native;

namespace Store;

/// <summary>Goes through the indexes of random keys: an entry is about a record that there was.</summary>
internal sealed class KeyedCheck(Database db, List<CheckFinding> findings)
{
    internal long Entries { get; private set; }

    internal void Run(int family, ulong lastFrame)
    {
        if (family >= db.FamilyCount)
        {
            return; // written by a version that did not have it
        }
        try
        {
            var last = Math.Max(lastFrame, FrameFloor.Read(db));
            using var iterator = new Iterator(db, family, 2 << 20);
            for (var more = iterator.SeekToFirst(); more; more = iterator.Next())
            {
                if (!KeyedFormat.IsSound(iterator.Key, iterator.Value, last))
                {
                    findings.Add(CheckFinding.Damage(StoreFault.Corrupt,
                        $"An entry of the {JournalDatabase.Families[family]} index "
                        + $"({Convert.ToHexString(iterator.Key)}) contradicts the log."));
                    return;
                }
                Entries++;
            }
        }
        catch (StoreException error)
        {
            findings.Add(CheckFinding.Damage(error));
        }
    }
}
