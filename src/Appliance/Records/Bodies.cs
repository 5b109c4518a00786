using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Appliance.Records;

/// <summary>The submit_sm body in the records that have one.</summary>
public static class Bodies
{
    /// <summary>Two hashes: of the submission's name, of its content.</summary>
    public const int RepeatSize = 2 * sizeof(ulong);

    /// <summary>And one of its batch's name, behind them.</summary>
    public const int BatchSize = sizeof(ulong);

    /// <summary>
    /// The hash under which the history finds a message: of the number it goes to, of a mobile's message of the number
    /// it comes from, without a + or 00 before it.
    /// </summary>
    /// <param name="accepted">Of the kind Accepted or Inbound.</param>
    /// <param name="body">What stands behind it.</param>
    public static ulong NumberHash(in Accepted accepted, ReadOnlySpan<byte> body)
    {
        var isInbound = accepted.Kind == RecordKind.Inbound;
        var address = body[((isInbound ? accepted.SourceOffset : accepted.DestinationOffset) + 2)..];
        address = address[..address.IndexOf((byte)0)];
        if (isInbound && address.StartsWith("+"u8)) address = address[1..];
        else if (isInbound && address.StartsWith("00"u8)) address = address[2..];
        return AddressHash.Long(address);
    }

    /// <param name="record">Of the kind Accepted, Inbound or Replaced.</param>
    public static ReadOnlySpan<byte> Of(ReadOnlySpan<byte> record)
    {
        if ((RecordKind)record[0] == RecordKind.Replaced) return record[Unsafe.SizeOf<Replaced>()..];
        return record[StartOf(record)..^NamesSize((AcceptedFlags)record[1])];
    }

    /// <summary>Where the body of a record of the kind Accepted or Inbound begins.</summary>
    /// <param name="record">Its beginning is enough.</param>
    public static int StartOf(ReadOnlySpan<byte> record)
    {
        var head = Unsafe.SizeOf<Accepted>();
        return ((AcceptedMarks)record[head - 1] & AcceptedMarks.OtherSender) == 0 ? head : head + 1 + record[head];
    }

    /// <summary>source_addr that a message came with where a rule has replaced it; else empty.</summary>
    /// <param name="record">Of the kind Accepted or Inbound; its beginning with <see cref="SenderRoom"/> is enough.
    /// </param>
    public static ReadOnlySpan<byte> OtherSender(ReadOnlySpan<byte> record)
    {
        var head = Unsafe.SizeOf<Accepted>();
        var start = StartOf(record);
        return start == head ? default : record[(head + 1)..start];
    }

    /// <summary>Octets behind the head of a record in which another sender stands: its length, and 20 at the most.
    /// </summary>
    public const int SenderRoom = 21;

    /// <summary>Octets behind the body.</summary>
    public static int NamesSize(AcceptedFlags flags) =>
        ((flags & AcceptedFlags.Repeat) == 0 ? 0 : RepeatSize) + ((flags & AcceptedFlags.Batch) == 0 ? 0 : BatchSize);

    /// <summary>
    /// The hashes behind the body of a submission that has a name; the batch's is 0 where it is not to be known.
    /// </summary>
    public static (ulong Name, ulong Content, ulong Batch) Repeat(ReadOnlySpan<byte> record)
    {
        var flags = (AcceptedFlags)record[1];
        var names = MemoryMarshal.Cast<byte, ulong>(record[^NamesSize(flags)..]);
        return (names[0], names[1], (flags & AcceptedFlags.Batch) == 0 ? 0 : names[2]);
    }
}
