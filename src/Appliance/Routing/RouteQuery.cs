using MessageClasses = Appliance.Policy.MessageClasses;

namespace Appliance.Routing;

/// <summary>A message as routes see it. It is only looked at during the call.</summary>
public readonly ref struct RouteQuery
{
    /// <summary>ASCII digits of the international number; a leading + makes no difference.</summary>
    public required ReadOnlySpan<byte> Destination { get; init; }

    /// <summary>The destination's <see cref="AddressHash.Long"/>; 0 where it is not known yet.</summary>
    public ulong Number { get; init; }

    /// <summary>The number's network as <see cref="Numbering.Network.CodeOf"/> has it, ported numbers considered;
    /// 0 where not known.</summary>
    public uint Network { get; init; }

    /// <summary>As <see cref="Numbering.CountryKey"/> has it; 0 where not known.</summary>
    public ushort Country { get; init; }

    /// <summary>The account's persistent id.</summary>
    public ushort Account { get; init; }

    /// <summary>source_addr without its NUL.</summary>
    public ReadOnlySpan<byte> Sender { get; init; }

    /// <summary>One bit; none counts as transactional.</summary>
    public MessageClasses Class { get; init; }

    /// <summary>Milliseconds since 1970.</summary>
    public required long Now { get; init; }

    /// <summary>
    /// What chance is drawn from: the same for all parts of a message, another one for another message, and the same
    /// again when the events are replayed.
    /// </summary>
    public ulong Seed { get; init; }
}
