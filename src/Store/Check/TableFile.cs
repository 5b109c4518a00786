using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Store.Native;

namespace Store;

/// <summary>A live table file: its name, its column family's index, and its first and last key.</summary>
internal sealed unsafe record TableFile(string Name, int Family, byte[] Smallest, byte[] Largest)
{
    /// <summary>Whether a frame may be in it, for a file of the log.</summary>
    internal bool HasFrame(ulong frame) => frame >= BinaryPrimitives.ReadUInt64BigEndian(Smallest)
        && frame <= BinaryPrimitives.ReadUInt64BigEndian(Largest);

    internal static List<TableFile> Of(Database db)
    {
        var list = RocksDb.LiveFiles(db.Handle);
        var files = new List<TableFile>();
        for (var i = 0; i < RocksDb.LiveFilesCount(list); i++)
        {
            var family = Array.IndexOf(JournalDatabase.Families,
                Marshal.PtrToStringUTF8((nint)RocksDb.LiveFilesFamily(list, i)));
            nuint length;
            var smallest = new ReadOnlySpan<byte>(RocksDb.LiveFilesSmallest(list, i, &length), (int)length).ToArray();
            var largest = new ReadOnlySpan<byte>(RocksDb.LiveFilesLargest(list, i, &length), (int)length).ToArray();
            var name = Marshal.PtrToStringUTF8((nint)RocksDb.LiveFilesName(list, i))!;
            files.Add(new TableFile(name.TrimStart('/'), family, smallest, largest));
        }
        RocksDb.LiveFilesDestroy(list);
        return files;
    }
}

/// <summary>
/// Reads each table file's range with checksums on, so that every damaged file is named, not only the first.
/// </summary>
internal sealed class TableCheck(Database db, List<CheckFinding> findings)
{
    internal int DamagedFiles { get; private set; }

    internal void Check(TableFile file)
    {
        try
        {
            using var iterator = new Iterator(db, file.Family, 2 << 20);
            for (var more = iterator.Seek(file.Smallest);
                more && iterator.Key.SequenceCompareTo(file.Largest) <= 0;
                more = iterator.Next())
            {
                // Reading is the check: each block's checksum is compared as it is loaded.
            }
        }
        catch (StoreException error)
        {
            DamagedFiles++;
            // The message names the very block, which may be in another file whose range overlaps.
            findings.Add(CheckFinding.Damage(error.Fault, $"Reading {file.Name}: {error.Message}"));
        }
    }
}
