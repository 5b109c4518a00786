using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Appliance.Records;

namespace Appliance.History;

/// <summary>One event of a message as the journal has it.</summary>
/// <param name="Accepted">The part it is about, by its position.</param>
/// <param name="At">Milliseconds since 1970.</param>
public readonly record struct StoryEvent(
    RecordKind Kind, ulong Accepted, byte Part, long At, State State, Reason Reason, ushort Carrier, ushort Session,
        uint Code,
    string Text);

/// <summary>A part's submit_sm body as it was accepted.</summary>
public sealed record StoryPart(ulong Position, Accepted Head, byte[] Body);

/// <summary>
/// What happened to one message, read from its last event backwards along the links the events keep.
/// </summary>
public sealed class Story
{
    /// <summary>Longest record read: a message_payload of 64 KiB with its head.</summary>
    private const int LongestRecord = 72 * 1024;

    private readonly List<StoryEvent> _events = [];
    private readonly List<StoryPart> _parts = [];

    private Story() { }

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<StoryEvent> Events => _events;

    /// <summary>In order of their numbers.</summary>
    public IReadOnlyList<StoryPart> Parts => _parts;

    public delegate int RecordReader(ulong position, Span<byte> destination);

    /// <param name="message">The position at which the message's first part was accepted.</param>
    /// <param name="last">The position of its last event.</param>
    /// <returns>Null where the journal has no message there.</returns>
    public static Story? Read(RecordReader journal, ulong message, ulong last)
    {
        var story = new Story();
        var buffer = new byte[LongestRecord];
        for (var position = last; position != 0;)
        {
            var length = journal(position, buffer);
            if (length <= 0 || length > buffer.Length) return null;
            if (!story.TryAdd(position, message, buffer.AsSpan(0, length), out position)) return null;
        }

        story._events.Reverse();
        story._parts.Reverse();
        return story._parts.Count > 0 && story._parts[0].Position == message ? story : null;
    }

    /// <summary>The state of the whole: the least advanced part's, or how the parts ended.</summary>
    public State State
    {
        get
        {
            var latest = new Dictionary<ulong, State>();
            foreach (var one in _events) latest[one.Accepted] = one.State;
            if (latest.ContainsValue(State.Queued)) return State.Queued;
            if (latest.ContainsValue(State.Submitted)) return State.Submitted;
            foreach (var state in latest.Values)
                if (state != State.Delivered) return state;
            return State.Delivered;
        }
    }

    private bool TryAdd(ulong position, ulong message, ReadOnlySpan<byte> record, out ulong previous)
    {
        previous = 0;
        switch ((RecordKind)record[0])
        {
            case RecordKind.Accepted:
                var accepted = MemoryMarshal.Read<Accepted>(record);
                if ((accepted.Flags & AcceptedFlags.Erased) != 0) return false;
                AddAccepted(position, in accepted, record);
                previous = accepted.Previous;
                return true;
            case RecordKind.HandedOver:
                return TryAddHandover(position, message, record, out previous);
            case RecordKind.Responded or RecordKind.Receipt or RecordKind.Noticed or RecordKind.Changed
                or RecordKind.Replaced:
                var head = MemoryMarshal.Read<EventHead>(record);
                var extra = record.Slice(Unsafe.SizeOf<EventHead>(), head.Length);
                var text = head.Kind is RecordKind.Responded && head.Reason != Reason.CarrierAccepted
                    ? ""
                    : System.Text.Encoding.Latin1.GetString(extra);
                _events.Add(new StoryEvent(head.Kind, head.Accepted, 0, head.At, head.State, head.Reason,
                    head.Carrier, head.Session, head.Code, text));
                previous = head.Previous;
                return true;
            default:
                return false;
        }
    }

    private void AddAccepted(ulong position, in Accepted accepted, ReadOnlySpan<byte> record)
    {
        _parts.Add(new StoryPart(position, accepted, Bodies.Of(record).ToArray()));
        if ((accepted.Flags & AcceptedFlags.HandedOver) != 0)
        {
            _events.Add(new StoryEvent(RecordKind.HandedOver, position, accepted.PartNumber, accepted.At, State.Queued,
                Reason.None, accepted.Carrier, accepted.Session, 0, ""));
        }

        _events.Add(new StoryEvent(RecordKind.Accepted, position, accepted.PartNumber, accepted.At, State.Queued,
            Reason.None, accepted.Carrier, 0, 0, ""));
    }

    private bool TryAddHandover(ulong position, ulong message, ReadOnlySpan<byte> record, out ulong previous)
    {
        var head = MemoryMarshal.Read<HandedOver>(record);
        var entries = MemoryMarshal.Cast<byte, HandedOverEntry>(record[Unsafe.SizeOf<HandedOver>()..]);
        previous = 0;
        var found = false;
        for (var i = head.Count - 1; i >= 0; i--)
        {
            if (entries[i].Message != message) continue;
            found = true;
            if (entries[i].Previous != position) previous = entries[i].Previous;
            _events.Add(new StoryEvent(RecordKind.HandedOver, entries[i].Accepted, 0, head.At, State.Queued,
                Reason.None, head.Carrier, head.Session, 0, ""));
        }

        return found;
    }
}
