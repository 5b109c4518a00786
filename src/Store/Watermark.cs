using Microsoft.Win32.SafeHandles;
using Store.Native;

namespace Store;

/// <summary>
/// A small file that is told after each commit how far the synced log has come. It is never synced itself (one write to
/// the page cache a commit), so whatever it says was on disk: a log that ends earlier has lost something (a file
/// deleted, cut or overwritten), which RocksDB alone cannot tell from a torn tail.
/// </summary>
internal sealed class Watermark : IDisposable
{
    private const ulong Check = 0x5741_5445_524d_4b31; // "WATERMK1"
    private readonly SafeFileHandle _file;
    private readonly byte[] _bytes = new byte[24];

    internal Watermark(string path, bool readOnly = false)
    {
        try
        {
            _file = File.OpenHandle(Path.Combine(path, "WATERMARK"), readOnly ? FileMode.Open : FileMode.OpenOrCreate,
                readOnly ? FileAccess.Read : FileAccess.ReadWrite, FileShare.ReadWrite);
            if (RandomAccess.Read(_file, _bytes, 0) == _bytes.Length
                && (BitConverter.ToUInt64(_bytes, 0) ^ BitConverter.ToUInt64(_bytes, 8) ^ Check)
                    == BitConverter.ToUInt64(_bytes, 16))
            {
                Frame = BitConverter.ToUInt64(_bytes, 0);
                Sequence = BitConverter.ToUInt64(_bytes, 8);
            }
        }
        catch (FileNotFoundException) when (readOnly)
        {
            _file = new SafeFileHandle(); // none was written: nothing is known
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Fault.Describe(error, path);
        }
    }

    /// <summary>The last frame that is known to have been synced; 0 for none.</summary>
    internal ulong Frame { get; private set; }

    /// <summary>RocksDB's sequence number at that time; 0 for none.</summary>
    internal ulong Sequence { get; private set; }

    internal void Write(ulong frame, ulong sequence)
    {
        BitConverter.TryWriteBytes(_bytes, frame);
        BitConverter.TryWriteBytes(_bytes.AsSpan(8), sequence);
        BitConverter.TryWriteBytes(_bytes.AsSpan(16), frame ^ sequence ^ Check);
        try
        {
            RandomAccess.Write(_file, _bytes, 0);
            Frame = frame;
            Sequence = sequence;
        }
        catch (IOException)
        {
            // An older mark is weaker, not wrong; a disk that fails says so at the next commit.
        }
    }

    public void Dispose() => _file.Dispose();
}
