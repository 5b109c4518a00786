namespace Appliance.Records;

/// <summary>The fact that says from where a restart has to read: a position, big-endian.</summary>
public static class Checkpoint
{
    public static ReadOnlySpan<byte> Key => "checkpoint"u8;
}
