using System.Globalization;
using Store.Native;

namespace Store;

/// <summary>
/// Goes through the index of finished messages: an entry's acceptance lies in a frame that there was, and a message
/// ends no earlier than it begins.
/// </summary>
internal sealed class FinishedCheck(Database db, List<CheckFinding> findings)
{
    internal long Messages { get; private set; }

    internal void Run(ulong lastFrame)
    {
        try
        {
            var last = Math.Max(lastFrame, FrameFloor.Read(db));
            using var iterator = new Iterator(db, JournalDatabase.Finished, 2 << 20);
            for (var more = iterator.SeekToFirst(); more; more = iterator.Next())
            {
                var count = FinishedRun.Check(iterator.Key, iterator.Value, last);
                if (count < 0)
                {
                    findings.Add(CheckFinding.Damage(StoreFault.Corrupt,
                        string.Create(CultureInfo.InvariantCulture,
                        $"An entry of the finished index ({Convert.ToHexString(iterator.Key)}) contradicts the log.")));
                    return;
                }
                Messages += count;
            }
        }
        catch (StoreException error)
        {
            findings.Add(CheckFinding.Damage(error));
        }
    }
}
