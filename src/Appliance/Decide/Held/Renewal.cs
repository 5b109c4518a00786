using Appliance.Records;

namespace Appliance.Decide;

/// <summary>
/// Writes the beginning of a list again when it is so old that a restart would have to read far back for it; in pieces,
/// while nothing leaves the list.
/// </summary>
internal sealed class Renewal(HeldLists lists)
{
    private const int ChunksATime = 32;

    private readonly List<HeldEntry> _block = new(HeldLists.MostInRecord);
    private HeldList? _list;
    private int _next;
    private int _end;
    private ulong _first;

    /// <param name="horizon">Anchors below it are too old.</param>
    public void Continue(ulong horizon)
    {
        for (var i = 0; i < ChunksATime;)
        {
            if (_list is null && !TryBegin(horizon)) return;
            // Who joined in this batch must have joined in the journal before the list is written again.
            if (i == 0) lists.Write();
            for (; i < ChunksATime && _next < _end; i++) WriteChunk(_list!);
            if (_next < _end) return;
            for (var at = 0; at < _end; at++) _list!.Chunks[at].Anchor = _first;
            _list!.IsRenewing = false;
            _list = null;
        }
    }

    private bool TryBegin(ulong horizon)
    {
        if (lists.Deepest is not { } list || list.Floor >= horizon) return false;
        _end = list.Chunks.FindLastIndex(chunk => chunk.Anchor < horizon) + 1;
        _next = 0;
        _first = 0;
        _list = list;
        list.IsRenewing = true;
        return true;
    }

    private void WriteChunk(HeldList list)
    {
        _block.Clear();
        foreach (ref readonly var entry in list.Chunks[_next].Entries)
            if (!list.IsGone(entry.Position)) _block.Add(entry);
        var phase = HeldPhase.Renew;
        if (_first == 0) phase |= HeldPhase.Begin;
        if (++_next == _end) phase |= HeldPhase.End;
        var position = lists.WriteHeld(list.Kind, list.Key, phase,
            System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_block));
        if (_first == 0) _first = position;
    }
}
