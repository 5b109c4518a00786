using Appliance.Policy.Fraud;
using Appliance.Policy.Hours;
using Appliance.Policy.OptOuts;

namespace Appliance.Policy;

/// <summary>Every rule as configured; docs/compliance.md says what each does. Immutable.</summary>
public sealed record PolicyRules
{
    /// <summary>Of messages that name none and whose account names none.</summary>
    public MessageClass DefaultClass { get; init; } = MessageClass.Transactional;

    public OptOutRules OptOut { get; init; } = new();

    public IReadOnlyList<QuietHoursRule> QuietHours { get; init; } = [];

    /// <summary>The first that applies to a message decides on its sender.</summary>
    public IReadOnlyList<SenderRule> Senders { get; init; } = [];

    public IReadOnlyList<ContentRule> Content { get; init; } = [];

    public IReadOnlyList<DltRule> Dlt { get; init; } = [];

    public FraudRules Fraud { get; init; } = new();
}

/// <summary>What all rules have: a name that refusals carry, and whose messages they are about.</summary>
public abstract record PolicyRule
{
    public required string Name { get; init; }

    /// <summary>Of the recipients; none for all, also for numbers of no known country.</summary>
    public IReadOnlyList<Country> Countries { get; init; } = [];

    /// <summary>Names; none for all.</summary>
    public IReadOnlyList<string> Accounts { get; init; } = [];

    public MessageClasses Classes { get; init; } = MessageClasses.All;
}

/// <summary>Times at which no message of a class may reach its recipient.</summary>
public sealed record QuietHoursRule : PolicyRule
{
    /// <summary>In the recipient's time.</summary>
    public required IReadOnlyList<QuietWindow> Quiet { get; init; }

    /// <summary>Whether a message waits for the end of the quiet hours; else it is refused.</summary>
    public bool Defer { get; init; } = true;

    /// <summary>An IANA name, for numbers that tell no zone of their own; null for all zones of their country at
    /// once.</summary>
    public string? TimeZone { get; init; }
}

/// <summary>What a sender may be.</summary>
[Flags]
public enum SenderKinds : byte
{
    None = 0,
    Alphanumeric = 1,
    ShortCode = 2,
    LongNumber = 4,
    All = Alphanumeric | ShortCode | LongNumber,
}

/// <summary>Which senders a country takes.</summary>
public sealed record SenderRule : PolicyRule
{
    public SenderKinds Allowed { get; init; } = SenderKinds.All;

    /// <summary>Kinds that must be on the list of registered senders.</summary>
    public SenderKinds Registration { get; init; }

    /// <summary>Without regard to case; numbers with or without +.</summary>
    public IReadOnlyList<string> Registered { get; init; } = [];

    /// <summary>What takes the place of a sender that may not be; null where the message is refused.</summary>
    public string? Replacement { get; init; }

    /// <summary>Characters of the GSM alphabet.</summary>
    public int LongestAlphanumeric { get; init; } = 11;
}

/// <summary>What a text may not have in it.</summary>
public sealed record ContentRule : PolicyRule
{
    /// <summary>False where it only watches.</summary>
    public bool Block { get; init; } = true;

    /// <summary>Words and phrases; a * at either end stands for the rest of a word.</summary>
    public IReadOnlyList<string> Words { get; init; } = [];

    /// <summary>In the syntax of <see cref="Text.ExpressionParser"/>.</summary>
    public IReadOnlyList<string> Expressions { get; init; } = [];

    /// <summary>Whether look-alikes (other scripts' letters, digits for letters) count as the letter they look like,
    /// for words.</summary>
    public bool Lookalikes { get; init; }

    /// <summary>Domains whose links, and whose subdomains' links, are refused.</summary>
    public IReadOnlyList<string> DeniedDomains { get; init; } = [];

    /// <summary>Null where links are free; else links to all other domains are refused.</summary>
    public IReadOnlyList<string>? AllowedDomains { get; init; }

    /// <summary>Whether links of known URL shorteners are refused.</summary>
    public bool Shorteners { get; init; }
}

/// <summary>How an optional parameter of India's registry (DLT) is checked.</summary>
public enum DltPresence : byte
{
    /// <summary>Not looked at.</summary>
    Ignored,

    /// <summary>Its form is checked where it is there.</summary>
    Optional,

    Required,
}

/// <summary>What messages to India have to carry.</summary>
public sealed record DltRule : PolicyRule
{
    public DltPresence Entity { get; init; } = DltPresence.Required;

    public DltPresence Template { get; init; } = DltPresence.Required;

    /// <summary>The telemarketers' ids, or the hash of the chain.</summary>
    public DltPresence Chain { get; init; } = DltPresence.Optional;

    /// <summary>Where there are any, a message's template must be one of them and its text must fit.</summary>
    public IReadOnlyList<DltTemplateText> Templates { get; init; } = [];
}

/// <param name="Id">Digits.</param>
/// <param name="Text">As registered, with {#var#} for its variable parts.</param>
public sealed record DltTemplateText(string Id, string Text);
