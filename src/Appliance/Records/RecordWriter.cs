using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Appliance.Records;

/// <summary>Puts a head and the bytes behind it into the journal as one record.</summary>
public static class RecordWriter
{
    public static ulong Write<T>(IEventLog log, in T head, ReadOnlySpan<byte> rest) where T : unmanaged
    {
        var record = log.Reserve(Unsafe.SizeOf<T>() + rest.Length, out var position);
        MemoryMarshal.Write(record, in head);
        rest.CopyTo(record[Unsafe.SizeOf<T>()..]);
        return position;
    }
}
