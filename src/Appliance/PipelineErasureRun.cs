using System.Runtime.InteropServices;
using System.Text;
using Appliance.History;
using Appliance.Journal;
using Appliance.Operate.Http;
using Appliance.Records;
using Store;

namespace Appliance;

/// <summary>
/// The work of an erasure: finds the messages of a number by reading the whole journal, lets the ring end what waits,
/// empties the records of what is final, and remembers the rest. One at a time.
/// </summary>
internal sealed class PipelineErasureRun(Pipeline pipeline, KeyedState keyed)
{
    /// <summary>Questions in the ring at a time.</summary>
    private const int Bite = 64;

    private readonly PendingErasures _pending = new(pipeline.Journal);
    private readonly byte[] _buffer = new byte[Story.LongestRecord];

    /// <summary>Messages that are erased when they are final.</summary>
    public int Pending { get; private set; }

    /// <summary>What earlier processes have left.</summary>
    public void Load() => Pending = _pending.All().Count;

    /// <summary>Erases all that was committed before about a number.</summary>
    /// <param name="number">International, digits only.</param>
    public async Task<ErasureResult> EraseAsync(ReadOnlyMemory<byte> number, CancellationToken cancelled)
    {
        var records = new List<ulong>();
        var messages = Find(new NumberSearch(number.Span), records);
        // Those in force stay: without them the number would be written to again.
        await pipeline.OptOuts.ForgetEndedAsync(Encoding.ASCII.GetString(number.Span)).ConfigureAwait(false);
        return await EraseAsync(messages, records, cancelled).ConfigureAwait(false);
    }

    /// <summary>Looks again at what was under way.</summary>
    public async Task<ErasureResult> SweepAsync(CancellationToken cancelled)
    {
        var before = _pending.All();
        var result = await EraseAsync(before, [], cancelled);
        return result with { Pending = Pending };
    }

    private async Task<ErasureResult> EraseAsync(
        IReadOnlyCollection<ulong> messages, List<ulong> records, CancellationToken cancelled)
    {
        var work = new Work(records);
        foreach (var bite in messages.Chunk(Bite))
        {
            var ended = await Task.WhenAll(bite.Select(position => EndAsync(position, cancelled)));
            for (var i = 0; i < bite.Length; i++)
            {
                if (ended[i] == ChangeResult.NotFound) work.Gone.Add(bite[i]);
                else if (ended[i] != ChangeResult.Done || !TryCollect(bite[i], work)) work.Pending.Add(bite[i]);
            }
        }

        // Remembered before anything is emptied: a crash in between leaves nothing half done for good.
        var known = _pending.All().ToHashSet();
        _pending.Add(messages.Where(position => !known.Contains(position)));
        var report = work.Records.Count == 0 ? default : Erasure.Run(pipeline.Journal, work.Records, Redaction.Redact);
        keyed.Erase(work.Finished);
        _pending.Remove(work.Finished.Keys.Concat(work.Gone));
        Pending = _pending.All().Count;
        return new ErasureResult(work.Finished.Count, report.Records, work.Cancelled, work.Pending.Count);
    }

    private HashSet<ulong> Find(NumberSearch search, List<ulong> records)
    {
        var messages = new HashSet<ulong>();
        using var scanner = pipeline.Journal.Scan();
        while (scanner.MoveNext())
        {
            if (scanner.Record.IsEmpty || !search.Names(scanner.Position, scanner.Record, out var message)) continue;
            if (message != 0) messages.Add(message);
            else records.Add(scanner.Position);
        }

        return messages;
    }

    /// <summary>Takes down the records of a message that is final; false for one that is not.</summary>
    private bool TryCollect(ulong position, Work work)
    {
        if (Destination(position) is not { } destination)
        {
            work.Gone.Add(position); // erased before, or gone with its age
            return true;
        }

        if (!pipeline.TryFindFinished(position, out var last)) return false;
        var story = Story.Read(pipeline.Journal.Read, position, last, _buffer);
        // The ring has nothing left to do about it. One that asked for no receipt, or got no id, stays Submitted.
        if (story is null || story.State == State.Queued) return false;
        var first = work.Records.Count;
        for (var at = last; at != 0;)
        {
            var length = pipeline.Journal.Read(at, _buffer);
            if (length > 0 && length <= _buffer.Length)
            {
                work.Records.Add(at);
                if (Chain.TryPrevious(_buffer.AsSpan(0, length), position, at, out at)) continue;
            }

            work.Records.RemoveRange(first, work.Records.Count - first);
            return false;
        }

        work.Finished.Add(position, destination);
        if (story.Events[^1] is { Reason: Reason.Erased, State: State.Cancelled }) work.Cancelled++;
        return true;
    }

    /// <summary>The hash under which the history has a message; null where there is none any more.</summary>
    private ulong? Destination(ulong position)
    {
        var length = pipeline.Journal.Read(position, _buffer);
        if (length <= 0 || length > _buffer.Length) return null;
        if ((RecordKind)_buffer[0] is not (RecordKind.Accepted or RecordKind.Inbound)) return null;
        var head = MemoryMarshal.Read<Accepted>(_buffer);
        if ((head.Flags & AcceptedFlags.Erased) != 0) return null;
        return Bodies.NumberHash(in head, Bodies.Of(_buffer.AsSpan(0, length)));
    }

    /// <summary>Done for what is final now, TooLate for what is under way.</summary>
    private async Task<ChangeResult> EndAsync(ulong position, CancellationToken cancelled)
    {
        var wish = new RingAnswer();
        long sequence;
        while (!pipeline.Ring.TryClaim(0, out sequence))
            await pipeline.Ring.RoomAsync().WaitAsync(cancelled).ConfigureAwait(false);
        Publish(sequence, position, wish);
        return await wish.Task.WaitAsync(cancelled).ConfigureAwait(false);
    }

    private void Publish(long sequence, ulong position, RingAnswer wish)
    {
        ref var slot = ref pipeline.Ring[sequence];
        slot.Kind = EventKind.Erase;
        slot.Source = wish;
        slot.Account = 0;
        slot.Position = position;
        slot.Length = 0;
        slot.UnixMs = Clock.UnixMs;
        pipeline.Ring.Publish(sequence);
        pipeline.Ring.Wake();
    }

    /// <summary>What an erasure has found.</summary>
    private sealed class Work(List<ulong> records)
    {
        public List<ulong> Records { get; } = records;

        /// <summary>Position to the destination's hash.</summary>
        public Dictionary<ulong, ulong> Finished { get; } = [];

        public List<ulong> Pending { get; } = [];

        public List<ulong> Gone { get; } = [];

        public int Cancelled { get; set; }
    }
}
