using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Appliance.Records;

namespace Appliance.Decide;

/// <summary>
/// Writes down which of the messages that waited were handed to a session: one record for many, before anything of them
/// leaves.
/// </summary>
internal sealed class Handovers(Ledger ledger)
{
    /// <summary>Messages in a record at the most; keeps it under the largest.</summary>
    private const int Batch = 512;

    private readonly HandedOverEntry[] _entries = new HandedOverEntry[Batch];

    public void Write(Link link, long now)
    {
        var handles = link.HandedOver;
        for (var at = 0; at < handles.Count; at += Batch)
            Write(link, CollectionsMarshal.AsSpan(handles).Slice(at, Math.Min(Batch, handles.Count - at)), now);
        handles.Clear();
    }

    private void Write(Link link, ReadOnlySpan<int> handles, long now)
    {
        var table = ledger.Table;
        var size = Unsafe.SizeOf<HandedOver>() + (handles.Length * Unsafe.SizeOf<HandedOverEntry>());
        var record = ledger.Log.Reserve(size, out var position);
        for (var i = 0; i < handles.Length; i++)
        {
            ref var message = ref table[handles[i]];
            ref var first = ref table[message.First];
            _entries[i] = new HandedOverEntry
            {
                Accepted = message.Position,
                Message = first.Position,
                Previous = first.Last,
            };
            first.Last = position;
        }

        var head = new HandedOver
        {
            Kind = RecordKind.HandedOver,
            Carrier = link.Carrier.Options.Id,
            Session = link.Session,
            Count = (ushort)handles.Length,
            At = now,
        };
        MemoryMarshal.Write(record, in head);
        MemoryMarshal.AsBytes(_entries.AsSpan(0, handles.Length)).CopyTo(record[Unsafe.SizeOf<HandedOver>()..]);
    }
}
