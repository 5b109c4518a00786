using Store.Native;

namespace Store;

/// <summary>Goes through all frames and records of the log.</summary>
internal sealed class LogCheck(Database db, IRecordCheck? records, List<CheckFinding> findings)
{
    internal long Frames { get; private set; }
    internal long Records { get; private set; }
    internal long Bytes { get; private set; }
    internal ulong LastFrame { get; private set; }
    internal ulong LastPosition { get; private set; }

    internal void Run()
    {
        try
        {
            records?.Begin(Fact, FrameFloor.DroppedBefore(db) == 0);
            using var scanner = new JournalScanner(db, Position.None);
            while (scanner.MoveNext())
            {
                LastPosition = scanner.Position;
                var frame = Position.Frame(LastPosition);
                Frames += frame != LastFrame ? 1 : 0;
                LastFrame = frame;
                Records++;
                Bytes += scanner.Record.Length;
                if (!scanner.Record.IsEmpty) records?.Take(LastPosition, scanner.Record);
            }
            findings.AddRange(records?.Finish() ?? []);
        }
        catch (StoreException error)
        {
            findings.Add(CheckFinding.Damage(error));
        }
    }

    private byte[]? Fact(ReadOnlySpan<byte> key)
    {
        using var value = Pinned.Get(db, JournalDatabase.Meta, key);
        return value.Found ? value.Bytes.ToArray() : null;
    }
}
