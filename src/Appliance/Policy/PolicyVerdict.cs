using Appliance.Policy.Senders;

namespace Appliance.Policy;

public enum PolicyOutcome : byte
{
    Pass,

    /// <summary>It may go out from <see cref="PolicyVerdict.DueUnixMs"/> on.</summary>
    Defer,

    Refuse,
}

/// <summary>What the rules say about one message.</summary>
public struct PolicyVerdict
{
    public PolicyOutcome Outcome;

    /// <summary>Of Refuse and Defer: the kind of rule.</summary>
    public PolicyCode Code;

    /// <summary>Of Refuse and Defer: the rule's name in the configuration.</summary>
    public string? Rule;

    /// <summary>Of Defer: milliseconds since 1970. A message that has expired by then is better refused.</summary>
    public long DueUnixMs;

    /// <summary>The address that takes the sender's place, or null where it stays.</summary>
    public SenderAddress? Sender;

    /// <summary>The first content rule in monitor mode that would have refused it, or null.</summary>
    public string? Monitored;
}
