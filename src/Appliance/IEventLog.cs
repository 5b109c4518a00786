namespace Appliance;

/// <summary>
/// The journal as the deciding stage sees it: records go in, get their position at once and are durable after the
/// batch. The seam at which a simulation puts a virtual disk.
/// </summary>
public interface IEventLog
{
    /// <summary>Room for a record in this batch; the position never changes and only grows.</summary>
    Span<byte> Reserve(int size, out ulong position);

    /// <summary>Reads a committed record.</summary>
    /// <returns>Its length, of which as much as fits was copied; -1 where there is none.</returns>
    int Read(ulong position, Span<byte> destination);

    /// <summary>Makes the batch durable; returns only when it is.</summary>
    void Commit();

    /// <summary>A message is finished: from now on its history is found from its last event.</summary>
    void Finish(ulong accepted, ulong last);

    /// <summary>Notes that nothing before <paramref name="oldest"/> is needed to start again.</summary>
    void Checkpoint(ulong oldest);
}
