using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Store.Native;

namespace Store.Numbers;

/// <summary>
/// Puts a package into the database. A snapshot becomes a new generation; a small set of changes is one write of the
/// pages it touches; a large one is merged with the pages there are into a new generation. Each way one synced write
/// decides.
/// </summary>
internal sealed unsafe class PackageApplier(Database db, long inPlaceBytes)
{
    /// <summary>Bytes of changed pages up to which changes are applied in place.</summary>
    internal const long DefaultInPlaceBytes = 32 << 20;

    internal static string FamilyName(DatasetRecord record) =>
        string.Create(CultureInfo.InvariantCulture, $"{record.Name}.{record.Generation}");

    /// <summary>Applies a package; the result is what readers are to see from now on.</summary>
    internal Dataset Apply(string package, PackageManifest manifest, Dataset? old)
    {
        try
        {
            if (manifest.Mode == ImportMode.Snapshot)
            {
                var record = NextRecord(Path.GetFileName(package), manifest, old, manifest.Operators) with
                {
                    BlockLengths = manifest.BlockLengths,
                    Numbers = manifest.Counts.Numbers,
                    Blocks = manifest.Counts.Blocks,
                };
                return NewGeneration(record, [.. manifest.Tables.Select(t => Path.Combine(package, t))]);
            }
            return ApplyChanges(package, manifest, old);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Fault.Describe(error, package);
        }
    }

    private static DatasetRecord NextRecord(string package, PackageManifest manifest, Dataset? old,
        NumberOperator[] operators) => new()
    {
        Name = manifest.Dataset,
        Generation = (old?.Record.Generation ?? 0) + 1,
        Prefixes = [.. manifest.Prefixes],
        Operators = operators,
        ImportedAt = DateTime.UtcNow,
        Package = package,
    };

    private Dataset ApplyChanges(string package, PackageManifest manifest, Dataset? old)
    {
        var operators = (old?.Record.Operators ?? []).ToList();
        var map = manifest.Operators.Select(o => IndexOf(operators, o)).ToArray();
        var record = NextRecord(Path.GetFileName(package), manifest, old, [.. operators]);
        record = record with { BlockLengths = manifest.BlockLengths | (old?.Record.BlockLengths ?? 0) };
        using (var changes = new ChangedPages(db, old, package, manifest, map))
        {
            if (old != null && TryInPlace(changes, record with { Generation = old.Record.Generation }, old)
                is { } dataset)
            {
                return dataset;
            }
        }
        using var again = new ChangedPages(db, old, package, manifest, map);
        return Rebuild(again, record, package, old);
    }

    private static ushort IndexOf(List<NumberOperator> operators, NumberOperator sought)
    {
        var index = operators.IndexOf(sought);
        if (index < 0)
        {
            index = operators.Count;
            operators.Add(sought);
        }
        return index < NumberChange.RemovedOperator ? (ushort)index : throw new StoreException(StoreFault.Failed,
            "The data set would have more than 65,535 operators. Is the operator column right?");
    }

    /// <summary>One synced write of all changed pages; null when they are too many for that.</summary>
    private Dataset? TryInPlace(ChangedPages changes, DatasetRecord record, Dataset old)
    {
        var batch = RocksDb.BatchCreate();
        try
        {
            var page = new byte[NumberPage.MaxSize];
            var key = new byte[NumberKey.PageKeySize];
            long bytes = 0;
            while (changes.MoveNext())
            {
                var length = changes.Entries.Length == 0 ? 0 : NumberPage.Encode(changes.Entries, page);
                bytes += length + key.Length;
                if (bytes > inPlaceBytes)
                {
                    return null;
                }
                NumberKey.WritePage(key, changes.Page);
                Put(batch, old.Family, key, page.AsSpan(0, length));
            }
            record = changes.Count(record);
            old.Extend(record.Operators);
            Write(batch, record);
            return new Dataset(record, old.Family);
        }
        finally
        {
            RocksDb.BatchDestroy(batch);
        }
    }

    private Dataset Rebuild(ChangedPages changes, DatasetRecord record, string package, Dataset? old)
    {
        using var tables = new SstWriter(package, NumberDatabase.Generation("import"), NumberDatabase.FileBytes);
        using var present = old == null ? null : new Iterator(db, old.Family, 2 << 20);
        var page = new byte[NumberPage.MaxSize];
        var key = new byte[NumberKey.PageKeySize];
        var more = present?.SeekToFirst() ?? false;
        while (changes.MoveNext())
        {
            NumberKey.WritePage(key, changes.Page);
            for (; more && present!.Key.SequenceCompareTo(key) < 0; more = present.Next())
            {
                tables.Put(present.Key, present.Value);
            }
            if (more && present!.Key.SequenceEqual(key))
            {
                more = present.Next();
            }
            if (changes.Entries.Length > 0)
            {
                tables.Put(key, page.AsSpan(0, NumberPage.Encode(changes.Entries, page)));
            }
        }
        for (; more; more = present!.Next())
        {
            tables.Put(present!.Key, present.Value);
        }
        tables.Finish();
        return NewGeneration(changes.Count(record), [.. tables.Files.Select(t => Path.Combine(package, t))]);
    }

    /// <summary>Takes files in as a new column family and makes it the data set's by one synced write.</summary>
    private Dataset NewGeneration(DatasetRecord record, string[] files)
    {
        var family = db.Create(NumberDatabase.Generation(FamilyName(record)));
        try
        {
            Ingest(family, files);
            var batch = RocksDb.BatchCreate();
            try
            {
                Write(batch, record);
            }
            finally
            {
                RocksDb.BatchDestroy(batch);
            }
            return new Dataset(record, family);
        }
        catch
        {
            db.Drop(family);
            throw;
        }
    }

    private void Ingest(nint family, string[] files)
    {
        if (files.Length == 0)
        {
            return;
        }
        var options = RocksDb.IngestOptionsCreate();
        RocksDb.IngestOptionsSetMoveFiles(options, 1);
        var names = new byte*[files.Length];
        try
        {
            for (var i = 0; i < files.Length; i++)
            {
                names[i] = (byte*)Marshal.StringToCoTaskMemUTF8(files[i]);
            }
            byte* error = null;
            fixed (byte** list = names)
            {
                RocksDb.Ingest(db.Handle, family, list, (nuint)files.Length, options, &error);
            }
            Fault.Check(error, db.Path);
        }
        finally
        {
            foreach (var name in names)
            {
                Marshal.FreeCoTaskMem((nint)name);
            }
            RocksDb.IngestOptionsDestroy(options);
        }
    }

    private void Write(nint batch, DatasetRecord record)
    {
        Put(batch, db.Family(0), Encoding.UTF8.GetBytes(DatasetRecord.KeyPrefix + record.Name),
            JsonSerializer.SerializeToUtf8Bytes(record, NumberJson.Default.DatasetRecord));
        byte* error = null;
        RocksDb.Write(db.Handle, db.WriteSynced, batch, &error);
        Fault.Check(error, db.Path);
    }

    /// <summary>An empty value removes the key.</summary>
    private static void Put(nint batch, nint family, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        fixed (byte* k = key)
        fixed (byte* v = value)
        {
            if (value.IsEmpty)
            {
                RocksDb.BatchDelete(batch, family, k, (nuint)key.Length);
            }
            else
            {
                RocksDb.BatchPut(batch, family, k, (nuint)key.Length, v, (nuint)value.Length);
            }
        }
    }
}
