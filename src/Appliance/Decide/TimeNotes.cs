using System.Buffers.Binary;

namespace Appliance.Decide;

/// <summary>
/// What time it was, as a fact of the journal: noted each minute, so that a start can tell whether the wall clock is
/// right, and when an operator says that it is.
/// </summary>
public sealed class TimeNotes(IEventLog log)
{
    private const int Size = sizeof(long) + sizeof(ulong) + 1;
    private const long Pause = 60_000;

    private long _notedAt;
    private bool _isAccepted;

    public static ReadOnlySpan<byte> Key => "clock"u8;

    /// <summary>Notes the time now and then.</summary>
    public void Tick(long now)
    {
        // What an operator said counts until the next start.
        if (_isAccepted || (now >= _notedAt && now - _notedAt < Pause)) return;
        _notedAt = now;
        Write(now, isAccepted: false);
    }

    /// <summary>The wall clock is right, whatever the records say.</summary>
    public void Accept(long wall)
    {
        _isAccepted = true;
        Write(wall, isAccepted: true);
    }

    /// <summary>The newest time that a journal knows of.</summary>
    /// <param name="fact">As it was noted; null where none was.</param>
    /// <param name="newestRecord">The newest time of the records from <see cref="From"/> on; 0 for none.</param>
    /// <returns>Milliseconds since 1970; 0 for none.</returns>
    public static long Newest(byte[]? fact, long newestRecord)
    {
        if (fact is not { Length: Size }) return newestRecord;
        var at = BinaryPrimitives.ReadInt64LittleEndian(fact);
        return fact[^1] != 0 ? at : Math.Max(at, newestRecord);
    }

    /// <summary>From which position on records are newer than the fact; those before may be of a time that was
    /// wrong.</summary>
    public static ulong From(byte[]? fact) =>
        fact is { Length: Size } ? BinaryPrimitives.ReadUInt64LittleEndian(fact.AsSpan(sizeof(long))) : 0;

    private void Write(long at, bool isAccepted)
    {
        Span<byte> fact = stackalloc byte[Size];
        BinaryPrimitives.WriteInt64LittleEndian(fact, at);
        BinaryPrimitives.WriteUInt64LittleEndian(fact[sizeof(long)..], log.NextPosition);
        fact[^1] = isAccepted ? (byte)1 : (byte)0;
        log.SetFact(Key, fact);
    }
}
