using Codec;

namespace Appliance.Tests.Decide;

/// <summary>A peer whose PDUs are taken apart when they leave; they may leave only after a commit.</summary>
internal sealed class VirtualPeer(VirtualLog log) : Peer
{
    public List<(Header Header, byte[] Pdu)> Received { get; } = [];

    /// <summary>In which release each of them left.</summary>
    public List<int> Releases { get; } = [];

    public bool IsClosed { get; private set; }

    public override void Close(string reason) => IsClosed = true;

    public override void CloseWhenSent(string reason) => IsClosed = true;

    protected override void Send(ref byte[] staged, int length)
    {
        ReadOnlySpan<byte> bytes = staged.AsSpan(0, length);
        if (!log.IsClean) throw new InvalidOperationException("something was said before it was durable");
        while (!bytes.IsEmpty)
        {
            var header = Header.Read(bytes);
            Received.Add((header, bytes[..(int)header.Length].ToArray()));
            Releases.Add(log.Releases);
            bytes = bytes[(int)header.Length..];
        }
    }
}
