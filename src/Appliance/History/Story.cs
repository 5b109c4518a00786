using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Appliance.Records;

namespace Appliance.History;

/// <summary>One event of a message as the journal has it.</summary>
/// <param name="Accepted">The part it is about, by its position.</param>
/// <param name="At">Milliseconds since 1970.</param>
/// <param name="Due">The time it is put off to, in seconds since 1970; 0 for none.</param>
/// <param name="Amount">Micro-units that were given back, or charged again; 0 for none.</param>
public readonly record struct StoryEvent(
    RecordKind Kind, ulong Accepted, byte Part, long At, State State, Reason Reason, ushort Carrier, ushort Session,
    uint Code, string Text, uint Due = 0, long Amount = 0);

/// <summary>A part as it was accepted.</summary>
/// <param name="Body">The submit_sm body as it was last given.</param>
/// <param name="Expiry">Seconds since 1970; 0 for never. As it was last given.</param>
/// <param name="Due">Seconds since 1970; 0 for at once. As it was last given.</param>
public sealed record StoryPart(ulong Position, Accepted Head, byte[] Body, uint Expiry, uint Due);

/// <summary>
/// What happened to one message, read from its last event backwards along the links the events keep.
/// </summary>
public sealed class Story
{
    /// <summary>Longest record read: a message_payload of 64 KiB with its head.</summary>
    public const int LongestRecord = 72 * 1024;

    private readonly List<StoryEvent> _events = [];
    private readonly List<StoryPart> _parts = [];

    // A message with another body is one of a single part; of several replacements the last counts, which is read
    // first.
    private (byte[] Body, uint Expiry, uint Due)? _replaced;

    private Story() { }

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<StoryEvent> Events => _events;

    /// <summary>In order of their numbers.</summary>
    public IReadOnlyList<StoryPart> Parts => _parts;

    /// <summary>Whether it is a mobile's message to an account.</summary>
    public bool IsInbound => _parts[0].Head.Kind == RecordKind.Inbound;

    public delegate int RecordReader(ulong position, Span<byte> destination);

    /// <param name="message">The position at which the message's first part was accepted.</param>
    /// <param name="last">The position of its last event.</param>
    /// <returns>Null where the journal has no message there.</returns>
    public static Story? Read(RecordReader journal, ulong message, ulong last) =>
        Read(journal, message, last, new byte[LongestRecord]);

    /// <inheritdoc cref="Read(RecordReader, ulong, ulong)"/>
    /// <param name="buffer">For one record at a time, <see cref="LongestRecord"/> bytes.</param>
    public static Story? Read(RecordReader journal, ulong message, ulong last, byte[] buffer)
    {
        var story = new Story();
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
            case RecordKind.Accepted or RecordKind.Inbound:
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
                if (head.Kind == RecordKind.Replaced) NoteReplaced(record);
                var extra = record.Slice(Unsafe.SizeOf<EventHead>(), head.Length);
                var names = head.Kind != RecordKind.Responded
                    || head.Reason is Reason.CarrierAccepted or Reason.CarrierAcceptedLast;
                var text = !names ? "" : System.Text.Encoding.Latin1.GetString(extra);
                _events.Add(new StoryEvent(head.Kind, head.Accepted, 0, head.At, head.State, head.Reason,
                    head.Carrier, head.Session, head.Code, text,
                    head.Kind == RecordKind.Replaced ? MemoryMarshal.Read<Replaced>(record).Due : 0));
                previous = head.Previous;
                return true;
            case RecordKind.Charged or RecordKind.Refunded:
                var change = MemoryMarshal.Read<MoneyChange>(record);
                _events.Add(new StoryEvent(change.Head.Kind, change.Head.Accepted, 0, change.Head.At,
                    change.Head.State, Reason.None, change.Head.Carrier, 0, 0, "", Amount: change.Amount));
                previous = change.Head.Previous;
                return true;
            default:
                return false;
        }
    }

    private void NoteReplaced(ReadOnlySpan<byte> record)
    {
        if (_replaced is not null) return;
        var replaced = MemoryMarshal.Read<Replaced>(record);
        _replaced = (Bodies.Of(record).ToArray(), replaced.Expiry, replaced.Due);
    }

    private void AddAccepted(ulong position, in Accepted accepted, ReadOnlySpan<byte> record)
    {
        _parts.Add(_replaced is { } now
            ? new StoryPart(position, accepted, now.Body, now.Expiry, now.Due)
            : new StoryPart(position, accepted, Bodies.Of(record).ToArray(), accepted.Expiry, accepted.Due));
        if ((accepted.Flags & AcceptedFlags.HandedOver) != 0)
        {
            _events.Add(new StoryEvent(RecordKind.HandedOver, position, accepted.PartNumber, accepted.At, State.Queued,
                Reason.None, accepted.Carrier, accepted.Session, 0, ""));
        }

        // A mobile's message that is only kept has nowhere to go.
        var isKept = accepted.Kind == RecordKind.Inbound && (accepted.Flags & AcceptedFlags.FromEsme) == 0;
        _events.Add(new StoryEvent(accepted.Kind, position, accepted.PartNumber, accepted.At,
            isKept ? State.Delivered : State.Queued, Reason.None, accepted.Carrier, 0, 0, "", accepted.Due));
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
