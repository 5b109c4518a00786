using Codec;

namespace Appliance.Wire;

/// <summary>One end of an SMPP session: what a connection calls with what it reads. One call at a time.</summary>
public interface IPduHandler
{
    /// <summary>A whole PDU.</summary>
    /// <returns>False if it can't be taken now; it is offered again after <see cref="RoomAsync"/>.</returns>
    bool TryTake(in Header header, ReadOnlySpan<byte> pdu);

    /// <summary>Completes when a PDU that could not be taken may be offered again.</summary>
    Task RoomAsync();

    /// <summary>Goes on with what it has put aside (<see cref="SmppConnection.WaitForRoom"/>).</summary>
    /// <returns>False if it could not go on at all, and waits as before.</returns>
    bool TryGoOn() => true;

    /// <summary>What was received is taken as far as it was whole.</summary>
    void OnReceived();

    /// <summary>A command_length that no PDU has; the connection ends after this.</summary>
    void OnBadLength(in Header header);

    /// <summary>About once a second, on the heartbeat's thread.</summary>
    /// <param name="now">Environment.TickCount64.</param>
    void OnHeartbeat(long now);
}
