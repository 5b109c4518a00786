using Store.Native;

namespace Store;

/// <summary>Goes through the committed facts under one prefix in key order. Keys and values are good until the next
/// move.</summary>
public sealed class MetaScanner : IDisposable
{
    private readonly Iterator _iterator;
    private readonly byte[] _prefix;
    private readonly byte[] _first;
    private bool _started;

    /// <param name="db">The journal's.</param>
    /// <param name="prefix">Of all keys it goes through.</param>
    /// <param name="from">What follows the prefix in the first key it may come to; empty for all.</param>
    internal MetaScanner(Database db, ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> from)
    {
        _iterator = new Iterator(db, JournalDatabase.Meta);
        _prefix = prefix.ToArray();
        _first = [.. prefix, .. from];
    }

    /// <summary>The whole key, the prefix included.</summary>
    public ReadOnlySpan<byte> Key => _iterator.Key;

    public ReadOnlySpan<byte> Value => _iterator.Value;

    public bool MoveNext()
    {
        var found = _started ? _iterator.Next() : _iterator.Seek(_first);
        _started = true;
        return found && _iterator.Key.StartsWith(_prefix);
    }

    public void Dispose() => _iterator.Dispose();
}
