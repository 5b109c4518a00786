using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Appliance.Decide;
using Appliance.Operate.Storage;
using Appliance.Records;
using Store;

namespace Appliance;

/// <summary>
/// Messages by what a carrier calls them. No index keeps that for what is finished (it would cost a random write a
/// message), so the journal of a span of time is read, a bounded piece a call.
/// </summary>
internal sealed class PipelineCarrierIds(Pipeline pipeline)
{
    /// <summary>Milliseconds before now that are read where nothing else is said.</summary>
    public const long UsualSpan = 3600 * 1000;

    /// <summary>About a second's work.</summary>
    private const int MostRecords = 2_000_000;

    /// <param name="id">In any of the forms in which receipts are matched: case, leading zeros, hexadecimal for
    /// decimal.</param>
    /// <param name="after">Where the piece before ended; 0 for the first.</param>
    /// <param name="since">Milliseconds since 1970.</param>
    /// <param name="limit">Messages found at most.</param>
    /// <returns>Where the messages were accepted, and where the next piece begins; 0 for none.</returns>
    public (ulong[] Messages, ulong Next) Find(ReadOnlySpan<byte> id, ulong after, long since, int limit)
    {
        // Of no carrier: whoever asks may not know whose it is.
        Span<ulong> wanted =
            [MessageIds.TextKey(0, id), MessageIds.DecimalToHexKey(0, id), MessageIds.HexToDecimalKey(0, id)];
        var found = new List<ulong>();
        var begin = after != 0 ? after : Retention.FirstSince(pipeline.Journal, since);
        using var scanner = pipeline.Journal.Scan(begin);
        for (var looked = 0; scanner.MoveNext(); looked++)
        {
            if (looked == MostRecords || found.Count == limit) return ([.. found], scanner.Position);
            var record = scanner.Record;
            if ((RecordKind)record[0] is not (RecordKind.Responded or RecordKind.Receipt)) continue;
            var head = MemoryMarshal.Read<EventHead>(record);
            if (head.At < since) continue;
            if (head.Kind == RecordKind.Responded
                && head.Reason is not (Reason.CarrierAccepted or Reason.CarrierAcceptedLast)) continue;
            var named = record.Slice(Unsafe.SizeOf<EventHead>(), head.Length);
            if (!wanted.Contains(MessageIds.TextKey(0, named))) continue;
            var message = MessageOf(head.Accepted);
            if (message != Position.None && !found.Contains(message)) found.Add(message);
        }

        return ([.. found], Position.None);
    }

    /// <summary>The first part of the message that a part belongs to.</summary>
    private ulong MessageOf(ulong part)
    {
        Span<byte> head = stackalloc byte[Unsafe.SizeOf<Accepted>()];
        return pipeline.Journal.Read(part, head) >= head.Length && (RecordKind)head[0] == RecordKind.Accepted
            ? MemoryMarshal.Read<Accepted>(head).Message
            : Position.None;
    }
}
