using Appliance.Operate;
using Appliance.Routing;
using Appliance.Routing.Versions;
using Store;

namespace Appliance;

/// <summary>
/// Routes, prices, carriers, accounts and rules while the appliance runs: what is in force after a start, and how
/// something else comes to be. The configuration's file counts when it has changed since it was read last; else what
/// the API or a roll-back put in force since then stays, also over a restart. Where only a file of prices or costs has
/// changed, that is read again and all else stays.
/// </summary>
internal sealed class PipelineTables
{
    private const string FromFile = "file";

    private readonly Pipeline _pipeline;
    private readonly ConfigurationSource _source;

    /// <summary>One change at a time, from what it is made of until it is in force.</summary>
    private readonly Lock _gate = new();

    /// <summary>The document in force, whole; empty before the start.</summary>
    private byte[] _inForce = [];

    /// <summary>What was found valid last, ready to be put in force.</summary>
    private PipelineSetup? _candidate;

    public PipelineTables(Pipeline pipeline, ConfigurationSource source, Configuration configuration)
    {
        _pipeline = pipeline;
        _source = source;
        var folder = new VersionFolder(configuration.Data);
        folder.Verify();
        Versions = new RouteVersions(folder.Path, Validate, TimeProvider.System);
    }

    public RouteVersions Versions { get; }

    private bool IsStarting => _inForce.Length == 0;

    /// <summary>What is in force at a start; on the journal's thread.</summary>
    /// <exception cref="ConfigurationException">A file of prices or costs is wrong.</exception>
    public PipelineSetup Begin()
    {
        var file = TableDocument.Extract(_source.Text);
        var known = Versions.ReadFile(out var changed) ?? Versions.ReadOldFile(FromFile, out changed);
        if (known is not null && TableDocument.Says(known, file))
        {
            if (TryGoOn(file, changed)) return _candidate!;
        }
        else if (known is not null)
        {
            NameLoss(known, file);
        }

        var proposal = Versions.Propose(file, FromFile, "at the start");
        if (proposal.Result == ProposalResult.Invalid) throw new ConfigurationException(proposal.Errors);
        Versions.NoteFile(file);
        _inForce = file;
        return _candidate!;
    }

    /// <summary>What was in force last is again, with those files read again that say something else than when they
    /// were read last.</summary>
    /// <returns>False where it does not hold any more, whatever files say.</returns>
    /// <exception cref="ConfigurationException">It does not hold with what a file says now.</exception>
    private bool TryGoOn(byte[] file, IReadOnlyList<string> changed)
    {
        var (number, version) = Versions.Read();
        var content = TableDocument.FromVersion(version, file);
        var faults = Versions.AsKept(_ => Validate(content));
        if (faults.Count > 0)
        {
            // It may name what the rest of the file no longer has.
            Log.TablesRefused(_pipeline.Logger,
                $"what was in force last does not hold any more, the file's are taken: {string.Join("; ", faults)}");
            return false;
        }

        foreach (var one in changed.Where(one => !Versions.Names(one)))
            Log.PriceFileUnused(_pipeline.Logger, one, number);
        List<string> used = [.. changed.Where(Versions.Names)];
        if (used.Count > 0)
        {
            var proposal = Versions.ProposeFiles(
                content, used, FromFile, "at the start, read again: " + string.Join(", ", used));
            if (proposal.Result == ProposalResult.Invalid) throw new ConfigurationException(proposal.Errors);
            foreach (var line in Versions.DiffFiles(number, proposal.Version!.Number))
                Log.PriceFileChanged(_pipeline.Logger, number, line);
        }

        if (changed.Count > 0) Versions.NoteFile(file);
        _inForce = content;
        return true;
    }

    /// <summary>The configuration says something else than when it was read last, so it counts; what was put in force
    /// beside it goes, which is said.</summary>
    private void NameLoss(byte[] known, byte[] file)
    {
        var (number, version) = Versions.Read();
        var inForce = TableDocument.FromVersion(version, known);
        // What goes is what the API had made of the file of then.
        if (number == 0 || TableDocument.Says(inForce, known)) return;
        foreach (var line in TableDiff.Of(known, inForce).Except(TableDiff.Of(known, file)))
            Log.ChangesLost(_pipeline.Logger, number, line);
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
        if (change.Result is ProposalResult.Done or ProposalResult.Unchanged) Versions.NoteFile(document);
        return change with { NeedsRestart = TableDocument.OtherChanges(_source.Text, source.Text) };
    }

    /// <summary>Puts a document in force; what it does not speak of stays.</summary>
    /// <param name="expected">The version it was made from; null for any.</param>
    public TableChange Apply(byte[] document, string who, string note, int? expected)
    {
        if (TableDocument.Check(document) is { Count: > 0 } faults) return Invalid([.. faults]);
        lock (_gate)
        {
            var before = Versions.Current?.Number ?? 0;
            var content = TableDocument.Complete(document, _inForce);
            // Who says nothing of prices does not want them read again.
            var keepsFiles = who != FromFile && !TableDocument.Has(document, "money");
            return Told(before, content, Versions.Propose(content, who, note, expected, Enforce, keepsFiles));
        }
    }

    /// <summary>What a document would change, or what is wrong with it.</summary>
    public TableChange Try(byte[] document)
    {
        if (TableDocument.Check(document) is { Count: > 0 } faults) return Invalid([.. faults]);
        lock (_gate)
        {
            var content = TableDocument.Complete(document, _inForce);
            var errors = Make(content, isForGood: false, out _);
            return errors.Count > 0 ? Invalid([.. errors])
                : new TableChange(ProposalResult.Unchanged, Versions.Current,
                    [
                        .. TableDiff.Of(_inForce, content),
                        .. TableDocument.Has(document, "money") ? Versions.DiffFilesNow(content) : [],
                    ], []);
        }
    }

    /// <summary>A document, or the part of a whole configuration that is one, as tables; null where it is wrong.
    /// </summary>
    public RoutingTables? Compile(byte[] document, out IReadOnlyList<ConfigurationError> errors)
    {
        lock (_gate)
        {
            var content = TableDocument.IsConfiguration(document)
                ? TableDocument.Extract(document) : TableDocument.Complete(document, _inForce);
            errors = Make(content, isForGood: false, out var setup);
            return setup?.Stage.Tables;
        }
    }

    /// <summary>Puts an earlier version in force again.</summary>
    public TableChange RollBack(int number, string who)
    {
        lock (_gate)
        {
            var (before, content) = (Versions.Current?.Number ?? 0, Array.Empty<byte>());
            var proposal = Versions.RollBack(number, who, apply: Enforce,
                complete: version => content = TableDocument.FromVersion(version, _inForce));
            return Told(before, content, proposal);
        }
    }

    /// <param name="before">The version in force until then.</param>
    private TableChange Told(int before, byte[] content, Proposal proposal)
    {
        if (proposal.Result != ProposalResult.Done)
            return new TableChange(proposal.Result, proposal.Version, [], proposal.Errors);
        Log.TablesInForce(_pipeline.Logger, proposal.Version!.Number, proposal.Version.Who, proposal.Version.Note);
        // In force it is, whatever telling the differences meets.
        var old = _inForce;
        _inForce = content;
        List<string> changes =
            [.. TableDiff.Of(old, content), .. Versions.DiffFiles(before, proposal.Version.Number)];
        return new TableChange(proposal.Result, proposal.Version, changes, []);
    }

    private TableChange Invalid(params IReadOnlyList<ConfigurationError> errors) =>
        new(ProposalResult.Invalid, Versions.Current, [], errors);

    private IReadOnlyList<ConfigurationError> Validate(byte[] content) =>
        Make(content, isForGood: true, out _candidate);

    /// <summary>Exactly what was found valid, between two events of the ring.</summary>
    private void Enforce(byte[] content) => _pipeline.EnforceAsync(_candidate!).GetAwaiter().GetResult();

    /// <summary>A document as the stages know it, or what is wrong with it.</summary>
    /// <param name="isForGood">Whether names that are new get their ids for ever, which are the ring's to give.</param>
    private IReadOnlyList<ConfigurationError> Make(byte[] content, bool isForGood, out PipelineSetup? setup)
    {
        setup = null;
        var result = Configuration.Parse(TableDocument.Combine(_source.Text, Versions.Bind(content)), "tables");
        if (result.Configuration is not { } configuration) return result.Errors;
        try
        {
            var previous = IsStarting ? null : _pipeline.Setup;
            var (accounts, carriers) = (new Ids(_pipeline.AccountNames), new Ids(_pipeline.CarrierNames));
            setup = PipelineSetup.Make(configuration, new NameIds(accounts.Of, carriers.Of), previous);
            if (!isForGood || !(accounts.HasNew || carriers.HasNew)) return [];
            Keep(accounts, carriers);
            setup = PipelineSetup.Make(configuration, new NameIds(accounts.Of, carriers.Of), previous);
            return [];
        }
        catch (ConfigurationException error)
        {
            setup = null;
            return error.Errors;
        }
    }

    private void Keep(Ids accounts, Ids carriers)
    {
        if (IsStarting) Write();
        else _pipeline.CallAsync((_, _) => Write()).GetAwaiter().GetResult();

        void Write()
        {
            accounts.Keep();
            carriers.Keep();
        }
    }

    /// <summary>Ids of names; those that are new have one for a try, from above, until they are kept.</summary>
    private sealed class Ids(NameTable names)
    {
        private readonly Dictionary<string, ushort> _new = new(StringComparer.Ordinal);

        public bool HasNew => _new.Count > 0;

        public ushort Of(string name)
        {
            if (names.TryGet(name, out var known)) return known;
            if (_new.TryGetValue(name, out var tried)) return tried;
            tried = (ushort)(ushort.MaxValue - _new.Count);
            _new.Add(name, tried);
            return tried;
        }

        public void Keep()
        {
            foreach (var name in _new.Keys) names.GetOrAdd(name);
        }
    }
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
