namespace Store;

/// <summary>Bytes of a file system: what an ordinary user can still write, and all of it.</summary>
public readonly record struct DiskSpace(long Free, long Total)
{
    /// <summary>Of the file system that a folder is on.</summary>
    /// <exception cref="StoreException">The folder is absent or may not be looked at.</exception>
    public static DiskSpace Read(string path)
    {
        try
        {
            var drive = new DriveInfo(Path.GetFullPath(path));
            return new DiskSpace(drive.AvailableFreeSpace, drive.TotalSize);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Native.Fault.Describe(error, path);
        }
    }
}

/// <summary>
/// Says whether there is room for more messages, so that ingress refuses in its own protocol before the disk is full
/// and everything accepted can still be finished. With a gap between the two limits, so that it does not flap. Ask
/// once a second.
/// </summary>
public sealed class DiskGuard
{
    private readonly string _path;
    private readonly long _refuseBelow;
    private readonly long _acceptAbove;
    private bool _accepting = true;

    /// <param name="path">The data folder.</param>
    /// <param name="refuseBelow">With fewer free bytes new messages are refused.</param>
    /// <param name="acceptAbove">With at least so many they are taken again; above <paramref
    /// name="refuseBelow"/>.</param>
    public DiskGuard(string path, long refuseBelow, long acceptAbove)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(acceptAbove, refuseBelow);
        _path = path;
        _refuseBelow = refuseBelow;
        _acceptAbove = acceptAbove;
    }

    /// <summary>
    /// The least that must stay free for what a journal may write without a new message: its memtables, a write-ahead
    /// log in full, and a compaction's output.
    /// </summary>
    public static long Reserve(JournalOptions options) =>
        (options.LogWriteBuffer * options.LogWriteBuffers)  // flushes under way
        + options.MaxWal                                    // events of messages already accepted
        + (256L << 20);                                     // one compaction of four 64 MiB files

    /// <summary>What the last check saw.</summary>
    public DiskSpace Space { get; private set; }

    /// <summary>Whether new messages may be taken, as of the last check. Any thread.</summary>
    public bool Accepting => Volatile.Read(ref _accepting);

    /// <summary>Looks at the disk; true when <see cref="Accepting"/> has changed.</summary>
    /// <exception cref="StoreException">The folder is gone or may not be looked at.</exception>
    public bool Check()
    {
        Space = DiskSpace.Read(_path);
        var accepting = Space.Free >= (_accepting ? _refuseBelow : _acceptAbove);
        var changed = accepting != _accepting;
        Volatile.Write(ref _accepting, accepting);
        return changed;
    }
}
