using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Store.Numbers;

/// <summary>
/// Sorts any number of changes by key, those of one key in the order they came, in bounded memory: chunks are sorted on
/// a second thread and spilled to files, which are merged on reading.
/// </summary>
internal sealed class ChangeSorter : IDisposable
{
    /// <summary>Changes in a chunk: 64 MiB; three are in use (filling, sorting, scratch).</summary>
    internal const int ChunkChanges = 4 << 20;

    private readonly string _folder;
    private readonly int _chunk;
    private readonly List<string> _runs = [];
    private NumberChange[] _filling;
    private NumberChange[]? _sorting;
    private NumberChange[]? _scratch;
    private Task _spill = Task.CompletedTask;
    private int _count;

    /// <param name="folder">Where runs are spilled to; it must exist.</param>
    /// <param name="chunk">Changes in a chunk.</param>
    internal ChangeSorter(string folder, int chunk = ChunkChanges)
    {
        _folder = folder;
        _chunk = chunk;
        _filling = new NumberChange[Math.Min(1 << 16, chunk)];
    }

    internal long Count { get; private set; }

    internal void Add(in NumberChange change)
    {
        if (_count == _filling.Length)
        {
            MakeRoom();
        }
        _filling[_count++] = change;
        Count++;
    }

    /// <summary>The changes in order; the sorter takes no more.</summary>
    internal SortedChanges Complete()
    {
        if (_runs.Count == 0 && _spill.IsCompletedSuccessfully && _sorting == null)
        {
            _scratch = new NumberChange[_count];
            RadixSort.Sort(ref _filling, ref _scratch, _count);
            return new SortedChanges([new ChangeRun(_filling, _count)]);
        }
        StartSpill();
        _spill.GetAwaiter().GetResult();
        _sorting = _scratch = null;
        _filling = [];
        return new SortedChanges([.. _runs.Select(path => new ChangeRun(path))]);
    }

    public void Dispose()
    {
        try
        {
            _spill.Wait();
        }
        catch (AggregateException)
        {
            // It was told when it happened; here only the files are removed.
        }
        _runs.ForEach(File.Delete);
    }

    private void MakeRoom()
    {
        if (_filling.Length < _chunk)
        {
            Array.Resize(ref _filling, Math.Min(_filling.Length * 4, _chunk));
            return;
        }
        StartSpill();
    }

    private void StartSpill()
    {
        _spill.GetAwaiter().GetResult();
        var spare = _sorting ?? new NumberChange[_chunk];
        _sorting = _filling;
        _filling = spare;
        var count = _count;
        _count = 0;
        var path = Path.Combine(_folder, $"run-{_runs.Count}");
        _runs.Add(path);
        _spill = Task.Run(() => Spill(path, count));
    }

    private void Spill(string path, int count)
    {
        _scratch ??= new NumberChange[_chunk];
        RadixSort.Sort(ref _sorting!, ref _scratch, count);
        using var file = File.OpenHandle(path, FileMode.Create, FileAccess.Write);
        const int Piece = 1 << 18;
        for (var at = 0; at < count; at += Piece)
        {
            RandomAccess.Write(file, MemoryMarshal.AsBytes(_sorting.AsSpan(at, Math.Min(Piece, count - at))),
                (long)at * NumberChange.Size);
        }
    }
}

/// <summary>Least significant digit first, 11 bits a pass, only the bits in which keys differ; stable.</summary>
internal static class RadixSort
{
    private const int DigitBits = 11;

    internal static void Sort(ref NumberChange[] changes, ref NumberChange[] scratch, int count)
    {
        ulong any = 0, all = ulong.MaxValue;
        var sorted = true;
        for (var i = 0; i < count; i++)
        {
            var key = changes[i].Key;
            any |= key;
            all &= key;
            sorted &= i == 0 || changes[i - 1].Key <= key;
        }
        if (sorted)
        {
            return;
        }
        var differ = any & ~all;
        for (var shift = 0; shift < 64 && differ >> shift != 0; shift += DigitBits)
        {
            if ((differ >> shift & ((1 << DigitBits) - 1)) != 0)
            {
                Pass(changes.AsSpan(0, count), scratch, shift);
                (changes, scratch) = (scratch, changes);
            }
        }
    }

    private static void Pass(ReadOnlySpan<NumberChange> from, Span<NumberChange> to, int shift)
    {
        const int Buckets = 1 << DigitBits;
        Span<int> next = stackalloc int[Buckets];
        next.Clear();
        foreach (ref readonly var change in from)
        {
            next[(int)(change.Key >> shift) & (Buckets - 1)]++;
        }
        var sum = 0;
        foreach (ref var bucket in next)
        {
            (bucket, sum) = (sum, sum + bucket);
        }
        foreach (ref readonly var change in from)
        {
            to[next[(int)(change.Key >> shift) & (Buckets - 1)]++] = change;
        }
    }
}

/// <summary>One sorted run, in memory or read from a file piece by piece.</summary>
internal sealed class ChangeRun : IDisposable
{
    private const int Piece = 1 << 14;
    private readonly SafeFileHandle? _file;
    private readonly NumberChange[] _changes;
    private int _count;
    private int _at = -1;
    private long _offset;

    internal ChangeRun(NumberChange[] changes, int count)
    {
        _changes = changes;
        _count = count;
    }

    internal ChangeRun(string path)
    {
        _file = File.OpenHandle(path);
        _changes = new NumberChange[Piece];
    }

    internal ref readonly NumberChange Current => ref _changes[_at];

    internal bool MoveNext() => ++_at < _count || (_file != null && Load(_file));

    public void Dispose() => _file?.Dispose();

    private bool Load(SafeFileHandle file)
    {
        var read = RandomAccess.Read(file, MemoryMarshal.AsBytes(_changes.AsSpan()), _offset);
        _offset += read;
        _count = read / NumberChange.Size;
        _at = 0;
        return _count > 0;
    }
}

/// <summary>Merges sorted runs; equal keys come in the order of the runs.</summary>
internal sealed class SortedChanges : IDisposable
{
    private readonly ChangeRun[] _runs;
    private readonly (ulong Key, int Run)[] _heap;
    private int _size;
    private bool _started;

    internal SortedChanges(ChangeRun[] runs)
    {
        _runs = runs;
        _heap = new (ulong, int)[runs.Length];
    }

    internal ref readonly NumberChange Current => ref _runs[_heap[0].Run].Current;

    internal bool MoveNext()
    {
        if (!_started)
        {
            _started = true;
            for (var i = 0; i < _runs.Length; i++)
            {
                if (_runs[i].MoveNext())
                {
                    _heap[_size++] = (_runs[i].Current.Key, i);
                }
            }
            for (var i = _size / 2; i >= 0; i--)
            {
                Sink(i);
            }
            return _size > 0;
        }
        var run = _heap[0].Run;
        _heap[0] = _runs[run].MoveNext() ? (_runs[run].Current.Key, run) : _heap[--_size];
        Sink(0);
        return _size > 0;
    }

    public void Dispose() => Array.ForEach(_runs, run => run.Dispose());

    private void Sink(int at)
    {
        var item = _heap.Length > 0 ? _heap[at] : default;
        while (true)
        {
            var child = (2 * at) + 1;
            if (child >= _size)
            {
                break;
            }
            if (child + 1 < _size && Less(_heap[child + 1], _heap[child]))
            {
                child++;
            }
            if (!Less(_heap[child], item))
            {
                break;
            }
            _heap[at] = _heap[child];
            at = child;
        }
        if (at < _size)
        {
            _heap[at] = item;
        }
    }

    private static bool Less((ulong Key, int Run) a, (ulong Key, int Run) b) =>
        a.Key < b.Key || (a.Key == b.Key && a.Run < b.Run);
}
