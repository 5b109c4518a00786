namespace Appliance.Ring;

/// <summary>What waits before the ring, of all sessions together: bounded in bytes. Any thread.</summary>
/// <param name="mostBytes">Bytes that may wait.</param>
public sealed class WaitingRoom(long mostBytes)
{
    private PaddedLong _bytes;
    private PaddedLong _count;

    /// <summary>Submissions that wait.</summary>
    public long Count => Volatile.Read(ref _count.Value);

    /// <returns>False where there is no room for so many bytes more.</returns>
    public bool TryEnter(int bytes)
    {
        if (Interlocked.Add(ref _bytes.Value, bytes) > mostBytes)
        {
            Interlocked.Add(ref _bytes.Value, -bytes);
            return false;
        }

        Interlocked.Increment(ref _count.Value);
        return true;
    }

    public void Leave(int bytes)
    {
        Interlocked.Add(ref _bytes.Value, -bytes);
        Interlocked.Decrement(ref _count.Value);
    }
}
