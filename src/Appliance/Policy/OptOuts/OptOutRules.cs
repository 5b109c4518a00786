namespace Appliance.Policy.OptOuts;

/// <summary>How opt-outs are taken and answered.</summary>
public sealed record OptOutRules
{
    /// <summary>Classes of messages that do not reach who has opted out.</summary>
    public MessageClasses Classes { get; init; } = MessageClasses.All;

    /// <summary>Whether a reply with STOP is about all senders of the account; else about the one it went to.</summary>
    public bool WholeAccount { get; init; }

    /// <summary>Whether keywords are answered with a message.</summary>
    public bool Replies { get; init; }

    /// <summary>Languages whose keywords count; none for all there are.</summary>
    public IReadOnlyList<string> Languages { get; init; } = [];

    /// <summary>More keywords, or other replies, by language.</summary>
    public IReadOnlyList<KeywordSet> Keywords { get; init; } = [];
}

/// <summary>The keywords of a language and what is answered to them.</summary>
public sealed record KeywordSet
{
    /// <summary>ISO 639-1.</summary>
    public required string Language { get; init; }

    /// <summary>Count at the beginning of a reply, whatever follows.</summary>
    public IReadOnlyList<string> Stop { get; init; } = [];

    /// <summary>Count where they are the whole reply: words that also begin sentences about something else.</summary>
    public IReadOnlyList<string> StopAlone { get; init; } = [];

    /// <summary>Count where they are the whole reply.</summary>
    public IReadOnlyList<string> Start { get; init; } = [];

    /// <summary>Count where they are the whole reply.</summary>
    public IReadOnlyList<string> Help { get; init; } = [];

    /// <summary>Null for the language's usual text; empty for no answer.</summary>
    public string? StopReply { get; init; }

    public string? StartReply { get; init; }

    public string? HelpReply { get; init; }
}
