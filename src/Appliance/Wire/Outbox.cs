namespace Appliance.Wire;

/// <summary>What became of bytes that were to be sent.</summary>
internal enum Posted : byte
{
    /// <summary>They leave with those before them, or never: the connection has ended.</summary>
    Later,

    /// <summary>They are the first: whoever sends must be told.</summary>
    First,

    /// <summary>So much waits already that the peer counts as not reading.</summary>
    TooMuch,
}

/// <summary>What a connection is to send, put here by any thread and taken by its loop's.</summary>
/// <param name="limit">Bytes that may wait before the peer counts as not reading.</param>
internal sealed class Outbox(int limit)
{
    private readonly Lock _gate = new();
    private byte[] _waiting = [];
    private int _length;
    private bool _isPosted;
    private bool _closeWhenSent;
    private volatile bool _closed;
    private volatile int _limit = limit;

    /// <summary>Another limit from here on.</summary>
    public void Limit(int bytes) => _limit = bytes;

    public bool IsClosed => _closed;

    public void Close()
    {
        lock (_gate) _closed = true;
    }

    public void CloseWhenSent()
    {
        lock (_gate) _closeWhenSent = true;
    }

    /// <summary>
    /// Puts bytes behind those that wait. Where none do, their array is kept and another given for it.
    /// </summary>
    public Posted Swap(ref byte[] bytes, int length)
    {
        if (length == 0) return Posted.Later;
        lock (_gate)
        {
            if (_closed) return Posted.Later;
            if (_length > 0) return Put(bytes.AsSpan(0, length));
            (_waiting, bytes) = (bytes, _waiting);
            _length = length;
            return Post();
        }
    }

    /// <summary>Puts bytes behind those that wait.</summary>
    public Posted Append(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty) return Posted.Later;
        lock (_gate) return _closed ? Posted.Later : Put(bytes);
    }

    /// <summary>Takes all that waits.</summary>
    /// <param name="sent">An array whose bytes have been sent; afterwards the one taken.</param>
    /// <param name="ends">Whether nothing waits and nothing more will.</param>
    /// <returns>Bytes taken.</returns>
    public int Take(ref byte[] sent, out bool ends)
    {
        lock (_gate)
        {
            ends = _length == 0 && _closeWhenSent;
            if (_length == 0)
            {
                _isPosted = false;
                // A connection with nothing to send holds nothing.
                Free(ref sent);
                Free(ref _waiting);
                return 0;
            }

            var length = _length;
            (_waiting, sent) = (sent, _waiting);
            _length = 0;
            return length;
        }
    }

    private Posted Put(ReadOnlySpan<byte> bytes)
    {
        if (_length > _limit) return Posted.TooMuch;
        var needed = _length + bytes.Length;
        if (needed > _waiting.Length)
            Grow(needed);
        bytes.CopyTo(_waiting.AsSpan(_length));
        _length = needed;
        return Post();
    }

    private void Grow(int needed)
    {
        var larger = SpareBuffers.Shared.Take(Math.Max(needed, _waiting.Length * 2));
        _waiting.AsSpan(0, _length).CopyTo(larger);
        Free(ref _waiting);
        _waiting = larger;
    }

    private static void Free(ref byte[] buffer)
    {
        SpareBuffers.Shared.Give(buffer);
        buffer = [];
    }

    private Posted Post()
    {
        if (_isPosted) return Posted.Later;
        _isPosted = true;
        return Posted.First;
    }
}
