using Appliance.Records;

namespace Appliance.Decide;

/// <summary>
/// The bodies of messages that wait: from memory while they are young, else read back from the journal.
/// </summary>
public sealed class WaitingBodies(IEventLog log, int cache)
{
    private const int LongestBody = 70_000;

    private readonly BodyCache _young = new(cache);
    private readonly byte[] _record = new byte[LongestBody];

    /// <summary>Position of the first message accepted in this batch: from there on nothing can be read yet.</summary>
    private ulong _unreadableFrom = ulong.MaxValue;

    /// <summary>A message is written down in this batch.</summary>
    public void Accepted(ulong position) => _unreadableFrom = Math.Min(_unreadableFrom, position);

    /// <summary>The batch is durable, and can be read.</summary>
    public void Committed() => _unreadableFrom = ulong.MaxValue;

    /// <returns>Where it is, for <see cref="LiveMessage.Cached"/>.</returns>
    public long Keep(ReadOnlySpan<byte> body) => _young.Add(body);

    public bool IsReadable(in LiveMessage message) =>
        message.BodyAt < _unreadableFrom || _young.TryGet(message.Cached, out _);

    /// <summary>Fetches the body of a message that is next, if it is young.</summary>
    public void Foresee(in LiveMessage message)
    {
        if (_young.TryFind(message.Cached, out var start)) Ring.Memory.FetchAll(start);
    }

    /// <summary>The body; valid until the next one is asked for.</summary>
    public ReadOnlySpan<byte> Read(in LiveMessage message)
    {
        if (_young.TryGet(message.Cached, out var cached)) return cached;
        var length = log.Read(message.BodyAt, _record);
        if (length <= 0 || length > _record.Length) ThrowNoBody(message.BodyAt);
        ReadOnlySpan<byte> record = _record.AsSpan(0, length);
        return Bodies.Of(record);
    }

    /// <summary>Finds registered_delivery behind the addresses and the two times (SMPP 3.4 section 4.4.1).</summary>
    public static int RegisteredOffset(ReadOnlySpan<byte> body)
    {
        var at = body.IndexOf((byte)0) + 1;
        at += 2;
        at += body[at..].IndexOf((byte)0) + 1;
        at += 2;
        at += body[at..].IndexOf((byte)0) + 1;
        at += 3;
        at += body[at..].IndexOf((byte)0) + 1;
        return at + body[at..].IndexOf((byte)0) + 1;
    }

    private static void ThrowNoBody(ulong position) =>
        throw new InvalidDataException($"the journal has no message at position {position}");
}
