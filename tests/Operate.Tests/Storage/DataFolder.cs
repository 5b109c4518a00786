using Appliance.Records;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Store;

namespace Operate.Tests.Storage;

/// <summary>A folder of its own for one test, with a journal in it.</summary>
internal sealed class DataFolder : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("operate-tests").FullName;

    public string Data => Path.Combine(_path, "data");

    public string File(string name) => Path.Combine(_path, name);

    public Journal Open(long buffer = 1 << 20) =>
        Journal.Open(new JournalOptions { Path = Data, Node = 3, LogWriteBuffer = buffer });

    /// <summary>Appends a message accepted at a time; its text does not compress.</summary>
    public static ulong Accept(Journal journal, long at, int size = 1000)
    {
        var record = journal.Reserve(Unsafe.SizeOf<Accepted>() + size, out var position);
        MemoryMarshal.Write(record, new Accepted { Kind = RecordKind.Accepted, At = at });
        new Random((int)(at & int.MaxValue)).NextBytes(record[Unsafe.SizeOf<Accepted>()..]);
        return position;
    }

    public void Dispose() => Directory.Delete(_path, recursive: true);
}
