using System.Text;
using System.Text.Json;
using Store.Native;

namespace Store.Numbers;

/// <summary>Who has a number.</summary>
/// <param name="Operator">The operator it was ported to.</param>
/// <param name="Since">Seconds since 2000-01-01 UTC; 0 when the source gave no date.</param>
/// <param name="BlockDigits">0 when the number itself is listed, else the digits of the block it is in.</param>
public readonly record struct PortedNumber(NumberOperator Operator, uint Since, int BlockDigits)
{
    /// <summary>When it was ported; null when the source gave no date.</summary>
    public DateTime? SinceTime => Since == 0 ? null : DateParser.ToTime(Since);
}

/// <summary>A data set as an operator of the appliance sees it.</summary>
public sealed record DatasetInfo(string Name, long Generation, long Numbers, long Blocks, DateTime ImportedAt);

/// <summary>
/// Ported numbers: a look-up from any thread allocates nothing and takes microseconds; snapshots are put in place
/// whole, deltas are applied whole, both while look-ups go on.
/// </summary>
public sealed class NumberStore : IDisposable
{
    private readonly Database _db;
    private readonly PackageApplier _applier;
    private NumberCatalog _catalog;

    private NumberStore(string path, Database db, Dataset[] datasets, long inPlaceBytes)
    {
        StorePath = path;
        _db = db;
        _applier = new PackageApplier(db, inPlaceBytes);
        _catalog = new NumberCatalog(datasets);
    }

    /// <summary>The store's folder.</summary>
    public string StorePath { get; }

    internal Database Database => _db;

    /// <summary>The data sets there are.</summary>
    public IReadOnlyList<DatasetInfo> Datasets => [.. Volatile.Read(ref _catalog).Datasets.Select(d =>
        new DatasetInfo(d.Record.Name, d.Record.Generation, d.Record.Numbers, d.Record.Blocks, d.Record.ImportedAt))];

    /// <summary>Opens the store in a folder, or makes an empty one.</summary>
    /// <exception cref="StoreException">As <see cref="Journal.Open"/>.</exception>
    public static NumberStore Open(string path) => Open(path, PackageApplier.DefaultInPlaceBytes);

    /// <summary>
    /// Opens the store as it is at this moment, for look-ups only, also while another process has it open.
    /// </summary>
    /// <exception cref="StoreException">It is absent or damaged, or was changed in the very moment of
    /// opening.</exception>
    public static NumberStore OpenReadOnly(string path)
    {
        if (!File.Exists(Path.Combine(path, "CURRENT")))
        {
            throw new StoreException(StoreFault.MissingFile,
                $"There are no ported numbers in {path}. "
                + "Import some (appliance mnp import), or name the right folder.");
        }
        DataFolder.Prepare(path, NumberDatabase.Kind, NumberDatabase.Version, 0,
            NumberDatabase.Version);
        Lengths.Check(path);
        return Open(path, Database.ListFamilies(path), 0, readOnly: true);
    }

    internal static NumberStore Open(string path, long inPlaceBytes)
    {
        var create = DataFolder.Prepare(path, NumberDatabase.Kind, NumberDatabase.Version, 0,
            NumberDatabase.Version);
        DataFolder.CheckRoom(path);
        Lengths.Check(path);
        string[] names = create ? ["default"] : Database.ListFamilies(path);
        return Open(path, names, inPlaceBytes, readOnly: false);
    }

    private static NumberStore Open(string path, string[] names, long inPlaceBytes, bool readOnly)
    {
        names = ["default", .. names.Where(name => name != "default")];
        var db = Database.Open(path, NumberDatabase.Options,
            [.. names.Select(name => name == "default" ? NumberDatabase.Meta : NumberDatabase.Generation(name))],
                readOnly);
        try
        {
            var store = new NumberStore(path, db, Load(db, names, dropLeftovers: !readOnly), inPlaceBytes);
            if (!readOnly)
            {
                Lengths.Write(path);
                Packages.RemoveAbandoned(path);
            }
            return store;
        }
        catch
        {
            db.Dispose();
            throw;
        }
    }

    /// <summary>Whether a data set is there for such numbers, so that one that is not found is known not to be ported.
    /// </summary>
    public bool Covers(ulong number) => Volatile.Read(ref _catalog).Covers(number);

    /// <summary>Who has an international number, given without "+"; false when it is not ported.</summary>
    /// <exception cref="StoreException">The data is damaged.</exception>
    public bool TryFind(ulong number, out PortedNumber found)
    {
        if (!Volatile.Read(ref _catalog).MayHave(number))
        {
            found = default;
            return false;
        }
        while (true)
        {
            var catalog = Volatile.Read(ref _catalog);
            var stripe = catalog.Enter();
            try
            {
                // Whoever replaces the catalog does so before asking for its readers: either we are seen, or we see it.
                if (catalog == Volatile.Read(ref _catalog))
                {
                    return catalog.TryFind(_db, number, out found);
                }
            }
            finally
            {
                catalog.Leave(stripe);
            }
        }
    }

    /// <summary>Applies a prepared package whole, or not at all. One thread at a time.</summary>
    /// <exception cref="StoreException">It could not be applied; what was there before still is.</exception>
    public void Apply(string package)
    {
        var manifest = PackageManifest.Read(package);
        var catalog = _catalog;
        var old = catalog.Datasets.FirstOrDefault(d => d.Record.Name == manifest.Dataset);
        if (old?.Record.Package == Path.GetFileName(package))
        {
            Directory.Delete(package, recursive: true);
            return;
        }
        var updated = _applier.Apply(package, manifest, old);
        Volatile.Write(ref _catalog, new NumberCatalog([.. catalog.Datasets.Where(d => d != old), updated]));
        // Written before the counters are read: pairs with the look-up's second look.
        Interlocked.MemoryBarrier();
        while (catalog.HasReaders())
        {
            Thread.Yield();
        }
        if (old != null && old.Family != updated.Family)
        {
            _db.Drop(old.Family);
        }
        Directory.Delete(package, recursive: true);
        Lengths.Write(StorePath);
    }

    /// <summary>
    /// Applies what other processes have prepared, in order; for a tick of about a second, on one thread. Returns what
    /// could not be applied, which is set aside with the reason.
    /// </summary>
    public IReadOnlyList<(string Package, StoreException Error)> ApplyWaiting()
    {
        List<(string, StoreException)>? failed = null;
        foreach (var package in Packages.Waiting(StorePath))
        {
            try
            {
                Apply(package);
            }
            catch (StoreException error)
            {
                Packages.Fail(package, error);
                (failed ??= []).Add((package, error));
            }
        }
        return failed ?? (IReadOnlyList<(string, StoreException)>)[];
    }

    /// <summary>
    /// Makes filters in memory for data sets that have none, so that numbers that are not ported are known without a
    /// read. Reads all pages of them; on the thread of <see cref="Apply"/>.
    /// </summary>
    /// <param name="mostBytes">Of one filter.</param>
    /// <exception cref="StoreException">A page is damaged.</exception>
    public void MakeFilters(long mostBytes)
    {
        foreach (var dataset in _catalog.Datasets)
        {
            if (dataset.Filter is not null || dataset.Record.BlockLengths != 0) continue;
            var filter = new NumberFilter(dataset.Record.Numbers, mostBytes);
            var page = new List<NumberChange>();
            using var iterator = new Iterator(_db, dataset.Family, 2 << 20);
            for (var more = iterator.SeekToFirst(); more; more = iterator.Next())
            {
                if (!NumberPage.IsWhole(iterator.Value))
                {
                    throw new StoreException(StoreFault.Corrupt,
                        $"A page of {dataset.Record.Name} in {StorePath} is damaged. Import its snapshot again.");
                }

                page.Clear();
                NumberPage.Decode(NumberKey.ReadPage(iterator.Key), iterator.Value, page);
                foreach (var entry in page) filter.Add(NumberKey.Number(entry.Key));
            }

            dataset.Filter = filter;
        }
    }

    /// <summary>Bytes of memory that the filters take.</summary>
    public long FilterBytes => Volatile.Read(ref _catalog).Datasets.Sum(d => d.Filter?.Bytes ?? 0);

    /// <summary>
    /// What became of a package handed to another process: null while it waits, empty when applied, else why it failed.
    /// </summary>
    public static string? Outcome(string package) => Packages.Outcome(package);

    /// <summary>Bytes of the live table files.</summary>
    public long DiskBytes => Volatile.Read(ref _catalog).Datasets.Sum(d =>
        _db.Property(d.Family, "rocksdb.live-sst-files-size\0"u8));

    /// <summary>Reads everything there is and checks it. Returns how many numbers and blocks were seen.</summary>
    /// <exception cref="StoreException">Something is damaged; the message names it.</exception>
    public long Verify()
    {
        long entries = 0;
        foreach (var dataset in _catalog.Datasets)
        {
            long seen = 0;
            using var iterator = new Iterator(_db, dataset.Family, 2 << 20);
            for (var more = iterator.SeekToFirst(); more; more = iterator.Next())
            {
                if (iterator.Key.Length != NumberKey.PageKeySize || !NumberPage.IsWhole(iterator.Value))
                {
                    throw new StoreException(StoreFault.Corrupt,
                        $"A page of {dataset.Record.Name} in {StorePath} is damaged. Import its snapshot again.");
                }
                seen += NumberPage.CountLive(iterator.Value);
            }
            if (seen != dataset.Record.Numbers + dataset.Record.Blocks)
            {
                throw new StoreException(StoreFault.Corrupt, $"{dataset.Record.Name} in {StorePath} should have "
                    + $"{dataset.Record.Numbers + dataset.Record.Blocks} entries, but has {seen}. "
                    + "Import its snapshot again.");
            }
            entries += seen;
        }
        return entries;
    }

    /// <summary>Closes the database. No thread may be looking up.</summary>
    public void Dispose() => _db.Dispose();

    /// <summary>Reads the data sets; generations that an interrupted import left behind are dropped.</summary>
    private static Dataset[] Load(Database db, string[] names, bool dropLeftovers)
    {
        var datasets = new List<Dataset>();
        using (var iterator = new Iterator(db, 0))
        {
            var prefix = Encoding.UTF8.GetBytes(DatasetRecord.KeyPrefix);
            for (var more = iterator.Seek(prefix); more && iterator.Key.StartsWith(prefix); more = iterator.Next())
            {
                var record = JsonSerializer.Deserialize(iterator.Value, NumberJson.Default.DatasetRecord)!;
                var family = Array.IndexOf(names, PackageApplier.FamilyName(record));
                datasets.Add(family > 0 ? new Dataset(record, db.Family(family)) : throw new StoreException(
                    StoreFault.Corrupt, $"{db.Path} lacks the data of {record.Name}. Restore it, or import it again."));
            }
        }
        var leftovers = Enumerable.Range(1, names.Length - 1).Select(db.Family)
            .Except(datasets.Select(d => d.Family)).ToArray();
        if (dropLeftovers)
        {
            Array.ForEach(leftovers, db.Drop);
        }
        return [.. datasets];
    }
}
