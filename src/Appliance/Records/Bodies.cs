using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Appliance.Records;

/// <summary>The submit_sm body in the records that have one.</summary>
public static class Bodies
{
    /// <summary>Two hashes: of the submission's name, of its content.</summary>
    public const int RepeatSize = 2 * sizeof(ulong);

    /// <param name="record">Of the kind Accepted or Replaced.</param>
    public static ReadOnlySpan<byte> Of(ReadOnlySpan<byte> record)
    {
        if ((RecordKind)record[0] == RecordKind.Replaced) return record[Unsafe.SizeOf<Replaced>()..];
        var rest = record[Unsafe.SizeOf<Accepted>()..];
        return ((AcceptedFlags)record[1] & AcceptedFlags.Repeat) == 0 ? rest : rest[..^RepeatSize];
    }

    /// <summary>The two hashes behind the body of a submission that has a name.</summary>
    public static (ulong Name, ulong Content) Repeat(ReadOnlySpan<byte> record) => (
        MemoryMarshal.Read<ulong>(record[^RepeatSize..]), MemoryMarshal.Read<ulong>(record[^sizeof(ulong)..]));
}
