using System.Buffers.Binary;

namespace EndToEnd.Tests.Wire;

/// <summary>
/// A capture made by the test itself, so that no privilege is needed: each piece of a stream becomes one IPv4/TCP
/// packet with true sequence numbers, link type 101 (raw IP). File format: libpcap 2.4, microseconds.
/// </summary>
internal sealed class PcapFile : IDisposable
{
    private const int IpHeader = 20;
    private const int TcpHeader = 20;
    private const int MaxPayload = 16_000;

    private readonly FileStream _file;
    private readonly Lock _lock = new();

    public PcapFile(string path)
    {
        Path = path;
        _file = File.Create(path);
        Span<byte> header = stackalloc byte[24];
        header.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(header, 0xA1B2C3D4);
        BinaryPrimitives.WriteUInt16LittleEndian(header[4..], 2);
        BinaryPrimitives.WriteUInt16LittleEndian(header[6..], 4);
        BinaryPrimitives.WriteUInt32LittleEndian(header[16..], 65_535);
        BinaryPrimitives.WriteUInt32LittleEndian(header[20..], 101);
        _file.Write(header);
    }

    public string Path { get; }

    /// <param name="offset">Where in its stream the piece begins; becomes the TCP sequence number.</param>
    public void Add(int fromPort, int toPort, long offset, ReadOnlySpan<byte> piece)
    {
        lock (_lock)
        {
            for (; !piece.IsEmpty; piece = piece[Math.Min(piece.Length, MaxPayload)..])
            {
                var payload = piece[..Math.Min(piece.Length, MaxPayload)];
                AddPacket(fromPort, toPort, (uint)(offset + 1), payload);
                offset += payload.Length;
            }
            _file.Flush();
        }
    }

    public void Dispose() => _file.Dispose();

    private void AddPacket(int fromPort, int toPort, uint sequence, ReadOnlySpan<byte> payload)
    {
        var length = IpHeader + TcpHeader + payload.Length;
        Span<byte> head = stackalloc byte[16 + IpHeader + TcpHeader];
        head.Clear();
        var micros = (DateTime.UtcNow - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        BinaryPrimitives.WriteUInt32LittleEndian(head, (uint)(micros / 1_000_000));
        BinaryPrimitives.WriteUInt32LittleEndian(head[4..], (uint)(micros % 1_000_000));
        BinaryPrimitives.WriteUInt32LittleEndian(head[8..], (uint)length);
        BinaryPrimitives.WriteUInt32LittleEndian(head[12..], (uint)length);
        WriteIp(head[16..], length);
        WriteTcp(head[(16 + IpHeader)..], fromPort, toPort, sequence);
        _file.Write(head);
        _file.Write(payload);
    }

    /// <summary>RFC 791 section 3.1; checksum left zero.</summary>
    private static void WriteIp(Span<byte> ip, int length)
    {
        ip[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(ip[2..], (ushort)length);
        ip[8] = 64;
        ip[9] = 6;
        BinaryPrimitives.WriteUInt32BigEndian(ip[12..], 0x7F000001);
        BinaryPrimitives.WriteUInt32BigEndian(ip[16..], 0x7F000001);
    }

    /// <summary>RFC 9293 section 3.1; PSH and ACK, checksum left zero.</summary>
    private static void WriteTcp(Span<byte> tcp, int fromPort, int toPort, uint sequence)
    {
        BinaryPrimitives.WriteUInt16BigEndian(tcp, (ushort)fromPort);
        BinaryPrimitives.WriteUInt16BigEndian(tcp[2..], (ushort)toPort);
        BinaryPrimitives.WriteUInt32BigEndian(tcp[4..], sequence);
        tcp[12] = 0x50;
        tcp[13] = 0x18;
        BinaryPrimitives.WriteUInt16BigEndian(tcp[14..], 65_535);
    }
}
