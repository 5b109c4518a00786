using Store.Native;

namespace Store;

// What any thread may read.
public sealed unsafe partial class Journal
{
    private static readonly TimeSpan DurableWithin = TimeSpan.FromSeconds(30);

    /// <summary>
    /// A committed fact, from any thread. False when it is absent; <paramref name="length"/> is the value's whole
    /// length, of which as much as fits is copied.
    /// </summary>
    public bool TryGetMeta(ReadOnlySpan<byte> key, Span<byte> destination, out int length)
    {
        using var value = Pinned.Get(_db, JournalDatabase.Meta, key);
        length = value.Bytes.Length;
        value.Bytes[..Math.Min(length, destination.Length)].CopyTo(destination);
        return value.Found;
    }

    /// <summary>A committed fact, from any thread; null when it is absent.</summary>
    public byte[]? GetMeta(ReadOnlySpan<byte> key)
    {
        using var value = Pinned.Get(_db, JournalDatabase.Meta, key);
        return value.Found ? value.Bytes.ToArray() : null;
    }

    /// <summary>The committed facts whose keys start with <paramref name="prefix"/>, in key order.</summary>
    /// <param name="from">What follows the prefix in the first key wanted; empty for all.</param>
    public MetaScanner ScanMeta(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> from = default)
    {
        var scanner = new MetaScanner(_db, prefix, from);
        AwaitDurable(scanner);
        return scanner;
    }

    /// <summary>
    /// Copies a committed record, from any thread. Returns its length (as much as fits is copied), or -1 when no
    /// committed record has this position.
    /// </summary>
    public int Read(ulong position, Span<byte> destination)
    {
        var key = LogKey.Encode(Position.Frame(position));
        using var frame = Pinned.Get(_db, JournalDatabase.Log, new ReadOnlySpan<byte>(&key, (int)LogKey.Size));
        if (!Framing.TryFind(frame.Bytes, 0, Position.Offset(position), out var record))
        {
            return -1;
        }
        record[..Math.Min(record.Length, destination.Length)].CopyTo(destination);
        return record.Length;
    }

    /// <summary>A reader for one thread that keeps the last frame, for reads that mostly go forward.</summary>
    public JournalReader CreateReader() => new(_db);

    /// <summary>The committed records from a position on, in order, as they are at this moment.</summary>
    public JournalScanner Scan(ulong fromPosition = Position.None)
    {
        var scanner = new JournalScanner(_db, fromPosition);
        AwaitDurable(scanner);
        return scanner;
    }

    /// <summary>The same without a wait for the disk: of nothing that is read so anybody may be told.</summary>
    public JournalScanner ScanUntold(ulong fromPosition) => new(_db, fromPosition);

    /// <summary>Whether a record that can be read is durable. Any thread.</summary>
    public bool IsDurable(ulong position) => position < CommittedEnd;

    private void AwaitDurable(IDisposable scanner)
    {
        try
        {
            AwaitDurable();
        }
        catch
        {
            scanner.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Waits until what could be read at the time of the call is durable, so that it can be told. Not for the journal's
    /// thread.
    /// </summary>
    /// <exception cref="StoreException">The journal has failed, or the disk takes too long.</exception>
    public void AwaitDurable()
    {
        var written = Interlocked.Read(ref _writes);
        if (Volatile.Read(ref _durable) >= written)
        {
            return;
        }
        var isDurable = SpinWait.SpinUntil(
            () => Volatile.Read(ref _durable) >= written || Failure != null, DurableWithin);
        ThrowIfFailed();
        if (!isDurable)
        {
            throw new StoreException(StoreFault.Failed,
                $"What was asked for has not reached the disk within {DurableWithin.TotalSeconds} seconds. Ask again.");
        }
    }
}
