using System.Buffers.Binary;

namespace Store;

/// <summary>
/// Writes one buffer of the history as a run: the list of all, the lists of accounts, the lists of destinations. Each
/// kind is a counting sort by 16 bits, which keeps the order of acceptance. Background thread only.
/// </summary>
internal sealed class HistoryWriter(Journal journal) : IDisposable
{
    /// <summary>Messages in a piece: some kilobytes, read to find one of them.</summary>
    internal const int PieceCount = 1024;

    private const int Groups = ushort.MaxValue + 1;

    private readonly IndexBatch _batch = new(journal);
    private readonly int[] _ends = new int[Groups];
    private readonly int[] _order = new int[HistoryBuffer.MaxCount];
    private readonly byte[] _value = new byte[PieceCount * HistoryPiece.MaxEntry];
    private bool _disposed;

    internal static ReadOnlySpan<byte> WrittenKey => "\0history written"u8;

    /// <summary>Everything up to here is in the database, 0 for nothing; written with the last of a run.</summary>
    internal static ulong WrittenThrough(Journal journal) =>
        journal.GetMeta(WrittenKey) is { Length: sizeof(ulong) } value
            ? BinaryPrimitives.ReadUInt64LittleEndian(value) : 0;

    /// <exception cref="StoreException">The disk failed; the buffer can be written again.</exception>
    internal void Write(HistoryBuffer buffer)
    {
        var count = buffer.Count;
        _batch.Clear();
        for (var i = 0; i < count; i++)
        {
            _order[i] = i;
        }
        WriteGroup(buffer, HistoryKey.ByAccount, 0, _order.AsSpan(0, count));
        WriteGroups(buffer, HistoryKey.ByAccount, count);
        WriteGroups(buffer, HistoryKey.ByDestination, count);
        Span<byte> last = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(last, buffer.Positions[count - 1]);
        _batch.Put(JournalDatabase.Meta, WrittenKey, last);
        _batch.Write();
    }

    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            _batch.Dispose();
        }
    }

    private void WriteGroups(HistoryBuffer buffer, byte list, int count)
    {
        Array.Clear(_ends);
        for (var i = 0; i < count; i++)
        {
            _ends[Group(buffer, list, i)]++;
        }
        var end = 0;
        for (var group = 0; group < Groups; group++)
        {
            (_ends[group], end) = (end, end + _ends[group]); // where the group begins, which moves on to its end
        }
        for (var i = 0; i < count; i++)
        {
            _order[_ends[Group(buffer, list, i)]++] = i;
        }
        // Account 0 is no one; the list of all has its place.
        for (var group = list == HistoryKey.ByAccount ? 1 : 0; group < Groups; group++)
        {
            var begin = group == 0 ? 0 : _ends[group - 1];
            if (begin < _ends[group])
            {
                WriteGroup(buffer, list, (ushort)group, _order.AsSpan(begin, _ends[group] - begin));
            }
        }
    }

    private void WriteGroup(HistoryBuffer buffer, byte list, ushort group, ReadOnlySpan<int> items)
    {
        Span<byte> key = stackalloc byte[HistoryKey.Size];
        var run = buffer.Positions[0];
        for (var piece = 0; piece * PieceCount < items.Length; piece++)
        {
            var end = Math.Min(items.Length, (piece + 1) * PieceCount);
            var length = 0;
            ulong newer = 0;
            for (var i = end - 1; i >= piece * PieceCount; i--)
            {
                var item = items[i];
                var position = buffer.Positions[item];
                var tail = HistoryKey.Tail(buffer.Hashes[item], buffer.Accounts[item]);
                length += HistoryPiece.Write(_value.AsSpan(length), list, newer, position, tail);
                newer = position;
            }
            new HistoryKey(list, group, run, (ushort)piece).Write(key);
            _batch.Put(JournalDatabase.History, key, _value.AsSpan(0, length));
        }
    }

    private static ushort Group(HistoryBuffer buffer, byte list, int item) =>
        list == HistoryKey.ByAccount ? buffer.Accounts[item] : HistoryKey.Bucket(buffer.Hashes[item]);
}
