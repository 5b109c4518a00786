using Appliance.Policy;
using Appliance.Records;

namespace Appliance.Ingress;

/// <summary>A message as its ESME's requests need it.</summary>
public sealed record MessageFacts
{
    /// <summary>Where it was accepted.</summary>
    public required ulong Position { get; init; }

    public required State State { get; init; }

    /// <summary>Milliseconds since 1970 of its last event.</summary>
    public required long ChangedAt { get; init; }

    /// <summary>Milliseconds since 1970.</summary>
    public required long AcceptedAt { get; init; }

    /// <summary>Seconds since 1970; 0 for never.</summary>
    public required uint Expiry { get; init; }

    /// <summary>Seconds since 1970 before which it must not go out; 0 for at once.</summary>
    public required uint Due { get; init; }

    /// <summary>What it is for.</summary>
    public MessageClass Class { get; init; }

    /// <summary>Of its destination, as CountryKey has it; 0 where not known.</summary>
    public ushort Country { get; init; }

    /// <summary>The carrier's error as a number that one octet holds; 0 for none or another.</summary>
    public required byte Error { get; init; }

    /// <summary>The submit_sm body of its first part, as it goes to a carrier.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }
}

/// <summary>What a replaced message becomes; as in a slot of the ring.</summary>
public sealed record Replacement(
    ReadOnlyMemory<byte> Body, byte RegisteredDelivery, int SourceOffset, int DestinationOffset,
    int RegisteredOffset, uint Due, uint Validity);
