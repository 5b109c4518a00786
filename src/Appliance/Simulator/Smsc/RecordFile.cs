using System.Buffers.Text;
using System.Text;

namespace Appliance.Simulator.Smsc;

/// <summary>
/// What the simulator saw and said, a line each, so that losses and duplicates can be counted from outside. Fields
/// are separated by one space, an empty one is "-"; the first is microseconds since 1970, the second says what:
/// <code>
/// C session remote                                                   connected
/// B session tx|rx|trx system_id status                               bind answered
/// S session sequence source destination data_coding length hash head id status answer
///                                                                    submit_sm; hash is FNV-1a 64 of the body,
///                                                                    head its first 16 octets, answer is
///                                                                    answered, late, unanswered or dropped
/// R session sequence id stat source destination attempt              receipt sent
/// M session sequence id - source destination attempt                 mobile-originated message sent
/// A session sequence id status                                       receipt or message answered
/// D session reason                                                   disconnected
/// </code>
/// </summary>
internal sealed class RecordFile : IDisposable
{
    private const int BufferSize = 1024 * 1024;

    /// <summary>More than any line: ten numbers, two addresses, a system_id, a reason.</summary>
    private const int LongestLine = 1024;

    private const int HeadLength = 16;

    private readonly FileStream _file;
    private readonly byte[] _buffer = new byte[BufferSize];
    private readonly long _clockToUnix;
    private int _length;

    internal RecordFile(string path, long now)
    {
        _file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);
        _clockToUnix = (DateTime.UtcNow - DateTime.UnixEpoch).Ticks * 100 - now;
    }

    internal void Connected(long now, int session, string remote) => Line(now, 'C').Add(session).Add(remote).End();

    internal void Bound(long now, int session, string mode, string systemId, uint status) =>
        Line(now, 'B').Add(session).Add(mode).Add(systemId).Add(status).End();

    internal void Disconnected(long now, int session, string reason) =>
        Line(now, 'D').Add(session).Add(reason.Replace(' ', '_')).End();

    internal void Submitted(
        long now, int session, in Codec.SubmitSm submit, uint sequence, ReadOnlySpan<byte> body,
        ReadOnlySpan<byte> id, uint status, string answer)
    {
        Line(now, 'S').Add(session).Add(sequence).Add(submit.SourceAddr).Add(submit.DestinationAddr)
            .Add(submit.DataCoding).Add(body.Length).AddHex(Fnv1a(body))
            .AddHex(body[..Math.Min(body.Length, HeadLength)]).Add(id).Add(status).Add(answer).End();
    }

    internal void Sent(long now, int session, uint sequence, in Pending entry, ReadOnlySpan<byte> id)
    {
        bool receipt = entry.Kind == PendingKind.Receipt;
        Line(now, receipt ? 'R' : 'M').Add(session).Add(sequence).Add(id).Add(receipt ? entry.Outcome.Stat : "-")
            .Add(entry.Source.Text).Add(entry.Destination.Text).Add(entry.Attempts).End();
    }

    internal void Answered(long now, int session, uint sequence, ReadOnlySpan<byte> id, uint status) =>
        Line(now, 'A').Add(session).Add(sequence).Add(id).Add(status).End();

    internal void Flush()
    {
        _file.Write(_buffer.AsSpan(0, _length));
        _length = 0;
    }

    public void Dispose()
    {
        Flush();
        _file.Dispose();
    }

    /// <summary>64-bit FNV-1a: short enough to be written again in whatever language reads the file.</summary>
    internal static ulong Fnv1a(ReadOnlySpan<byte> bytes)
    {
        ulong hash = 0xCBF29CE484222325;
        foreach (byte octet in bytes) hash = (hash ^ octet) * 0x100000001B3;
        return hash;
    }

    private RecordFile Line(long now, char what)
    {
        if (_buffer.Length - _length < LongestLine) Flush();
        Utf8Formatter.TryFormat((_clockToUnix + now) / 1000, _buffer.AsSpan(_length), out int written);
        _length += written;
        _buffer[_length++] = (byte)' ';
        _buffer[_length++] = (byte)what;
        return this;
    }

    private RecordFile Add(long number)
    {
        _buffer[_length++] = (byte)' ';
        Utf8Formatter.TryFormat(number, _buffer.AsSpan(_length), out int written);
        _length += written;
        return this;
    }

    private RecordFile Add(ReadOnlySpan<byte> text)
    {
        _buffer[_length++] = (byte)' ';
        if (text.Length == 0) _buffer[_length++] = (byte)'-';
        foreach (byte octet in text) _buffer[_length++] = octet is > 0x20 and < 0x7F ? octet : (byte)'_';
        return this;
    }

    private RecordFile Add(string text)
    {
        Span<byte> bytes = stackalloc byte[256];
        Encoding.UTF8.TryGetBytes(text.AsSpan(0, Math.Min(text.Length, 80)), bytes, out int written);
        return Add(bytes[..written]);
    }

    private RecordFile AddHex(ulong number)
    {
        _buffer[_length++] = (byte)' ';
        Utf8Formatter.TryFormat(number, _buffer.AsSpan(_length), out int written, new('x', 16));
        _length += written;
        return this;
    }

    private RecordFile AddHex(ReadOnlySpan<byte> bytes)
    {
        _buffer[_length++] = (byte)' ';
        if (bytes.Length == 0) _buffer[_length++] = (byte)'-';
        foreach (byte octet in bytes)
        {
            _buffer[_length++] = "0123456789abcdef"u8[octet >> 4];
            _buffer[_length++] = "0123456789abcdef"u8[octet & 15];
        }
        return this;
    }

    private void End() => _buffer[_length++] = (byte)'\n';
}
