using System.Diagnostics.CodeAnalysis;

namespace Codec;

/// <summary>What became of a part.</summary>
public enum JoinResult
{
    /// <summary>It was kept; others are missing.</summary>
    Waiting,

    /// <summary>It was the last one.</summary>
    Complete,

    /// <summary>It came before; nothing changed.</summary>
    Repeated,

    /// <summary>
    /// Its place was taken by another text: the reference is used again. The older message is given back incomplete,
    /// and the part starts a new one.
    /// </summary>
    Conflict,

    /// <summary>There is no room for another message; the part was not kept.</summary>
    Full,
}

/// <summary>
/// Joins the parts of long messages, in whatever order, repeated, and over whichever binds they come. What stays
/// incomplete is given back by <see cref="TryExpire"/>. Holds at most so many messages and octets; it has no clock and
/// no lock: its owner says what time it is.
/// </summary>
/// <param name="maxMessages">The most incomplete messages.</param>
/// <param name="maxOctets">The most octets of text in them.</param>
/// <param name="timeout">How long after its first part a message is waited for, in the caller's units.</param>
public sealed class MessageJoiner(int maxMessages, long maxOctets, long timeout)
{
    private readonly Dictionary<PartKey, LinkedListNode<JoinedMessage>> _byKey = [];

    /// <summary>Oldest first: all messages have the same time-out.</summary>
    private readonly LinkedList<JoinedMessage> _byAge = [];

    /// <summary>Incomplete messages.</summary>
    public int Count => _byKey.Count;

    /// <summary>Octets of text in them.</summary>
    public long Octets { get; private set; }

    /// <summary>When the oldest incomplete message's time ends; <see cref="long.MaxValue"/> without one.</summary>
    public long NextExpiry => _byAge.First is { } first ? first.Value.FirstAt + timeout : long.MaxValue;

    /// <summary>Takes a part.</summary>
    /// <param name="key">What the message's parts have in common.</param>
    /// <param name="sequence">Which part, 1 to <see cref="PartKey.Total"/>; another number is a part of its own that
    /// the caller should not have brought here, and is refused as <see cref="JoinResult.Conflict"/>.</param>
    /// <param name="text">Its text without header.</param>
    /// <param name="tag">Whatever the caller needs to know of the part later (its message id).</param>
    /// <param name="now">The time.</param>
    /// <param name="message">The complete message, or the incomplete one that a conflict pushed out; else null.</param>
    public JoinResult Add(
        in PartKey key, byte sequence, ReadOnlySpan<byte> text, long tag, long now, out JoinedMessage? message)
    {
        message = null;
        if (sequence == 0 || sequence > key.Total)
        {
            return JoinResult.Conflict;
        }

        bool known = _byKey.TryGetValue(key, out var node);
        if ((!known && Count >= maxMessages) || Octets + text.Length > maxOctets)
        {
            return JoinResult.Full;
        }

        node ??= Start(key, now);
        var result = node.Value.Add(sequence, text, tag);
        if (result == JoinResult.Conflict)
        {
            message = node.Value;
            Remove(node);
            node = Start(key, now);
            node.Value.Add(sequence, text, tag);
        }

        if (result != JoinResult.Repeated)
        {
            Octets += text.Length;
        }

        if (node.Value.IsComplete)
        {
            message ??= node.Value;
            Remove(node);
        }

        return result;
    }

    /// <summary>Gives back a message whose time has ended, oldest first; false if there is none (now).</summary>
    public bool TryExpire(long now, [NotNullWhen(true)] out JoinedMessage? message)
    {
        message = null;
        if (_byAge.First is not { } first || first.Value.FirstAt + timeout > now)
        {
            return false;
        }

        message = first.Value;
        Remove(first);
        return true;
    }

    private LinkedListNode<JoinedMessage> Start(in PartKey key, long now)
    {
        var node = _byAge.AddLast(new JoinedMessage(key, now));
        _byKey.Add(key, node);
        return node;
    }

    private void Remove(LinkedListNode<JoinedMessage> node)
    {
        _byKey.Remove(node.Value.Key);
        _byAge.Remove(node);
        Octets -= node.Value.Length;
    }
}
