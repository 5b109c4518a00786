using System.Buffers.Binary;
using Store.Native;

namespace Store;

/// <summary>
/// Removes what is old: of the log and the finished index by whole table files (a rename in the manifest and an unlink,
/// nothing is rewritten), of the indexes that lie in another order by deletes.
/// </summary>
internal static unsafe class Retention
{
    internal static void DropBefore(Journal journal, ulong position)
    {
        var db = journal.Database;
        var frame = Position.Frame(position);
        if (frame == 0)
        {
            return;
        }
        Note(journal, frame);
        var from = 0UL;
        var to = LogKey.Encode(frame - 1); // the limit is included in what goes
        Drop(db, JournalDatabase.Log, (byte*)&from, (byte*)&to, (int)LogKey.Size);
        Span<byte> first = stackalloc byte[FinishedRun.KeySize];
        Span<byte> last = stackalloc byte[FinishedRun.KeySize];
        FinishedRun.WriteKey(first, 0, 0);
        FinishedRun.WriteKey(last, frame - 1, ulong.MaxValue);
        fixed (byte* f = first)
        fixed (byte* l = last)
        {
            Drop(db, JournalDatabase.Finished, f, l, FinishedRun.KeySize);
        }
        DropKeyed(journal, JournalDatabase.Awaiting, Position.Of(frame, 0));
        DropKeyed(journal, JournalDatabase.Repeats, Position.Of(frame, 0));
        DropHistory(journal, Position.Of(frame, 0));
    }

    /// <summary>
    /// First what is about to go: where gaps are no damage, and the log's last number, should all of it go.
    /// </summary>
    private static void Note(Journal journal, ulong frame)
    {
        var db = journal.Database;
        var batch = RocksDb.BatchCreate();
        try
        {
            Put(db, batch, FrameFloor.Key, Math.Max(Journal.LastFrame(db), FrameFloor.Read(db)));
            Put(db, batch, FrameFloor.DroppedKey, Math.Max(frame, FrameFloor.DroppedBefore(db)));
            journal.Write(batch, db.WriteSynced);
        }
        finally
        {
            RocksDb.BatchDestroy(batch);
        }
    }

    /// <summary>Entries lie by key, those about old positions among the others.</summary>
    private static void DropKeyed(Journal journal, int family, ulong position)
    {
        using var batch = new IndexBatch(journal);
        using var iterator = new Iterator(journal.Database, family, readahead: 1 << 20);
        for (var more = iterator.SeekToFirst(); more; more = iterator.Next())
        {
            if (KeyedFormat.Entry(iterator.Key, iterator.Value).Position < position)
            {
                batch.Delete(family, iterator.Key);
            }
        }
        batch.Write();
    }

    /// <summary>Each group's lists are in the order of time: from its oldest on, and over the rest to the next group.
    /// </summary>
    private static void DropHistory(Journal journal, ulong position)
    {
        using var batch = new IndexBatch(journal);
        using var iterator = new Iterator(journal.Database, JournalDatabase.History);
        Span<byte> next = stackalloc byte[HistoryKey.Size];
        for (var more = iterator.SeekToFirst(); more;)
        {
            if (HistoryPiece.Newest(iterator.Value) < position)
            {
                batch.Delete(JournalDatabase.History, iterator.Key);
                more = iterator.Next();
            }
            else
            {
                var key = HistoryKey.Read(iterator.Key);
                (key with { Run = ulong.MaxValue, Piece = ushort.MaxValue }).Write(next);
                more = iterator.Seek(next);
            }
        }
        batch.Write();
    }

    private static void Put(Database db, nint batch, ReadOnlySpan<byte> key, ulong number)
    {
        Span<byte> value = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(value, number);
        fixed (byte* k = key)
        fixed (byte* v = value)
        {
            RocksDb.BatchPut(batch, db.Family(JournalDatabase.Meta), k, (nuint)key.Length, v, sizeof(ulong));
        }
    }

    private static void Drop(Database db, int family, byte* from, byte* to, int length)
    {
        byte* error = null;
        RocksDb.DeleteFilesInRange(db.Handle, db.Family(family), from, (nuint)length, to, (nuint)length, &error);
        Fault.Check(error, db.Path);
    }
}
