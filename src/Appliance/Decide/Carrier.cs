using Appliance.Limits;
using Appliance.Routing.Live;

namespace Appliance.Decide;

/// <summary>What happens to a message that was written to a carrier and never answered.</summary>
public enum InDoubtPolicy : byte
{
    Resend,
    Fail,
}

/// <summary>How a carrier's message id in a receipt differs from the one in submit_sm_resp.</summary>
public enum IdForm : byte
{
    /// <summary>Learned from the receipts that match.</summary>
    Auto,

    /// <summary>The same, but for case and leading zeros.</summary>
    Text,

    /// <summary>Hexadecimal in the response, decimal in the receipt.</summary>
    HexToDecimal,

    /// <summary>Decimal in the response, hexadecimal in the receipt.</summary>
    DecimalToHex,
}

/// <summary>A carrier as the configuration describes it to the deciding stage.</summary>
public sealed record CarrierOptions
{
    /// <summary>The persistent id of its name.</summary>
    public required ushort Id { get; init; }

    public required string Name { get; init; }

    /// <summary>Sessions of another one are not given anything more: they were made with other options.</summary>
    public int Generation { get; init; }

    public int Sessions { get; init; } = 1;

    public int Window { get; init; } = 100;

    /// <summary>Messages a second over all sessions; 0 for no limit.</summary>
    public int Throughput { get; init; }

    /// <summary>Messages a second of each sender address; 0 for no limit.</summary>
    public int SenderThroughput { get; init; }

    public InDoubtPolicy InDoubt { get; init; }

    /// <summary>How often a message in doubt is sent again before it ends as unknown.</summary>
    public int InDoubtResends { get; init; } = 5;

    public IdForm IdForm { get; init; }

    /// <summary>Milliseconds a response may take.</summary>
    public int ResponseTimer { get; init; } = 60_000;

    /// <summary>Ask for receipts even where the customer doesn't.</summary>
    public bool AlwaysRegister { get; init; }

    /// <summary>What its statuses ask for where that isn't the usual.</summary>
    public IReadOnlyDictionary<uint, ErrorClass> Errors { get; init; } = new Dictionary<uint, ErrorClass>();
}

/// <summary>One bound session with a carrier.</summary>
public sealed class Link
{
    public Link(Carrier carrier, ushort session, Peer peer)
    {
        Carrier = carrier;
        Session = session;
        Peer = peer;
        Window = new Window(carrier.Options.Window);
        Aimd = new Aimd(carrier.Options.Window, 0);
        Pace = new LinkPace(Aimd);
    }

    public Carrier Carrier { get; }

    public ushort Session { get; }

    public Peer Peer { get; }

    /// <summary>Milliseconds since 1970.</summary>
    public long BoundAt { get; init; }

    public Window Window { get; }

    /// <summary>How much of its window and how fast, by what the carrier takes.</summary>
    public Aimd Aimd { get; }

    public LinkPace Pace { get; }

    /// <summary>Milliseconds since 1970 until which nothing is written: the carrier asked for a pause.</summary>
    public long PausedUntil { get; set; }

    /// <summary>Milliseconds of the last pause; doubles while the carrier goes on throttling.</summary>
    public int Pause { get; set; }

    /// <summary>Whether the one message in its window must be answered before the next is written.</summary>
    public bool Alone { get; set; }

    /// <summary>What waited and was written in this batch, until the record that says so.</summary>
    public List<int> HandedOver { get; } = [];

    /// <summary>Whether a message waits for the window to be empty, to be written alone.</summary>
    public bool IsEmptying { get; set; }

    /// <summary>Whether it is being closed: what it owes will be in doubt, and nothing more is written.</summary>
    public bool IsClosing { get; private set; }

    /// <summary>Whether it is of options that are not in force any more: what it owes is waited for, and nothing more
    /// is written.</summary>
    public bool IsRetired { get; private set; }

    public bool Ready(long now) => Window.Used < Aimd.Window && now >= PausedUntil && !Alone && !IsEmptying
        && !IsClosing && !IsRetired && Pace.HasAny(now);

    public void Retire() => IsRetired = Peer.KeepsNothing = true;

    public void Close(string reason)
    {
        IsClosing = true;
        Peer.Close(reason);
    }
}

/// <summary>A carrier at run time.</summary>
public sealed class Carrier
{
    private Link?[] _links;
    private Partition[] _partitions;
    private Link[] _retired = [];
    private readonly FairWeights _weights;

    /// <param name="weights">The accounts' shares of it.</param>
    public Carrier(CarrierOptions options, FairWeights weights)
    {
        Options = options;
        _links = new Link?[options.Sessions];
        _weights = weights;
        _partitions = Empty();
        Tokens = new TokenBucket(options.Throughput);
    }

    public CarrierOptions Options { get; private set; }

    /// <summary>Whether it is not configured any more: nothing new goes there, and what it owes is waited for.
    /// </summary>
    public bool IsGone { get; private set; }

    public TokenBucket Tokens { get; private set; }

    public CarrierCounters Counters { get; } = new();

    /// <summary>What the receipts have taught about this carrier's ids.</summary>
    public IdForm LearnedForm { get; set; }

    /// <summary>Whether its receipts name the handset as the message did: one has.</summary>
    public bool NamesHandsets { get; set; }

    public int Bound { get; private set; }

    /// <summary>The partition whose turn it is.</summary>
    public int Turn { get; set; }

    /// <summary>Whether partitions share a session or a rate.</summary>
    public bool IsShared => Tokens.IsLimited || Bound < _partitions.Length;

    public bool IsUp => Bound > 0;

    /// <summary>What is known of its answers.</summary>
    public CarrierHealth Health { get; set; } = new(new HealthOptions());

    /// <summary>Whether it has a session and has not lost its traffic for its answers, as it was looked at last.
    /// </summary>
    public bool IsFit { get; set; }

    /// <summary>Brings up to date how full it is.</summary>
    public void Measure(long now)
    {
        var (used, size, ready) = (0, 0, false);
        foreach (var link in _links)
        {
            if (link is null) continue;
            used += link.Window.Used;
            size += link.Aimd.Window;
            ready |= link.Ready(now);
        }

        var waits = Waiting > 0 || HeldCount > 0;
        Health.Load = waits || size == 0 ? 1 : Math.Min(1, used / (double)size);
        Health.IsFull = waits || !ready || !Tokens.HasAny(now);
    }

    /// <summary>What waits for it outside memory, by priority.</summary>
    public IReadOnlyList<HeldLine> Held { get; } = [new(), new(), new(), new()];

    /// <summary>Messages that wait for it outside memory.</summary>
    public int HeldCount => HeldFrom(0);

    /// <summary>The oldest of what waits, as it was within the last second. Any thread.</summary>
    public OldestWaiting Oldest { get; } = new();

    public ReadOnlySpan<Partition> Partitions => _partitions;

    public ReadOnlySpan<Link?> Links => _links;

    /// <summary>Sessions that still owe answers, or are about to end.</summary>
    public ReadOnlySpan<Link> Retired => _retired;

    /// <summary>Requests that retired sessions have not answered.</summary>
    public int RetiredUsed
    {
        get
        {
            var used = 0;
            foreach (var link in _retired) used += link.Window.Used;
            return used;
        }
    }

    /// <summary>Messages that wait in memory.</summary>
    public int Waiting => WaitingFrom(0);

    /// <summary>Requests written and not answered.</summary>
    public int WindowUsed
    {
        get
        {
            var used = RetiredUsed;
            foreach (var link in _links) used += link?.Window.Used ?? 0;
            return used;
        }
    }

    /// <summary>Requests that its sessions may have unanswered now.</summary>
    public int AdaptedWindow
    {
        get
        {
            var window = 0;
            foreach (var link in _links) window += link?.Aimd.Window ?? 0;
            return window;
        }
    }

    /// <summary>Messages of a priority, or above it, that wait in memory.</summary>
    public int WaitingFrom(int priority)
    {
        var waiting = 0;
        foreach (var partition in _partitions) waiting += partition.CountFrom(priority);
        return waiting;
    }

    /// <summary>Messages of a priority, or above it, that wait outside memory.</summary>
    public int HeldFrom(int priority)
    {
        var held = 0;
        for (var i = priority; i < Partition.Priorities; i++) held += Held[i].Count;
        return held;
    }

    /// <summary>An account's messages of a priority, or above it, that wait in memory.</summary>
    public int WaitingOf(ushort account, int priority)
    {
        var waiting = 0;
        foreach (var partition in _partitions) waiting += partition.CountOf(account, priority);
        return waiting;
    }

    public Partition PartitionOf(uint destinationHash) => _partitions[destinationHash % (uint)_partitions.Length];

    /// <param name="generation">Of the options that the session was made with.</param>
    /// <returns>Whether it is of use; one that was made with other options is only watched until it ends.</returns>
    public bool TryAttach(Link link, int generation)
    {
        if (IsGone || generation != Options.Generation)
        {
            link.Retire();
            _retired = [.. _retired, link];
            return false;
        }

        _links[link.Session] = link;
        Share();
        return true;
    }

    public void Detach(Link link)
    {
        if (link.IsRetired)
        {
            _retired = [.. _retired.Where(other => other != link)];
            return;
        }

        if (_links[link.Session] == link) _links[link.Session] = null;
        Share();
    }

    /// <summary>Takes other options. Only where their generation is another one its sessions are given up, for new
    /// ones.</summary>
    public void Redefine(CarrierOptions options, MessageTable table)
    {
        var renews = IsGone || options.Generation != Options.Generation || options.Sessions != Options.Sessions;
        if (options.Throughput != Options.Throughput) Tokens = new TokenBucket(options.Throughput);
        Options = options;
        IsGone = false;
        if (renews) Retire();
        if (_partitions.Length != options.Sessions) Spread(table);
        Share();
    }

    /// <summary>It is not configured any more.</summary>
    public void Leave()
    {
        IsGone = true;
        IsFit = false;
        Retire();
        Share();
    }

    private void Retire()
    {
        var links = Array.FindAll(_links, link => link is not null);
        foreach (var link in links) link!.Retire();
        _retired = [.. _retired, .. links!];
        _links = new Link?[Options.Sessions];
        Health.Renewed();
    }

    /// <summary>Shares what waits out among another number of sessions, in order of age.</summary>
    private void Spread(MessageTable table)
    {
        var waiting = new List<int>();
        foreach (var partition in _partitions)
            for (var priority = 0; priority < Partition.Priorities; priority++)
                while (partition.Head(priority) != MessageTable.None) waiting.Add(partition.TakeHead(table, priority));
        waiting.Sort((one, other) => table[one].Position.CompareTo(table[other].Position));
        _partitions = Empty();
        Turn = 0;
        foreach (var handle in waiting)
            PartitionOf(AddressHash.Of(Addresses.Octets(in table[handle].Destination))).Append(table, handle);
    }

    private Partition[] Empty()
    {
        var partitions = new Partition[Options.Sessions];
        for (var i = 0; i < partitions.Length; i++) partitions[i] = new Partition(_weights);
        return partitions;
    }

    /// <summary>A partition is served by the session of its number while that is bound, else by another one.</summary>
    private void Share()
    {
        var bound = Array.FindAll(_links, link => link is not null);
        Bound = bound.Length;
        for (var i = 0; i < _partitions.Length; i++)
            _partitions[i].Link = _links[i] ?? (bound.Length == 0 ? null : bound[i % bound.Length]);
    }
}

/// <summary>Lets so many through a second, with a tenth of a second's worth at once at the most.</summary>
/// <param name="rate">A second; 0 for no limit.</param>
public sealed class TokenBucket(int rate)
{
    private readonly double _burst = Math.Max(1, rate / 10.0);
    private double _tokens = Math.Max(1, rate / 10.0);
    private long _at;

    public bool IsLimited => rate != 0;

    /// <param name="now">Milliseconds since 1970; a clock that goes back gives nothing and costs nothing.</param>
    public bool TryTake(long now)
    {
        if (!HasAny(now)) return false;
        if (rate != 0) _tokens--;
        return true;
    }

    /// <summary>Whether one could be taken now.</summary>
    public bool HasAny(long now)
    {
        if (rate == 0) return true;
        if (now > _at) _tokens = Math.Min(_burst, _tokens + ((now - _at) * rate / 1000.0));
        _at = now;
        return _tokens >= 1;
    }
}
