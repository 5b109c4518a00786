namespace Appliance.Numbering.Lookups;

/// <summary>
/// Findings for a while, at most so many: two tables of half the size; when the young one is full the old one goes, so
/// that what was asked for lately stays. Any thread.
/// </summary>
internal sealed class FindingCache(int size, TimeSpan lifetime, TimeProvider time)
{
    private readonly Lock _lock = new();
    private Dictionary<string, Entry> _young = [];
    private Dictionary<string, Entry> _old = [];

    /// <summary>At most as many as the size says.</summary>
    internal int Count
    {
        get
        {
            lock (_lock) return _young.Count + _old.Count;
        }
    }

    internal bool TryGet(ReadOnlySpan<char> number, out HlrFinding? finding)
    {
        lock (_lock)
        {
            finding = null;
            var young = _young.GetAlternateLookup<ReadOnlySpan<char>>();
            if (!young.TryGetValue(number, out var entry))
            {
                if (!_old.GetAlternateLookup<ReadOnlySpan<char>>().Remove(number, out var known, out entry))
                    return false;
                Add(known, entry);
                young = _young.GetAlternateLookup<ReadOnlySpan<char>>();
            }

            if (time.GetElapsedTime(entry.Since) >= lifetime)
            {
                young.Remove(number);
                return false;
            }

            finding = entry.Finding;
            return true;
        }
    }

    internal void Put(string number, HlrFinding? finding)
    {
        if (lifetime == TimeSpan.Zero) return;
        lock (_lock)
        {
            _old.Remove(number);
            Add(number, new Entry(finding, time.GetTimestamp()));
        }
    }

    private void Add(string number, Entry entry)
    {
        if (_young.Count >= Math.Max(1, size / 2) && !_young.ContainsKey(number)) (_old, _young) = (_young, []);
        _young[number] = entry;
    }

    private readonly record struct Entry(HlrFinding? Finding, long Since);
}
