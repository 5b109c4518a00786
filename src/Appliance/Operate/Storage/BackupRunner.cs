using System.Diagnostics;
using Appliance.Numbering;
using Appliance.Routing.Versions;
using Store;
using Store.Numbers;

namespace Appliance.Operate.Storage;

/// <summary>One backup at a time, on a thread of its own, with how far it is.</summary>
public sealed class BackupRunner(
    Store.Journal journal, NumberStore? numbers, RangeFile ranges, VersionFolder tables, ILogger logger)
{
    private readonly Lock _lock = new();
    private Thread? _thread;
    private BackupStatus _status = new()
    {
        State = BackupState.None,
        Node = journal.Options.Node,
        Data = Path.GetFullPath(journal.Options.Path),
    };

    private long _startedTicks;
    private long _succeeded;
    private long _failed;

    /// <summary>Backups made and failed since the start.</summary>
    public long Succeeded => Volatile.Read(ref _succeeded);

    /// <inheritdoc cref="Succeeded"/>
    public long Failed => Volatile.Read(ref _failed);

    /// <summary>When the last good one was finished; 0 for none since the start. Seconds since 1970.</summary>
    public double LastSuccess { get; private set; }

    /// <summary>The one that runs, or else the last one.</summary>
    public BackupStatus Status
    {
        get
        {
            var status = Volatile.Read(ref _status);
            return status.State != BackupState.Running ? status : status with
            {
                Bytes = BytesIn(status.Directory!),
                Seconds = Stopwatch.GetElapsedTime(Volatile.Read(ref _startedTicks)).TotalSeconds,
            };
        }
    }

    /// <summary>Starts one; false while another runs.</summary>
    public bool TryStart(BackupRequest request)
    {
        lock (_lock)
        {
            if (_status.State == BackupState.Running) return false;
            Volatile.Write(ref _startedTicks, Stopwatch.GetTimestamp());
            Volatile.Write(ref _status, new BackupStatus
            {
                State = BackupState.Running,
                Node = _status.Node,
                Data = _status.Data,
                Directory = request.Directory,
                StartedAt = DateTimeOffset.UtcNow,
            });
            _thread = new Thread(() => Run(request)) { Name = "backup", IsBackground = true };
            _thread.Start();
            return true;
        }
    }

    /// <summary>Waits for the one that runs; false when it takes longer.</summary>
    public bool Wait(TimeSpan limit)
    {
        lock (_lock) return _thread is null || _thread.Join(limit);
    }

    private void Run(BackupRequest request)
    {
        var clock = Stopwatch.StartNew();
        try
        {
            var made = Backup.Create(journal, numbers, request.Directory,
                request.Keep ?? BackupRequest.KeptByDefault, request.BytesPerSecond);
            ranges.CopyTo(request.Directory);
            tables.CopyTo(request.Directory);
            StorageLog.BackupMade(logger, made.Id, request.Directory, made.Bytes, clock.ElapsedMilliseconds);
            LastSuccess = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000.0;
            Interlocked.Increment(ref _succeeded);
            End(_status with { State = BackupState.Done, Id = made.Id, Bytes = made.Bytes });
        }
        catch (Exception error) when (error is StoreException or IOException or UnauthorizedAccessException)
        {
            StorageLog.BackupFailed(logger, request.Directory, error.Message);
            Interlocked.Increment(ref _failed);
            End(_status with { State = BackupState.Failed, Error = error.Message });
        }

        void End(BackupStatus status) =>
            Volatile.Write(ref _status, status with { Seconds = clock.Elapsed.TotalSeconds });
    }

    /// <summary>What stands in the folder now, older backups included; files come and go meanwhile.</summary>
    private static long BytesIn(string folder)
    {
        long bytes = 0;
        var files = new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true };
        if (!Directory.Exists(folder)) return 0;
        foreach (var file in new DirectoryInfo(folder).EnumerateFiles("*", files))
        {
            try
            {
                bytes += file.Length;
            }
            catch (IOException)
            {
                // Renamed between the listing and the look.
            }
        }

        return bytes;
    }
}
