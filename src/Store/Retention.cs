using System.Buffers.Binary;
using Store.Native;

namespace Store;

/// <summary>
/// Removes what is old by whole table files: a rename in the manifest and an unlink, nothing is rewritten.
/// </summary>
internal static unsafe class Retention
{
    internal static void DropBefore(Database db, ulong position)
    {
        var frame = Position.Frame(position);
        if (frame == 0)
        {
            return;
        }
        KeepFloor(db);
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
    }

    /// <summary>Should the whole log go, its last number is still known.</summary>
    private static void KeepFloor(Database db)
    {
        Span<byte> value = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(value, Math.Max(Journal.LastFrame(db), FrameFloor.Read(db)));
        var batch = RocksDb.BatchCreate();
        byte* error = null;
        fixed (byte* key = FrameFloor.Key)
        fixed (byte* v = value)
        {
            RocksDb.BatchPut(batch, db.Family(JournalDatabase.Meta), key, (nuint)FrameFloor.Key.Length, v,
                sizeof(ulong));
        }
        RocksDb.Write(db.Handle, db.WriteSynced, batch, &error);
        RocksDb.BatchDestroy(batch);
        Fault.Check(error, db.Path);
    }

    private static void Drop(Database db, int family, byte* from, byte* to, int length)
    {
        byte* error = null;
        RocksDb.DeleteFilesInRange(db.Handle, db.Family(family), from, (nuint)length, to, (nuint)length, &error);
        Fault.Check(error, db.Path);
    }
}
