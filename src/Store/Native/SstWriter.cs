using System.Globalization;

namespace Store.Native;

/// <summary>Writes ascending keys to table files of a bounded size, in a folder, named 0.sst, 1.sst, ...</summary>
internal sealed unsafe class SstWriter : IDisposable
{
    private readonly string _folder;
    private readonly long _fileBytes;
    private readonly nint _envOptions = RocksDb.EnvOptionsCreate();
    private readonly nint _writer;
    private long _inFile;
    private bool _open;

    /// <param name="folder">An existing folder.</param>
    /// <param name="options">The column family that will take the files in.</param>
    /// <param name="fileBytes">About how large a file gets.</param>
    internal SstWriter(string folder, FamilyOptions options, long fileBytes)
    {
        _folder = folder;
        _fileBytes = fileBytes;
        var native = Database.Parse(options.Options, folder);
        options.SetTable(native);
        _writer = RocksDb.SstCreate(_envOptions, native);
        RocksDb.OptionsDestroy(native);
    }

    internal List<string> Files { get; } = [];

    internal void Put(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        byte* error = null;
        if (!_open)
        {
            var name = Files.Count.ToString(CultureInfo.InvariantCulture) + ".sst";
            fixed (byte* path = Texts.Of(Path.Combine(_folder, name)))
            {
                RocksDb.SstOpen(_writer, path, &error);
            }
            Fault.Check(error, _folder);
            Files.Add(name);
            _open = true;
            _inFile = 0;
        }
        fixed (byte* k = key)
        fixed (byte* v = value)
        {
            RocksDb.SstPut(_writer, k, (nuint)key.Length, v, (nuint)value.Length, &error);
        }
        Fault.Check(error, _folder);
        _inFile += key.Length + value.Length;
        if (_inFile >= _fileBytes)
        {
            Finish();
        }
    }

    /// <summary>Closes and syncs the current file.</summary>
    internal void Finish()
    {
        if (_open)
        {
            byte* error = null;
            RocksDb.SstFinish(_writer, &error);
            Fault.Check(error, _folder);
            _open = false;
        }
    }

    public void Dispose()
    {
        RocksDb.SstDestroy(_writer);
        RocksDb.EnvOptionsDestroy(_envOptions);
    }
}
