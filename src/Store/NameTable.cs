using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Text;

namespace Store;

/// <summary>
/// Gives each name of a kind ("account", "carrier") a number on first use and keeps it for ever, so that records name
/// accounts and carriers in two bytes and outlive a reordered configuration. Numbers start at 1; 0 is no one.
/// The journal's thread adds, with the next commit making it durable together with the records that use it; any thread
/// asks for what is known.
/// </summary>
public sealed class NameTable
{
    private readonly Journal _journal;
    private readonly byte[] _prefix;
    private readonly ConcurrentDictionary<string, ushort> _ids = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, ushort>.AlternateLookup<ReadOnlySpan<char>> _bySpan;
    private string?[] _names = new string?[64];
    private int _last;

    /// <summary>Loads the names of a kind.</summary>
    /// <exception cref="StoreException">A stored entry is damaged.</exception>
    public NameTable(Journal journal, string kind)
    {
        _journal = journal;
        Kind = kind;
        _prefix = Encoding.UTF8.GetBytes("name/" + kind + "/");
        _bySpan = _ids.GetAlternateLookup<ReadOnlySpan<char>>();
        using var scanner = journal.ScanMeta(_prefix);
        while (scanner.MoveNext())
        {
            var key = scanner.Key[_prefix.Length..];
            if (key.Length != sizeof(ushort))
            {
                throw new StoreException(StoreFault.Corrupt,
                    $"The table of {kind} names in {journal.Options.Path} has a "
                    + "key of the wrong length. Restore the folder from a backup or another node.");
            }
            Set(BinaryPrimitives.ReadUInt16BigEndian(key), Encoding.UTF8.GetString(scanner.Value));
        }
    }

    public string Kind { get; }

    /// <summary>The highest number given out.</summary>
    public int Last => _last;

    /// <summary>The number of a name, given on first use. Journal's thread only, but for a name that is known.
    /// </summary>
    /// <exception cref="StoreException">65,535 names are in use.</exception>
    public ushort GetOrAdd(string name)
    {
        if (_ids.TryGetValue(name, out var id))
        {
            return id;
        }
        if (_last == ushort.MaxValue)
        {
            throw new StoreException(StoreFault.Failed, $"There are no more than {ushort.MaxValue} {Kind} names.");
        }
        id = (ushort)(_last + 1);
        Span<byte> key = stackalloc byte[_prefix.Length + sizeof(ushort)];
        _prefix.CopyTo(key);
        BinaryPrimitives.WriteUInt16BigEndian(key[_prefix.Length..], id);
        _journal.PutMeta(key, Encoding.UTF8.GetBytes(name));
        Set(id, name);
        return id;
    }

    /// <summary>The number of a name that has one; any thread.</summary>
    public bool TryGet(ReadOnlySpan<char> name, out ushort id) => _bySpan.TryGetValue(name, out id);

    /// <summary>The name of a number, from any thread; null when none has it.</summary>
    public string? Name(ushort id)
    {
        // The array is replaced when it grows and published after the name is in it: a reader sees either.
        var names = Volatile.Read(ref _names);
        return id < names.Length ? Volatile.Read(ref names[id]) : null;
    }

    private void Set(ushort id, string name)
    {
        if (id >= _names.Length)
        {
            var larger = new string?[Math.Min(Math.Max(_names.Length * 2, id + 1), ushort.MaxValue + 1)];
            _names.CopyTo(larger, 0);
            Volatile.Write(ref _names, larger);
        }
        Volatile.Write(ref _names[id], name);
        _ids[name] = id;
        _last = Math.Max(_last, id);
    }
}
