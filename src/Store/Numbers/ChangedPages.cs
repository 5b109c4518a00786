using System.Runtime.InteropServices;
using Store.Native;

namespace Store.Numbers;

/// <summary>
/// Merges a package's sorted changes with the pages they touch, page by page. An event older than what is stored,
/// a removal included, changes nothing.
/// </summary>
internal sealed class ChangedPages : IDisposable
{
    private readonly Database _db;
    private readonly Dataset? _old;
    private readonly ushort[] _operators;
    private readonly bool _byDate;
    private readonly ChangeRun _changes;
    private readonly List<NumberChange> _present = [];
    private readonly List<NumberChange> _merged = [];
    private bool _more;
    private long _numbers;
    private long _blocks;

    internal ChangedPages(Database db, Dataset? old, string package, PackageManifest manifest, ushort[] operators)
    {
        _db = db;
        _old = old;
        _operators = operators;
        _byDate = manifest.Mode == ImportMode.EventLog;
        var file = Path.Combine(package, PackageManifest.ChangesFile);
        if (new FileInfo(file).Length != manifest.Changes * NumberChange.Size)
        {
            throw new StoreException(StoreFault.Corrupt, $"{file} is not whole. Import the file again.");
        }
        _changes = new ChangeRun(file);
        _more = _changes.MoveNext();
    }

    internal ulong Page { get; private set; }

    /// <summary>What the page is to hold; empty when nothing is left of it.</summary>
    internal ReadOnlySpan<NumberChange> Entries => CollectionsMarshal.AsSpan(_merged);

    /// <summary>Moves to the next page that has changes.</summary>
    internal bool MoveNext()
    {
        if (!_more)
        {
            return false;
        }
        Page = NumberKey.Page(_changes.Current.Key);
        LoadPresent();
        _merged.Clear();
        var at = 0;
        while (_more && NumberKey.Page(_changes.Current.Key) == Page)
        {
            var change = _changes.Current;
            for (; at < _present.Count && _present[at].Key < change.Key; at++)
            {
                _merged.Add(_present[at]);
            }
            var stored = at < _present.Count && _present[at].Key == change.Key;
            Merge(change, stored ? _present[at] : null);
            at += stored ? 1 : 0;
            _more = _changes.MoveNext();
        }
        _merged.AddRange(CollectionsMarshal.AsSpan(_present)[at..]);
        var grown = Live(_merged) - Live(_present);
        _ = NumberKey.BlockDigits(Page) == 0 ? _numbers += grown : _blocks += grown;
        return true;
    }

    /// <summary>The data set's record with what all pages so far have added and removed.</summary>
    internal DatasetRecord Count(DatasetRecord record) => record with
    {
        Numbers = (_old?.Record.Numbers ?? 0) + _numbers,
        Blocks = (_old?.Record.Blocks ?? 0) + _blocks,
    };

    public void Dispose() => _changes.Dispose();

    private void Merge(NumberChange change, NumberChange? stored)
    {
        if (_byDate && stored is { } present && present.Date > change.Date)
        {
            _merged.Add(present);
        }
        else if (change.Removed == 0)
        {
            _merged.Add(change with { Operator = _operators[change.Operator] });
        }
        else if (_byDate && change.Date != 0)
        {
            _merged.Add(change with { Operator = NumberChange.RemovedOperator });
        }
    }

    private static int Live(List<NumberChange> entries)
    {
        var count = 0;
        foreach (ref readonly var entry in CollectionsMarshal.AsSpan(entries))
        {
            count += entry.Operator != NumberChange.RemovedOperator ? 1 : 0;
        }
        return count;
    }

    private void LoadPresent()
    {
        _present.Clear();
        if (_old == null)
        {
            return;
        }
        Span<byte> key = stackalloc byte[NumberKey.PageKeySize];
        NumberKey.WritePage(key, Page);
        using var value = Pinned.Get(_db, _old.Family, key);
        if (value.Found)
        {
            NumberPage.Decode(Page, value.Bytes, _present);
        }
    }
}
