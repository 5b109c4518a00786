using Appliance.Operate;

namespace Appliance.Routing.Versions;

/// <summary>
/// The versions of the tables that change at run time (routes, prices, carriers, accounts), as one JSON document each,
/// in a folder. A proposal is validated as a whole and becomes the next version, or nothing happens; a file that
/// changed, the API and the command line all come this way. Any thread; one proposal at a time.
/// </summary>
public sealed class RouteVersions
{
    private readonly string _folder;
    private readonly string _file;
    private readonly Func<byte[], IReadOnlyList<ConfigurationError>> _validate;
    private readonly TimeProvider _time;
    private readonly int _kept;
    private readonly Lock _gate = new();
    private TableVersion? _current;
    private byte[] _content = [];
    private readonly VersionFiles _copies;

    /// <summary>Copies of the files that the version in force names; null where it was made before they were kept.
    /// </summary>
    private IReadOnlyDictionary<string, string>? _files = VersionFiles.None;

    /// <summary>Copies that stand for the files just now.</summary>
    private IReadOnlyDictionary<string, string> _bound = VersionFiles.None;

    /// <param name="folder">It is made where it isn't there.</param>
    /// <param name="validate">What is wrong with a document.</param>
    /// <param name="kept">Versions that stay; at least 2.</param>
    /// <exception cref="Store.StoreException">The last version is damaged or missing.</exception>
    public RouteVersions(
        string folder, Func<byte[], IReadOnlyList<ConfigurationError>> validate, TimeProvider time, int kept = 200)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(kept, 2);
        _folder = folder;
        _file = VersionFolder.FileOf(folder);
        _validate = validate;
        _time = time;
        _kept = kept;
        _copies = new VersionFiles(folder);
        Directory.CreateDirectory(folder);
        var numbers = VersionFile.WholeNumbers(folder);
        if (numbers.Count == 0) return;
        (_current, _content) = VersionFile.Read(folder, numbers[^1]);
        _files = VersionFile.ReadFiles(folder, numbers[^1]);
        // A death between the two files, or a folder of before there was the second.
        if (VersionFile.ReadNewest(folder) < numbers[^1]) VersionFile.WriteNewest(folder, numbers[^1]);
    }

    /// <summary>What is in force; null before the first version.</summary>
    public TableVersion? Current
    {
        get
        {
            lock (_gate) return _current;
        }
    }

    /// <summary>The document in force, with its version's number; 0 and empty before the first.</summary>
    public (int Number, byte[] Content) Read()
    {
        lock (_gate) return (_current?.Number ?? 0, _content);
    }

    /// <summary>Makes a document the next version.</summary>
    /// <param name="expected">The version that it was made from; null to take its place whatever it is.</param>
    /// <param name="apply">Puts it in force, after it is on the disk; what it throws is passed on.</param>
    /// <param name="keepsFiles">Whether the files that it names say what they did when the version in force came to
    /// be, not what they say now.</param>
    public Proposal Propose(
        byte[] content, string who, string note, int? expected = null, Action<byte[]>? apply = null,
        bool keepsFiles = false)
    {
        lock (_gate) return Propose(content, keepsFiles ? _files : null, who, note, expected, apply);
    }

    /// <summary>Makes a document the next version of which some files are read again; the others say what they did when
    /// the version in force came to be.</summary>
    /// <param name="changed">Those that are read again.</param>
    public Proposal ProposeFiles(byte[] content, IReadOnlyCollection<string> changed, string who, string note)
    {
        ArgumentNullException.ThrowIfNull(changed);
        lock (_gate)
        {
            var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
            foreach (var (file, copy) in _copies.Keep(content)) files[file] = copy;
            foreach (var (file, copy) in _files ?? VersionFiles.None)
                if (!changed.Contains(file)) files[file] = copy;
            return Propose(content, files, who, note, null, null);
        }
    }

    /// <summary>Whether the document in force names a file of prices or costs.</summary>
    public bool Names(string file)
    {
        lock (_gate) return VersionFiles.NamesIn(_content).Contains(file);
    }

    /// <param name="kept">Copies that stand for its files; null for what they say now.</param>
    private Proposal Propose(
        byte[] content, IReadOnlyDictionary<string, string>? kept, string who, string note, int? expected,
        Action<byte[]>? apply)
    {
        ArgumentNullException.ThrowIfNull(content);
        lock (_gate)
        {
            if (expected is { } number && number != (_current?.Number ?? 0))
                return new Proposal(ProposalResult.Conflict, _current, []);
            var before = _bound;
            _bound = kept ?? _copies.Keep(content);
            try
            {
                return Validated(content, who, note, apply);
            }
            finally
            {
                _bound = before;
            }
        }
    }

    /// <summary>
    /// A document to be read: with the copies in the place of the files that it names, while it is validated or applied
    /// as a version, or read as one.
    /// </summary>
    public byte[] Bind(byte[] content)
    {
        lock (_gate) return _copies.Bind(content, _bound);
    }

    /// <summary>Does something with the document in force, whose files say what they did when it came to be.</summary>
    public T AsKept<T>(Func<byte[], T> read)
    {
        ArgumentNullException.ThrowIfNull(read);
        lock (_gate)
        {
            var before = _bound;
            _bound = _files ?? VersionFiles.None;
            try
            {
                return read(_content);
            }
            finally
            {
                _bound = before;
            }
        }
    }

    /// <summary>Keeps what the configuration's file said when it was read last, whatever became of it.</summary>
    public void NoteFile(byte[] document)
    {
        lock (_gate)
        {
            Directory.CreateDirectory(_file);
            VersionFile.Write(
                _file, new TableVersion(1, "file", _time.GetUtcNow(), ""), document, _copies.Keep(document),
                overwrite: true);
            PruneFiles();
        }
    }

    /// <summary>What the configuration's file said when it was read last; null before the first time.</summary>
    /// <param name="changed">The files that it names and that say something else now.</param>
    public byte[]? ReadFile(out IReadOnlyList<string> changed)
    {
        lock (_gate)
        {
            changed = [];
            if (!File.Exists(VersionFile.PathOf(_file, 1))) return null;
            changed = VersionFiles.Changed(VersionFile.ReadFiles(_file, 1) ?? VersionFiles.None);
            return VersionFile.Read(_file, 1).Content;
        }
    }

    /// <summary>The same in a folder of before it was kept by itself: the newest version that came from it.</summary>
    public byte[]? ReadOldFile(string who, out IReadOnlyList<string> changed)
    {
        lock (_gate)
        {
            changed = [];
            if (List().FirstOrDefault(version => version.Who == who) is not { } read) return null;
            changed = VersionFiles.Changed(VersionFile.ReadFiles(_folder, read.Number) ?? VersionFiles.None);
            return Find(read.Number);
        }
    }

    private Proposal Validated(byte[] content, string who, string note, Action<byte[]>? apply)
    {
        var errors = _validate(content);
        if (errors.Count > 0)
        {
            PruneFiles();
            return new Proposal(ProposalResult.Invalid, _current, [.. errors.Select(AsNamed)]);
        }

        if (_current is not null && content.AsSpan().SequenceEqual(_content) && IsSame(_files, _bound))
            return new Proposal(ProposalResult.Unchanged, _current, []);
        var version = new TableVersion((_current?.Number ?? 0) + 1, who, _time.GetUtcNow(), note);
        VersionFile.Write(_folder, version, content, _bound);
        VersionFile.WriteNewest(_folder, version.Number);
        _current = version;
        _content = content;
        _files = _bound;
        Prune();
        apply?.Invoke(content);
        return new Proposal(ProposalResult.Done, version, []);
    }

    /// <summary>A fault of a copy is one of the file.</summary>
    private ConfigurationError AsNamed(ConfigurationError error)
    {
        foreach (var (file, copy) in _bound)
        {
            var path = _copies.PathOf(copy);
            if (error.Path.StartsWith(path, StringComparison.Ordinal))
                return error with { Path = file + error.Path[path.Length..] };
        }

        return error;
    }

    private static bool IsSame(IReadOnlyDictionary<string, string>? one, IReadOnlyDictionary<string, string> other) =>
        (one?.Count ?? 0) == other.Count
        && other.All(pair => one!.TryGetValue(pair.Key, out var copy) && copy == pair.Value);

    /// <summary>Makes what an earlier version said the next one. It is validated again: what it names may be gone.
    /// </summary>
    /// <param name="complete">Adds what an older form of a version does not say.</param>
    public Proposal RollBack(
        int number, string who, int? expected = null, Action<byte[]>? apply = null,
        Func<byte[], byte[]>? complete = null) =>
        TryRead(number, out var content)
            ? Propose(complete?.Invoke(content) ?? content, FilesOf(number), who, $"back to version {number}", expected,
                apply)
            : new Proposal(ProposalResult.Missing, Current, []);

    /// <summary>All versions that are kept, the newest first.</summary>
    public IReadOnlyList<TableVersion> List()
    {
        lock (_gate)
        {
            var numbers = VersionFile.Numbers(_folder);
            numbers.Reverse();
            return [.. numbers.Select(number => VersionFile.Read(_folder, number).Version)];
        }
    }

    /// <summary>A version's document; null where it is not there.</summary>
    public byte[]? Find(int number) => TryRead(number, out var content) ? content : null;

    /// <summary>What differs from one version to another, a line each; null where one of them is not there. What one of
    /// them does not speak of at all is no difference.</summary>
    public IReadOnlyList<string>? Diff(int from, int to) =>
        TryRead(from, out var old) && TryRead(to, out var changed)
            ?
            [
                .. TableDiff.Of(TableDocument.FromVersion(old, changed), TableDocument.FromVersion(changed, old)),
                .. DiffFiles(from, to),
            ]
            : null;

    /// <summary>What differs between what the files of two versions said.</summary>
    public IReadOnlyList<string> DiffFiles(int from, int to)
    {
        lock (_gate)
        {
            return File.Exists(VersionFile.PathOf(_folder, from)) && File.Exists(VersionFile.PathOf(_folder, to))
                ? _copies.Diff(VersionFile.ReadFiles(_folder, from), VersionFile.ReadFiles(_folder, to)) : [];
        }
    }

    /// <summary>What differs between what the files of the version in force said and what those of a document say now.
    /// </summary>
    public IReadOnlyList<string> DiffFilesNow(byte[] document)
    {
        lock (_gate) return _files is null ? [] : _copies.DiffNow(_files, document);
    }

    private bool TryRead(int number, out byte[] content)
    {
        content = [];
        lock (_gate)
        {
            if (!File.Exists(VersionFile.PathOf(_folder, number))) return false;
            content = VersionFile.Read(_folder, number).Content;
            return true;
        }
    }

    /// <exception cref="Store.StoreException">A copy is missing or damaged.</exception>
    private IReadOnlyDictionary<string, string>? FilesOf(int number)
    {
        lock (_gate)
        {
            var files = VersionFile.ReadFiles(_folder, number);
            _copies.Verify(files ?? VersionFiles.None);
            return files;
        }
    }

    private void Prune()
    {
        var numbers = VersionFile.Numbers(_folder);
        foreach (var number in numbers.SkipLast(_kept)) File.Delete(VersionFile.PathOf(_folder, number));
        PruneFiles();
    }

    private void PruneFiles()
    {
        if (!Directory.Exists(_copies.Path)) return;
        _copies.Prune(VersionFile.Numbers(_folder)
            .SelectMany(number => (VersionFile.ReadFiles(_folder, number) ?? VersionFiles.None).Values));
    }
}

/// <summary>What became of a proposal.</summary>
/// <param name="Version">What is in force now.</param>
/// <param name="Errors">Why it is invalid.</param>
public sealed record Proposal(
    ProposalResult Result, TableVersion? Version, IReadOnlyList<ConfigurationError> Errors);
