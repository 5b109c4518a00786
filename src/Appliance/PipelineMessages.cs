using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Appliance.History;
using Appliance.Ingress;
using Appliance.Records;
using Store;

namespace Appliance;

/// <summary>
/// The messages that were taken, for whoever asks from outside the ring: the ring says where a story ends, the journal
/// tells it; what changes one goes through the ring.
/// </summary>
internal sealed class PipelineMessages(Pipeline pipeline) : IMessages
{
    /// <summary>A message may change between the look at its end and the reading; then it is looked at again.</summary>
    private const int Attempts = 5;

    /// <summary>Messages that are best read at a time: as many queries are in the ring at once.</summary>
    public const int Bite = 64;

    /// <summary>The message's story; null where none was accepted there.</summary>
    /// <param name="position">Where its first part was accepted.</param>
    public async ValueTask<Story?> ReadAsync(ulong position)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var last = End(position, await LocateAsync(position).ConfigureAwait(false));
            if (last == Position.None) return null;
            if (Story.Read(pipeline.Journal.Read, position, last) is { } story) return story;
        }

        return null;
    }

    /// <summary>Of each message its story, or null; the ring is asked for all of them at once.</summary>
    public async ValueTask<Story?[]> ReadAsync(ReadOnlyMemory<ulong> positions)
    {
        var stories = new Story?[positions.Length];
        var pending = new LocatedAnswer[positions.Length];
        for (var i = 0; i < pending.Length; i++) pending[i] = await BeginAsync(positions.Span[i]).ConfigureAwait(false);
        pipeline.Ring.Wake();
        var buffer = new byte[Story.LongestRecord];
        for (var i = 0; i < pending.Length; i++)
        {
            var position = positions.Span[i];
            var last = End(position, await pending[i].Task.ConfigureAwait(false));
            if (last == Position.None) continue;
            stories[i] = Story.Read(pipeline.Journal.Read, position, last, buffer)
                ?? await ReadAsync(position).ConfigureAwait(false);
        }

        return stories;
    }

    public async ValueTask<MessageFacts?> FindAsync(ushort account, UInt128 id)
    {
        MessageId.TryRead(id, out var position, out var node, out var at);
        if (node != pipeline.Configuration.Node) return null;
        var story = await ReadAsync(position).ConfigureAwait(false);
        return story is not null && story.Parts[0].Head.At == at ? Facts(account, story) : null;
    }

    public async ValueTask<IReadOnlyList<MessageFacts>> NewestAsync(
        ushort account, ReadOnlyMemory<byte> destination, int most)
    {
        var positions = new ulong[most];
        var count = pipeline.History.Page(new HistoryQuery(account, AddressHash.Long(destination.Span)), positions);
        var found = new List<MessageFacts>(count);
        for (var at = 0; at < count; at += Bite)
        {
            var bite = positions.AsMemory(at, Math.Min(Bite, count - at));
            foreach (var story in await ReadAsync(bite).ConfigureAwait(false))
                if (story is not null && Facts(account, story) is { } facts) found.Add(facts);
        }

        return found;
    }

    public async ValueTask<ChangeResult> CancelAsync(ushort account, ulong position)
    {
        var sequence = await ClaimAsync().ConfigureAwait(false);
        var answer = new ChangedAnswer();
        Begin(sequence, EventKind.Cancel, account, position, answer).Length = 0;
        End(sequence);
        return await answer.Task.ConfigureAwait(false);
    }

    public async ValueTask<ChangeResult> ReplaceAsync(ushort account, ulong position, Replacement replacement)
    {
        var sequence = await ClaimAsync().ConfigureAwait(false);
        var answer = new ChangedAnswer();
        Fill(ref Begin(sequence, EventKind.Replace, account, position, answer), replacement);
        End(sequence);
        return await answer.Task.ConfigureAwait(false);
    }

    private static void Fill(ref Slot slot, Replacement replacement)
    {
        slot.Code = replacement.RegisteredDelivery;
        slot.SourceOffset = (ushort)replacement.SourceOffset;
        slot.DestinationOffset = (ushort)replacement.DestinationOffset;
        slot.RegisteredOffset = (ushort)replacement.RegisteredOffset;
        slot.DueSeconds = replacement.Due;
        slot.ValiditySeconds = replacement.Validity;
        replacement.Body.Span.CopyTo(slot.Allocate(replacement.Body.Length));
    }

    /// <summary>Null for another account's message.</summary>
    private static MessageFacts? Facts(ushort account, Story story)
    {
        var first = story.Parts[0];
        if (first.Head.Account != account || story.IsInbound) return null;
        return new MessageFacts
        {
            Position = first.Position,
            State = story.State,
            ChangedAt = story.Events[^1].At,
            AcceptedAt = first.Head.At,
            Expiry = first.Expiry,
            Due = first.Due,
            Class = first.Head.Class,
            Country = first.Head.Country,
            Error = StoryRecord.ErrorNumber(story),
            Body = first.Body,
        };
    }

    /// <summary>
    /// The last event: the ring knows it while the message is in memory, the index when it has left it; one that has
    /// waited outside memory from the first has no event but its acceptance.
    /// </summary>
    private ulong End(ulong position, ulong located)
    {
        if (located != Position.None) return located;
        if (pipeline.TryFindFinished(position, out var last))
        {
            // It may have ended since the ring was asked, in a batch that nobody may be told of yet.
            if (!pipeline.Journal.IsDurable(last)) pipeline.Journal.AwaitDurable();
            return last;
        }

        return IsFirstPart(position) ? position : Position.None;
    }

    private bool IsFirstPart(ulong position)
    {
        Span<byte> head = stackalloc byte[Unsafe.SizeOf<Accepted>()];
        return pipeline.Journal.Read(position, head) > head.Length
            && (RecordKind)head[0] is RecordKind.Accepted or RecordKind.Inbound
            && MemoryMarshal.Read<Accepted>(head).Message == position;
    }

    private async ValueTask<ulong> LocateAsync(ulong position)
    {
        var answer = await BeginAsync(position).ConfigureAwait(false);
        pipeline.Ring.Wake();
        return await answer.Task.ConfigureAwait(false);
    }

    /// <summary>Asks the ring; whoever calls wakes it.</summary>
    private async ValueTask<LocatedAnswer> BeginAsync(ulong position)
    {
        var sequence = await ClaimAsync().ConfigureAwait(false);
        var answer = new LocatedAnswer();
        Begin(sequence, EventKind.Query, 0, position, answer).Length = 0;
        pipeline.Ring.Publish(sequence);
        return answer;
    }

    private async ValueTask<long> ClaimAsync()
    {
        long sequence;
        while (!pipeline.Ring.TryClaim(0, out sequence)) await pipeline.Ring.RoomAsync().ConfigureAwait(false);
        return sequence;
    }

    private ref Slot Begin(long sequence, EventKind kind, ushort account, ulong position, PendingAnswer answer)
    {
        ref var slot = ref pipeline.Ring[sequence];
        slot.Kind = kind;
        slot.Source = answer;
        slot.Account = account;
        slot.Position = position;
        slot.UnixMs = Clock.UnixMs;
        return ref slot;
    }

    private void End(long sequence)
    {
        pipeline.Ring.Publish(sequence);
        pipeline.Ring.Wake();
    }

    private abstract class Answer<T> : PendingAnswer
    {
        private readonly TaskCompletionSource<T> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<T> Task => _answer.Task;

        public override void Accepted(ulong position, long unixMs) => throw new InvalidOperationException();

        public override void Refused(Refusal refusal) => throw new InvalidOperationException();

        protected void Set(T result) => _answer.TrySetResult(result);
    }

    private sealed class LocatedAnswer : Answer<ulong>
    {
        public override void Located(ulong last) => Set(last);
    }

    private sealed class ChangedAnswer : Answer<ChangeResult>
    {
        public override void Changed(ChangeResult result) => Set(result);
    }
}
