namespace Appliance.Routing.Explain;

/// <summary>What a step on a message's way says of it.</summary>
public enum StepVerdict
{
    Passes,

    /// <summary>It goes on as another one: from another sender.</summary>
    Changed,

    /// <summary>It goes on later.</summary>
    Waits,

    Refused,

    /// <summary>It cannot be said of what is known of the message.</summary>
    NotAsked,
}

/// <summary>A step on a message's way other than its route and carrier, which have tables of their own.</summary>
/// <param name="Name">What is asked: intake, rate, sender, opt_out, balance and others.</param>
/// <param name="Rule">The rule that says so, or those that were asked; empty for none.</param>
/// <param name="Numbers">What it is said from.</param>
public sealed record ExplainStep(string Name, StepVerdict Verdict, string Rule, string Numbers)
{
    public bool IsRefusal => Verdict == StepVerdict.Refused;

    /// <summary>The verdict in JSON and in tables.</summary>
    public string Word => Verdict switch
    {
        StepVerdict.Passes => "passes",
        StepVerdict.Changed => "changed",
        StepVerdict.Waits => "waits",
        StepVerdict.Refused => "refused",
        _ => "not asked",
    };

    /// <summary>In a line.</summary>
    public override string ToString() =>
        Name + (Rule.Length > 0 ? $", rule {Rule}" : "") + (Numbers.Length > 0 ? $": {Numbers}" : "");
}
