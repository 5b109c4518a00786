using System.Runtime.InteropServices;

namespace Store.Native;

/// <summary>
/// Whether files of a folder can be written past the page cache (open(2), O_DIRECT). Not every file system can, and one
/// that cannot says so at the first file, which for RocksDB would be the first flush.
/// </summary>
internal static unsafe partial class DirectFiles
{
    private const int WriteOnly = 1;
    private const int Create = 0x40;
    private const int CloseOnExec = 0x80000;
    private const int OwnerReadsAndWrites = 0x180;

    /// <summary>The largest block that disks ask writes to be whole ones of.</summary>
    private const int Block = 4096;

    private const string Probe = "direct.probe";

    private static int Direct => RuntimeInformation.OSArchitecture == Architecture.Arm64 ? 0x10000 : 0x4000;

    /// <summary>Writes one block to find out; what it wrote is gone afterwards.</summary>
    internal static bool WorkIn(string folder)
    {
        if (!OperatingSystem.IsLinux()) return false;
        var name = Texts.Of(Path.Combine(folder, Probe));
        var block = NativeMemory.AlignedAlloc(Block, Block);
        try
        {
            NativeMemory.Clear(block, Block);
            fixed (byte* path = name)
            {
                var file = Open(path, WriteOnly | Create | CloseOnExec | Direct, OwnerReadsAndWrites);
                var written = file < 0 ? -1 : Write(file, block, Block);
                if (file >= 0) _ = Close(file);
                // Some make the file before they say that it cannot be written directly.
                _ = Unlink(path);
                return written == Block;
            }
        }
        finally
        {
            NativeMemory.AlignedFree(block);
        }
    }

    [LibraryImport("libc", EntryPoint = "open")]
    private static partial int Open(byte* path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "write")]
    private static partial nint Write(int file, void* bytes, nint count);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int file);

    [LibraryImport("libc", EntryPoint = "unlink")]
    private static partial int Unlink(byte* path);
}
