using System.Numerics;

namespace Appliance.Load;

/// <summary>What a receipt turned out to be.</summary>
internal enum ReceiptKind
{
    /// <summary>The first for its message.</summary>
    First,

    /// <summary>Another for a message that had one.</summary>
    Duplicate,

    /// <summary>For a message of an earlier run, or one so old that it is no longer tracked.</summary>
    Foreign,
}

/// <summary>
/// What became of each message, by its number: 16 bytes in a ring, so that neighbours in time are neighbours in
/// memory and nothing is allocated. A receipt finds its message by the destination's number; the hash of the
/// message id, learnt from the response, tells the receipts of this run from those of an earlier one.
/// </summary>
internal sealed class MessageTracker
{
    private readonly Entry[] _entries;
    private readonly int _bits;
    private readonly bool _expectsReceipts;
    private readonly bool _matchIds;

    /// <param name="capacity">Messages tracked at once; the oldest are given up for the newest.</param>
    /// <param name="expectsReceipts">Accepted messages wait for a receipt.</param>
    /// <param name="matchIds">A receipt must have the id of the response.</param>
    internal MessageTracker(long capacity, bool expectsReceipts, bool matchIds)
    {
        _bits = BitOperations.Log2(BitOperations.RoundUpToPowerOf2((ulong)Math.Clamp(capacity, 1024, 1L << 30)));
        _entries = new Entry[1 << _bits];
        _expectsReceipts = expectsReceipts;
        _matchIds = matchIds;
    }

    [Flags]
    private enum State : byte
    {
        None = 0,
        Sent = 1,
        Accepted = 2,
        Refused = 4,
        Receipted = 8,
    }

    internal long Capacity => _entries.Length;

    /// <summary>Accepted messages that still have no receipt.</summary>
    internal long Awaiting { get; private set; }

    /// <summary>Accepted messages whose receipt had not come when their place was needed.</summary>
    internal long GivenUp { get; private set; }

    /// <summary>Messages with a receipt but without a response: taken, though the response was lost.</summary>
    internal long ReceiptedUnanswered { get; private set; }

    /// <summary>Receipts counted as first that the response then showed to be of another message.</summary>
    internal long Mistaken { get; private set; }

    /// <summary>A hash of a message id, whatever its form: carriers and servers use up to 64 characters.</summary>
    internal static uint HashId(ReadOnlySpan<byte> id)
    {
        uint hash = (uint)id.Length;
        while (id.Length >= 8)
        {
            hash = BitOperations.Crc32C(hash, BitConverter.ToUInt64(id));
            id = id[8..];
        }
        foreach (byte octet in id) hash = BitOperations.Crc32C(hash, octet);
        return hash;
    }

    internal void Sent(long n, long intended)
    {
        ref var entry = ref At(n);
        if (_expectsReceipts && entry.State == (State.Sent | State.Accepted))
        {
            Awaiting--;
            GivenUp++;
        }
        entry = new Entry { Intended = intended, Round = (uint)(n >> _bits), State = State.Sent };
    }

    internal void Accepted(long n, uint idHash)
    {
        ref var entry = ref At(n);
        if (!IsOf(entry, n) || (entry.State & State.Accepted) != 0) return;
        entry.State |= State.Accepted;
        if ((entry.State & State.Receipted) != 0)
        {
            // The receipt overtook the response.
            ReceiptedUnanswered--;
            if (!_matchIds || entry.IdHash == idHash) return;
            entry.State &= ~State.Receipted;
            Mistaken++;
        }
        entry.IdHash = idHash;
        if (_expectsReceipts) Awaiting++;
    }

    internal void Refused(long n)
    {
        ref var entry = ref At(n);
        if (IsOf(entry, n)) entry.State |= State.Refused;
    }

    /// <param name="n">The message that the destination names.</param>
    /// <param name="idHash">Of the receipt's message id.</param>
    /// <param name="intended">When the message was meant to be sent.</param>
    internal ReceiptKind Receipt(long n, uint idHash, out long intended)
    {
        ref var entry = ref At(n);
        intended = entry.Intended;
        if (!IsOf(entry, n)) return ReceiptKind.Foreign;
        bool known = (entry.State & (State.Accepted | State.Receipted)) != 0;
        if (_matchIds && known && entry.IdHash != idHash) return ReceiptKind.Foreign;
        if ((entry.State & State.Receipted) != 0) return ReceiptKind.Duplicate;
        entry.State |= State.Receipted;
        entry.IdHash = idHash;
        if ((entry.State & State.Accepted) == 0) ReceiptedUnanswered++;
        else if (_expectsReceipts) Awaiting--;
        return ReceiptKind.First;
    }

    private ref Entry At(long n) => ref _entries[n & (_entries.Length - 1)];

    private bool IsOf(in Entry entry, long n) =>
        entry.State != State.None && entry.Round == ((uint)(n >> _bits) & 0xFFFFFF);

    private struct Entry
    {
        internal long Intended;
        internal uint IdHash;
        private uint _roundAndState;

        internal uint Round
        {
            readonly get => _roundAndState >> 8;
            set => _roundAndState = (value << 8) | (_roundAndState & 0xFF);
        }

        internal State State
        {
            readonly get => (State)_roundAndState;
            set => _roundAndState = (_roundAndState & 0xFFFF_FF00) | (byte)value;
        }
    }
}
