using Appliance.Operate;
using Appliance.Routing;
using Appliance.Routing.Versions;

namespace Appliance;

/// <summary>
/// Routes and prices while the appliance runs: what is in force after a start, and how something else comes to be.
/// The configuration's file counts when it has changed since it was read last; else what the API or a roll-back put in
/// force since then stays, also over a restart.
/// </summary>
internal sealed class PipelineTables
{
    private const string FromFile = "file";

    private readonly Pipeline _pipeline;
    private readonly ConfigurationSource _source;

    public PipelineTables(Pipeline pipeline, ConfigurationSource source)
    {
        _pipeline = pipeline;
        _source = source;
        var folder = new VersionFolder(pipeline.Configuration.Data);
        folder.Verify();
        Versions = new RouteVersions(folder.Path, Validate, TimeProvider.System);
    }

    public RouteVersions Versions { get; }

    /// <summary>The configuration with the routes and prices that are in force at a start.</summary>
    /// <exception cref="ConfigurationException">A file of prices or costs is wrong.</exception>
    public Configuration Begin()
    {
        var file = TableDocument.Extract(_source.Text);
        var read = Versions.List().FirstOrDefault(version => version.Who == FromFile);
        var isSame = read is not null && Versions.Find(read.Number) is { } known && known.AsSpan().SequenceEqual(file)
            && Versions.HasFilesOf(read.Number);
        // What was put in force since may name what the rest of the file no longer has.
        if (isSame && Versions.AsKept(Validate).Count == 0) return Versions.AsKept(Parse);
        var proposal = Versions.Propose(file, FromFile, "at the start");
        return proposal.Result == ProposalResult.Invalid
            ? throw new ConfigurationException(proposal.Errors)
            : _pipeline.Configuration;
    }

    /// <summary>Reads the configuration's file again.</summary>
    /// <param name="note">By what it was asked for.</param>
    public TableChange Reload(string note)
    {
        if (!File.Exists(_source.Path))
            return Invalid(new ConfigurationError(_source.Path, "no such file", "the configuration's file"));
        var result = Configuration.Load(_source.Path);
        if (result.Configuration?.Source is not { } source) return Invalid([.. result.Errors]);
        var document = TableDocument.Extract(source.Text);
        var change = Apply(document, FromFile, note, null);
        return change with { NeedsRestart = TableDocument.OtherChanges(_source.Text, source.Text) };
    }

    /// <summary>Puts a document in force.</summary>
    /// <param name="expected">The version it was made from; null for any.</param>
    public TableChange Apply(byte[] document, string who, string note, int? expected)
    {
        if (TableDocument.Check(document) is { Count: > 0 } faults) return Invalid([.. faults]);
        var content = TableDocument.Extract(document);
        var before = Versions.Read().Number;
        var proposal = Versions.Propose(content, who, note, expected, Enforce);
        // The files that it names may say something else now.
        if (proposal.Result == ProposalResult.Unchanged && HasFiles(content)) Enforce(content);
        return Told(proposal, before);
    }

    /// <summary>What a document would change, or what is wrong with it.</summary>
    public TableChange Try(byte[] document)
    {
        if (TableDocument.Check(document) is { Count: > 0 } faults) return Invalid([.. faults]);
        var content = TableDocument.Extract(document);
        var errors = Validate(content);
        return errors.Count > 0 ? Invalid([.. errors])
            : new TableChange(ProposalResult.Unchanged, Versions.Current, Versions.Preview(content), []);
    }

    /// <summary>A document, or the part of a whole configuration that is one, as tables; null where it is wrong.
    /// </summary>
    public RoutingTables? Compile(byte[] document, out IReadOnlyList<ConfigurationError> errors)
    {
        var content = TableDocument.Extract(document);
        errors = Validate(content);
        return errors.Count > 0 ? null : Compile(Parse(content), null);
    }

    /// <summary>Puts an earlier version in force again.</summary>
    public TableChange RollBack(int number, string who)
    {
        var before = Versions.Read().Number;
        return Told(Versions.RollBack(number, who, apply: Enforce), before);
    }

    private TableChange Told(Proposal proposal, int before)
    {
        if (proposal.Result != ProposalResult.Done)
            return new TableChange(proposal.Result, proposal.Version, [], proposal.Errors);
        Log.TablesInForce(_pipeline.Logger, proposal.Version!.Number, proposal.Version.Who, proposal.Version.Note);
        return new TableChange(
            proposal.Result, proposal.Version, Versions.Diff(before, proposal.Version.Number) ?? [], []);
    }

    private TableChange Invalid(params IReadOnlyList<ConfigurationError> errors) =>
        new(ProposalResult.Invalid, Versions.Current, [], errors);

    private static bool HasFiles(byte[] content) =>
        content.AsSpan().IndexOf("_files\""u8) >= 0;

    private IReadOnlyList<ConfigurationError> Validate(byte[] content)
    {
        var result = Configuration.Parse(TableDocument.Combine(_source.Text, Versions.Bind(content)), "tables");
        if (result.Configuration is not { } configuration) return result.Errors;
        try
        {
            Compile(configuration, null);
            return [];
        }
        catch (ConfigurationException error)
        {
            return error.Errors;
        }
    }

    /// <summary>The tables are exchanged between two events of the ring.</summary>
    private void Enforce(byte[] content)
    {
        var configuration = Parse(content);
        _pipeline.CallAsync((decider, _) => decider.Dispatch.Replace(
            Compile(configuration, decider.Dispatch.Choice.Tables))).GetAwaiter().GetResult();
    }

    private Configuration Parse(byte[] content) =>
        Configuration.Parse(TableDocument.Combine(_source.Text, Versions.Bind(content)), "tables").Configuration
        ?? throw new InvalidOperationException("a version that was valid is not any more");

    private RoutingTables Compile(Configuration configuration, RoutingTables? previous) =>
        PipelineOptions.Tables(configuration, _pipeline.AccountNames, _pipeline.CarrierNames, previous);
}

/// <summary>What became of a wish to change the tables.</summary>
/// <param name="Version">What is in force now.</param>
/// <param name="Changes">What differs from before, a line each.</param>
/// <param name="Errors">Why nothing was changed.</param>
internal sealed record TableChange(
    ProposalResult Result, TableVersion? Version, IReadOnlyList<string> Changes,
    IReadOnlyList<ConfigurationError> Errors)
{
    /// <summary>Members of the file that are other than at the start, and not in force.</summary>
    public IReadOnlyList<string> NeedsRestart { get; init; } = [];
}
