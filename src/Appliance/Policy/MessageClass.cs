namespace Appliance.Policy;

/// <summary>What a message is for, as its sender says.</summary>
public enum MessageClass : byte
{
    /// <summary>About something its recipient does or did: an order, an appointment, an alarm.</summary>
    Transactional,

    /// <summary>Advertisement.</summary>
    Promotional,

    /// <summary>A one-time password.</summary>
    Otp,

    /// <summary>The appliance's own answer to a keyword: no rule is about it, and no sender can ask for it.</summary>
    Reply,
}

/// <summary>Some of the classes.</summary>
[Flags]
public enum MessageClasses : byte
{
    None = 0,
    Transactional = 1 << MessageClass.Transactional,
    Promotional = 1 << MessageClass.Promotional,
    Otp = 1 << MessageClass.Otp,
    All = Transactional | Promotional | Otp,
}

public static class MessageClassSets
{
    /// <summary>The set that has this class alone; an answer of ours is to routes what any transaction is.</summary>
    public static MessageClasses AsSet(this MessageClass messageClass) => messageClass == MessageClass.Reply
        ? MessageClasses.Transactional
        : (MessageClasses)(1 << (int)messageClass);
}
