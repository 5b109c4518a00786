using Codec;

namespace Appliance.Policy;

/// <summary>A message as the rules see it. It is only looked at during the call.</summary>
public readonly ref struct PolicyInput
{
    /// <summary>The persistent id of its account.</summary>
    public required ushort Account { get; init; }

    /// <summary>What its sender says it is, or the account's usual class.</summary>
    public required MessageClass Class { get; init; }

    /// <summary>The destination's, by the number plan; default where the plan knows none.</summary>
    public required Country Country { get; init; }

    /// <summary>source_addr without its NUL, as the sender gave it.</summary>
    public required ReadOnlySpan<byte> Source { get; init; }

    public byte SourceTon { get; init; }

    /// <summary>ASCII digits of the international number; a leading + makes no difference.</summary>
    public required ReadOnlySpan<byte> Destination { get; init; }

    /// <summary>
    /// The text in UTF-16, as TextCodec.Decode gives it; empty for binary messages. Of a message whose parts come
    /// one by one it is a part, and no rule sees over its border.
    /// </summary>
    public required ReadOnlySpan<char> Text { get; init; }

    /// <summary>Whether the text is a part, which no template can be compared with.</summary>
    public bool IsPart { get; init; }

    /// <summary>The submit_sm's optional parameters; where a message has several parts, its first's.</summary>
    public TlvReader Tlvs { get; init; }
}
