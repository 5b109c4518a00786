using System.Buffers.Binary;
using System.Buffers.Text;
using System.Text;
using Appliance.History;
using Appliance.Ingress;
using Appliance.Operate.Storage;
using Store;

namespace Appliance;

/// <summary>Pages of an account's messages, the newest first, from the history's index.</summary>
internal sealed class PipelineList(Pipeline pipeline, PipelineMessages messages)
{
    private const int Bite = PipelineMessages.Bite;

    /// <summary>
    /// Messages that one page looks at. With a rare status it ends there, and the next page goes on.
    /// </summary>
    private const int MostLookedAt = 5000;

    /// <param name="account">The persistent id of its name.</param>
    /// <param name="query">Checked.</param>
    public async ValueTask<MessagePage> PageAsync(ushort account, MessageQuery query)
    {
        var found = new List<MessageSummary>(query.Limit);
        var positions = new ulong[Bite];
        var history = Range(account, query);
        for (var looked = 0; found.Count < query.Limit && looked < MostLookedAt;)
        {
            var wanted = query.Status is null ? Math.Min(Bite, query.Limit - found.Count) : Bite;
            var count = pipeline.History.Page(history, positions.AsSpan(0, wanted));
            var stories = await messages.ReadAsync(positions.AsMemory(0, count)).ConfigureAwait(false);
            looked += count;
            for (var i = 0; i < count && found.Count < query.Limit; i++)
            {
                history = history with { Before = positions[i] };
                if (stories[i] is { } story && Matches(account, query, story, out var summary)) found.Add(summary);
            }

            if (count < wanted && found.Count < query.Limit) return new MessagePage(found, null);
        }

        var more = pipeline.History.Page(history, positions.AsSpan(0, 1)) > 0;
        return new MessagePage(found, more ? Cursor(history.Before) : null);
    }

    /// <summary>Whether a text is a cursor of a page; the position it stands for.</summary>
    public static bool TryReadCursor(string text, out ulong before)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        before = 0;
        if (text.Length != Base64Url.GetEncodedLength(sizeof(ulong))) return false;
        if (!Base64Url.TryDecodeFromChars(text, bytes, out var written) || written != bytes.Length) return false;
        before = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        return before is > Position.None and <= Position.Max;
    }

    public static string Cursor(ulong before)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, before);
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>The frames in which messages of the time are; their first and last may have others too.</summary>
    private HistoryQuery Range(ushort account, MessageQuery query)
    {
        var destination = query.Destination is { } number ? AddressHash.Long(Encoding.ASCII.GetBytes(number)) : 0;
        var range = new HistoryQuery(account, destination);
        if (query.Before != 0) range = range with { Before = query.Before };
        if (query.From is { } from) range = range with { From = Since(from) };
        if (query.To is { } to)
        {
            var end = Position.OfFrame(Position.Frame(Since(to)) + 1);
            range = range with { Before = Math.Min(range.Before, end) };
        }

        return range;
    }

    private ulong Since(DateTimeOffset time) =>
        Retention.FirstSince(pipeline.Journal, time.ToUnixTimeMilliseconds());

    private bool Matches(ushort account, MessageQuery query, Story story, out MessageSummary summary)
    {
        summary = null!;
        var head = story.Parts[0].Head;
        if (head.Account != account) return false;
        var at = DateTimeOffset.FromUnixTimeMilliseconds(head.At);
        if (at < query.From || at >= query.To) return false;
        summary = StoryRecord.Summary(
            story, pipeline.Configuration.Node, pipeline.CarrierNames, Clock.UnixMs);
        // The index knows a hash of the number.
        if (query.Destination is { } number && !Same(summary.To, number)) return false;
        return query.Status is null || summary.Status == query.Status;
    }

    private static bool Same(string one, string other) =>
        one.AsSpan().TrimStart('+').SequenceEqual(other.AsSpan().TrimStart('+'));
}
