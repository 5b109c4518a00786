using System.Diagnostics;
using System.Runtime.CompilerServices;
using Store.Native;

namespace Store;

/// <summary>
/// The append-only log and the small facts beside it. One thread appends and commits; any thread reads what is
/// committed.
/// <para>
/// Records are collected into frames of about 32 KiB. A frame is one put under a growing number, a commit is one
/// RocksDB write and one sync for all that came since the last one; the sync may be another thread's, while the next
/// batch is filled. A record's position is known as soon as it is
/// reserved.
/// </para>
/// </summary>
public sealed unsafe partial class Journal : IDisposable
{
    private readonly Database _db;
    private readonly nint _cache;
    private readonly FrameBatch _frames;
    private readonly Watermark _watermark;
    private readonly JournalCounters _counters = new();
    private readonly Lazy<IndexThread> _indexes = new(() => new IndexThread());
    private nint _batch;
    private ulong _committedEnd;
    private long _writes;
    private long _durable;
    private ulong _droppedBefore;
    private StoreException? _failure;
    private bool _committed;
    private (string, long)? _lengths;

    private Journal(JournalOptions options, Database db, nint cache, Watermark watermark, ulong nextFrame)
    {
        Options = options;
        _db = db;
        _cache = cache;
        _watermark = watermark;
        _frames = new FrameBatch(nextFrame);
        _batch = RocksDb.BatchCreate();
        _committedEnd = Position.Of(nextFrame, 0);
        _droppedBefore = Position.Of(FrameFloor.DroppedBefore(db), 0);
    }

    public JournalOptions Options { get; }

    /// <summary>Largest record, in bytes.</summary>
    public const int MaxRecord = Framing.MaxRecord;

    /// <summary>
    /// Why the journal has failed for good, null while it works: a write to the database has failed. Whatever would
    /// write again throws this; the process has to end, and a new one recovers all that was committed. Any thread.
    /// </summary>
    public StoreException? Failure => Volatile.Read(ref _failure);

    /// <summary>The position that the next small record will get; everything appended before is below it.</summary>
    public ulong NextPosition => _committed ? Position.Of(_frames.NextNumber, 0) : _frames.NextPosition;

    internal Database Database => _db;

    /// <summary>Everything below is committed. Any thread.</summary>
    internal ulong CommittedEnd => Volatile.Read(ref _committedEnd);

    /// <summary>The retention's cut: what is before it may be gone, and no index tells of it. Any thread.</summary>
    internal ulong DroppedBefore => Volatile.Read(ref _droppedBefore);

    /// <summary>The thread that writes the indexes beside the log.</summary>
    internal IndexThread Indexes => _indexes.Value;

    /// <summary>Opens the journal in a folder, or makes a new one.</summary>
    /// <exception cref="StoreException">Locked, newer format, another node's, damaged, missing file, no permission,
    /// disk full; the message says what to do.</exception>
    public static Journal Open(JournalOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)options.Node, (uint)MessageId.MaxNode, "options.Node");
        var create = DataFolder.Prepare(options.Path, JournalDatabase.Kind, JournalDatabase.Version, options.Node,
            JournalDatabase.OldestRead);
        DataFolder.CheckRoom(options.Path);
        var cache = RocksDb.CacheCreate((nuint)options.BlockCache);
        Database? db = null;
        Watermark? watermark = null;
        try
        {
            watermark = new Watermark(options.Path);
            if (!create)
            {
                OpenTrial.Run(options, cache, watermark);
            }
            db = OpenDatabase(options, cache, create, watermark);
            BackgroundThreads.GiveWay();
            Lengths.Write(options.Path);
            var last = Math.Max(LastFrame(db), FrameFloor.Read(db));
            if (last < watermark.Frame)
            {
                throw OpenTrial.NotWhole(options.Path, last, watermark.Frame);
            }
            DataFolder.Upgrade(options.Path, JournalDatabase.Kind, JournalDatabase.Version, options.Node);
            return new Journal(options, db, cache, watermark, last + 1);
        }
        catch
        {
            watermark?.Dispose();
            db?.Dispose();
            RocksDb.CacheDestroy(cache);
            throw;
        }
    }

    /// <summary>
    /// Space for a record of exactly <paramref name="size"/> bytes in the current batch; the caller fills all of it.
    /// It stays good until <see cref="Write()"/> returns. Bytes: 0 to <see cref="MaxRecord"/>.
    /// </summary>
    public Span<byte> Reserve(int size, out ulong position)
    {
        if ((uint)size > Framing.MaxRecord)
        {
            ThrowRecordSize(size);
        }
        if (_committed || _failure != null)
        {
            StartBatch();
        }
        return _frames.Reserve(size, out position);
    }

    /// <summary>Appends a copy of a record and returns its position.</summary>
    /// <exception cref="StoreException">The journal has failed before.</exception>
    public ulong Append(ReadOnlySpan<byte> record)
    {
        record.CopyTo(Reserve(record.Length, out var position));
        return position;
    }

    /// <summary>Sets a fact, together with the records of the same commit. Readers see it after the commit.</summary>
    public void PutMeta(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        if (_committed || _failure != null)
        {
            StartBatch();
        }
        fixed (byte* k = key)
        fixed (byte* v = value)
        {
            RocksDb.BatchPut(_batch, _db.Family(JournalDatabase.Meta), k, (nuint)key.Length, v, (nuint)value.Length);
        }
    }

    /// <summary>Removes a fact, together with the records of the same commit.</summary>
    public void RemoveMeta(ReadOnlySpan<byte> key)
    {
        if (_committed || _failure != null)
        {
            StartBatch();
        }
        fixed (byte* k = key)
        {
            RocksDb.BatchDelete(_batch, _db.Family(JournalDatabase.Meta), k, (nuint)key.Length);
        }
    }

    /// <summary>
    /// Makes durable all that came since the last commit: one write, one sync. Without anything new it does nothing.
    /// When it throws, nothing of the batch may be acknowledged, and the journal has failed for good (<see
    /// cref="Failure"/>).
    /// </summary>
    /// <exception cref="StoreException">The disk is full or failed, now or before.</exception>
    public void Commit() => Sync(Write());

    /// <summary>
    /// Writes all that came since the last write. It can be read from now on, and outlives the process, but not the
    /// machine: nothing of it may be acknowledged before <see cref="Sync"/> with the mark has returned.
    /// </summary>
    /// <exception cref="StoreException">The disk is full or failed, now or before.</exception>
    public JournalMark Write()
    {
        ThrowIfFailed();
        if (_committed || (_frames.IsEmpty && RocksDb.BatchCount(_batch) == 0))
        {
            return default;
        }
        _frames.PutTo(_batch, _db.Family(JournalDatabase.Log));
        nuint bytes;
        RocksDb.BatchData(_batch, &bytes);
        var start = Stopwatch.GetTimestamp();
        // Before it can be read, so that whoever has read it knows what to wait for.
        var number = Interlocked.Increment(ref _writes);
        try
        {
            Write(_batch, _db.WriteUnsynced);
        }
        catch
        {
            _counters.CommitFailed();
            throw;
        }
        _committed = true;
        return new JournalMark(number, Position.Of(_frames.NextNumber, 0), RocksDb.LatestSequence(_db.Handle),
            _frames.Count, (long)bytes, start);
    }

    /// <summary>
    /// Makes durable all that was written up to a mark, while the journal's thread goes on writing. Any thread, one at
    /// a time, marks in their order.
    /// </summary>
    /// <exception cref="StoreException">The disk is full or failed, now or before; as for <see cref="Commit"/>.
    /// </exception>
    public void Sync(in JournalMark mark)
    {
        ThrowIfFailed();
        if (mark.Number == 0)
        {
            return;
        }
        byte* error = null;
        RocksDb.FlushWal(_db.Handle, 1, &error);
        if (error != null)
        {
            _counters.CommitFailed();
            Fail(Fault.Take(error, Options.Path));
            ThrowIfFailed();
        }
        _counters.Committed(Stopwatch.GetTimestamp() - mark.Started, mark.Bytes, mark.Frames);
        Volatile.Write(ref _committedEnd, mark.End);
        Volatile.Write(ref _durable, mark.Number);
        if (mark.Frames > 0)
        {
            _watermark.Write(Position.Frame(mark.End) - 1, mark.Sequence);
        }
    }

    /// <summary>
    /// All writes to the database go through here, whichever thread they are of. After one has failed there is no
    /// other: RocksDB 7.8, as Debian builds it, may end the process on the next use of that log file.
    /// </summary>
    internal void Write(nint batch, nint options)
    {
        ThrowIfFailed();
        byte* error = null;
        RocksDb.Write(_db.Handle, options, batch, &error);
        if (error != null)
        {
            Fail(Fault.Take(error, Options.Path));
            ThrowIfFailed();
        }
    }

    /// <summary>The first failure is the one that everyone is told.</summary>
    internal void Fail(StoreException failure) => Interlocked.CompareExchange(ref _failure, failure, null);

    internal void ThrowIfFailed()
    {
        if (Failure is { } failure)
        {
            throw failure;
        }
    }

    /// <summary>
    /// The bytes of the last commit as RocksDB wrote them (its write batch), for shipping to a peer. Good until the
    /// next call that appends or sets. Empty before the first commit of this process.
    /// </summary>
    public ReadOnlySpan<byte> LastCommit
    {
        get
        {
            nuint length;
            var data = RocksDb.BatchData(_batch, &length);
            return _committed ? new ReadOnlySpan<byte>(data, (int)length) : default;
        }
    }

    /// <summary>
    /// Retention: lets go of whole files of the log and of the finished index that hold only what is before a position,
    /// and of the other indexes' entries about it. A file that also has later records, is in level 0 or is being
    /// compacted stays until its turn: call again, hourly or so. One thread, not the journal's; reads through the
    /// indexes. Positions are never used again.
    /// </summary>
    /// <exception cref="StoreException">The disk failed.</exception>
    public void DropBefore(ulong position)
    {
        var cut = Position.Of(Position.Frame(position), 0);
        if (cut > DroppedBefore)
        {
            Volatile.Write(ref _droppedBefore, cut);
        }
        Retention.DropBefore(this, position);
    }

    /// <summary>
    /// Notes beside the database how far its files have been written, so that a start sees when one was cut since. For
    /// one thread, about once a second.
    /// </summary>
    public void NoteFiles() => _lengths = Lengths.Write(Options.Path, _lengths);

    /// <summary>Counters and RocksDB's own figures, from any thread.</summary>
    public JournalStatistics Statistics() => _counters.Read(_db);

    /// <summary>
    /// Closes the database. What was not committed is dropped. No other thread may be using the journal. After a
    /// failure the database is left as it is, its lock included, until the process ends: closing it would touch the log
    /// file that could not be written.
    /// </summary>
    public void Dispose()
    {
        if (_batch == 0)
        {
            return;
        }
        if (_indexes.IsValueCreated)
        {
            Indexes.Dispose();
        }
        RocksDb.BatchDestroy(_batch);
        _batch = 0;
        _watermark.Dispose();
        _frames.Dispose();
        if (Failure != null)
        {
            return;
        }
        _db.Dispose();
        RocksDb.CacheDestroy(_cache);
        Lengths.Write(Options.Path);
    }

    /// <summary>The batch is emptied when the next one begins, so that <see cref="LastCommit"/> can be read.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void StartBatch()
    {
        ThrowIfFailed();
        nuint bytes;
        RocksDb.BatchData(_batch, &bytes);
        if (bytes > KeptBatchBytes)
        {
            RocksDb.BatchDestroy(_batch);
            _batch = RocksDb.BatchCreate();
        }
        RocksDb.BatchClear(_batch);
        _frames.Clear();
        _committed = false;
    }

    /// <summary>RocksDB's batch keeps the memory of its largest content; beyond this it is made anew.</summary>
    private const nuint KeptBatchBytes = 8 << 20;

    private static Database OpenDatabase(JournalOptions options, nint cache, bool create, Watermark watermark)
    {
        try
        {
            return JournalDatabase.Open(options, cache, create);
        }
        catch (StoreException error) when (error.Fault == StoreFault.Corrupt)
        {
            if (!TornTail.TryCut(options.Path, watermark.Sequence))
            {
                throw;
            }
            return JournalDatabase.Open(options, cache, create);
        }
    }

    internal static ulong LastFrame(Database db)
    {
        using var iterator = new Iterator(db, JournalDatabase.Log);
        return iterator.SeekToLast() ? LogKey.Decode(iterator.KeyPointer) : 0;
    }

    private static void ThrowRecordSize(int size) =>
        throw new ArgumentOutOfRangeException(nameof(size), size, $"A record has 0 to {Framing.MaxRecord} bytes.");
}
