using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace Store.Native;

/// <summary>Turns RocksDB's error texts and the system's errors into <see cref="StoreException"/>.</summary>
internal static unsafe class Fault
{
    /// <summary>Throws when <paramref name="error"/> is set, and frees it.</summary>
    internal static void Check(byte* error, string path)
    {
        if (error != null)
        {
            Throw(error, path);
        }
    }

    [DoesNotReturn]
    internal static void Throw(byte* error, string path) => throw Take(error, path);

    /// <summary>The exception for an error, which is freed.</summary>
    internal static StoreException Take(byte* error, string path)
    {
        var text = Marshal.PtrToStringUTF8((nint)error) ?? "unknown error";
        RocksDb.Free(error);
        return Describe(text, path);
    }

    /// <summary>
    /// RocksDB's texts start with the status code ("IO error: ", "Corruption: ", ...) and end with strerror's words.
    /// </summary>
    internal static StoreException Describe(string text, string path)
    {
        // After an absent .sst RocksDB tries the extension of its ancestor, and names that one.
        text = text.Replace(".ldb", ".sst", StringComparison.Ordinal);
        if (Has(text, "lock hold by current process") || Has(text, "While lock file"))
        {
            return new StoreException(StoreFault.Locked, Has(text, "denied") || Has(text, "Read-only")
                ? $"{path} cannot be locked: {text}. Make the folder writable for this user."
                : $"{path} is in use by another process. "
                    + $"Stop that process, or give this one a folder of its own. ({text})");
        }
        if (Has(text, "No space left on device") || Has(text, "NoSpace"))
        {
            return new StoreException(StoreFault.DiskFull,
                $"The disk of {path} is full. Free space or enlarge it; "
                + $"nothing that was acknowledged is lost. ({text})");
        }
        if (Has(text, "Permission denied") || Has(text, "Read-only file system") || Has(text, "not permitted"))
        {
            return new StoreException(StoreFault.PermissionDenied,
                $"{path} cannot be written or read by this user. Correct its owner, its mode or the mount. ({text})");
        }
        if (Has(text, "No such file") || Has(text, "Missing WAL") || Has(text, "missing"))
        {
            return new StoreException(StoreFault.MissingFile,
                $"A file of {path} is missing. "
                + $"Put it back, or restore the folder from a backup or another node. ({text})");
        }
        if (text.StartsWith("Corruption", StringComparison.Ordinal) || Has(text, "larger than file length"))
        {
            return new StoreException(StoreFault.Corrupt,
                $"The data in {path} is damaged. Restore the folder from a backup or another node; "
                + $"`appliance check --data` lists the damage. ({text})");
        }
        return new StoreException(StoreFault.Failed, $"The store in {path} failed: {text}");
    }

    /// <summary>The same classification for what the runtime's own file calls throw.</summary>
    internal static StoreException Describe(Exception error, string path) => error switch
    {
        StoreException store => store,
        UnauthorizedAccessException => new StoreException(StoreFault.PermissionDenied,
            $"{path} cannot be written or read by this user. "
            + $"Correct its owner, its mode or the mount. ({error.Message})",
            error),
        FileNotFoundException or DirectoryNotFoundException => new StoreException(StoreFault.MissingFile,
            $"A file of {path} is missing. Put it back, or restore the folder from a backup. ({error.Message})", error),
        _ => Describe(error.Message, path),
    };

    private static bool Has(string text, string part) => text.Contains(part, StringComparison.OrdinalIgnoreCase);
}
