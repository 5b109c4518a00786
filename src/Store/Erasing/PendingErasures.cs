using System.Buffers.Binary;
using Store.Native;

namespace Store;

/// <summary>
/// Messages that are to be erased as soon as they are final: a fact each, under the position, which tells of no number.
/// Synced when a call returns, so that a restart knows them. Any thread but the journal's, one at a time.
/// </summary>
public sealed unsafe class PendingErasures(Journal journal)
{
    private static ReadOnlySpan<byte> Prefix => "\0erase/"u8;

    /// <summary>Their positions, ascending.</summary>
    /// <exception cref="StoreException">A block of the database is damaged.</exception>
    public IReadOnlyList<ulong> All()
    {
        var positions = new List<ulong>();
        using var scanner = journal.ScanMeta(Prefix);
        while (scanner.MoveNext())
        {
            positions.Add(BinaryPrimitives.ReadUInt64BigEndian(scanner.Key[Prefix.Length..]));
        }
        return positions;
    }

    /// <exception cref="StoreException">The disk failed.</exception>
    public void Add(IEnumerable<ulong> positions) => Write(positions, add: true);

    /// <exception cref="StoreException">The disk failed.</exception>
    public void Remove(IEnumerable<ulong> positions) => Write(positions, add: false);

    private void Write(IEnumerable<ulong> positions, bool add)
    {
        var batch = RocksDb.BatchCreate();
        try
        {
            var family = journal.Database.Family(JournalDatabase.Meta);
            Span<byte> key = stackalloc byte[Prefix.Length + sizeof(ulong)];
            Prefix.CopyTo(key);
            foreach (var position in positions)
            {
                BinaryPrimitives.WriteUInt64BigEndian(key[Prefix.Length..], position);
                fixed (byte* k = key)
                {
                    if (add)
                    {
                        RocksDb.BatchPut(batch, family, k, (nuint)key.Length, k, 0);
                    }
                    else
                    {
                        RocksDb.BatchDelete(batch, family, k, (nuint)key.Length);
                    }
                }
            }
            if (RocksDb.BatchCount(batch) > 0)
            {
                journal.Write(batch, journal.Database.WriteSynced);
            }
        }
        finally
        {
            RocksDb.BatchDestroy(batch);
        }
    }
}
