using Store.Native;

namespace Store;

/// <summary>Writes committed frames anew with some of their records redacted.</summary>
internal sealed unsafe class FrameRewrite(Journal journal, Redactor redact) : IDisposable
{
    private readonly Database _db = journal.Database;
    private readonly nint _batch = RocksDb.BatchCreate();

    internal int PendingBytes { get; private set; }

    /// <summary>Frames that hold one of the records, ascending.</summary>
    internal List<ulong> Touched { get; } = [];

    internal ErasureReport Report { get; private set; }

    /// <summary>Redacts records of one frame; it is written with the next <see cref="Write"/>.</summary>
    internal void Redact(ulong number, IEnumerable<ulong> positions)
    {
        var key = LogKey.Encode(number);
        byte[] frame;
        using (var stored = Pinned.Get(_db, JournalDatabase.Log, new ReadOnlySpan<byte>(&key, (int)LogKey.Size)))
        {
            frame = stored.Bytes.ToArray();
        }
        var (changed, unchanged, absent) = (0, 0, 0);
        foreach (var position in positions)
        {
            var offset = Position.Offset(position);
            if (!Framing.TryFind(frame, 0, offset, out var record))
            {
                absent++;
            }
            else if (redact(position, frame.AsSpan(offset + Framing.Prefix, record.Length)))
            {
                changed++;
            }
            else
            {
                unchanged++;
            }
        }
        if (changed + unchanged > 0)
        {
            Touched.Add(number);
        }
        if (changed > 0)
        {
            fixed (byte* value = frame)
            {
                RocksDb.BatchPut(_batch, _db.Family(JournalDatabase.Log), (byte*)&key, LogKey.Size, value,
                    (nuint)frame.Length);
            }
            PendingBytes += frame.Length;
        }
        Report = new ErasureReport(Report.Records + changed, Report.Unchanged + unchanged, Report.Absent + absent,
            Report.Frames + (changed > 0 ? 1 : 0), 0);
    }

    internal void Write()
    {
        if (PendingBytes > 0)
        {
            journal.Write(_batch, _db.WriteSynced);
            RocksDb.BatchClear(_batch);
            PendingBytes = 0;
        }
    }

    public void Dispose() => RocksDb.BatchDestroy(_batch);
}
