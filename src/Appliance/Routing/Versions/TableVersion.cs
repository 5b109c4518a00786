namespace Appliance.Routing.Versions;

/// <summary>A version of the tables: who made it, when and why.</summary>
/// <param name="Number">From 1, each one more than the last.</param>
/// <param name="Who">A person or a program: an admin key's name, "file", "ctl".</param>
/// <param name="At">UTC.</param>
/// <param name="Note">Why; may be empty.</param>
public sealed record TableVersion(int Number, string Who, DateTimeOffset At, string Note);

/// <summary>What became of a proposal.</summary>
public enum ProposalResult
{
    Done,

    /// <summary>It is what is in force already.</summary>
    Unchanged,

    /// <summary>It has faults.</summary>
    Invalid,

    /// <summary>Another version came in between.</summary>
    Conflict,

    /// <summary>There is no such version.</summary>
    Missing,
}
