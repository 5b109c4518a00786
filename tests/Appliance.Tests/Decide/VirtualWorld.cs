using System.Runtime.CompilerServices;
using System.Text;
using Appliance.Decide;
using Codec;

namespace Appliance.Tests.Decide;

/// <summary>A journal in memory that forgets what was not committed when it crashes.</summary>
internal sealed class VirtualLog : IEventLog
{
    private readonly SortedDictionary<ulong, byte[]> _committed = [];
    private readonly List<(ulong Position, byte[] Record)> _batch = [];
    private readonly List<(ulong Accepted, ulong Last)> _finishing = [];
    private ulong _next = 1 << 16;

    public Dictionary<ulong, ulong> Finished { get; } = [];

    public IEnumerable<KeyValuePair<ulong, byte[]>> Records => _committed;

    public bool IsClean => _batch.Count == 0;

    public Span<byte> Reserve(int size, out ulong position)
    {
        position = _next;
        _next += (ulong)(size / 4) + 2;
        var record = new byte[size];
        _batch.Add((position, record));
        return record;
    }

    public int Read(ulong position, Span<byte> destination)
    {
        if (!_committed.TryGetValue(position, out var record)) return -1;
        record.AsSpan(0, Math.Min(record.Length, destination.Length)).CopyTo(destination);
        return record.Length;
    }

    public void Commit()
    {
        foreach (var (position, record) in _batch) _committed.Add(position, record);
        _batch.Clear();
        foreach (var (accepted, last) in _finishing) Finished[accepted] = last;
        _finishing.Clear();
    }

    public void Crash()
    {
        _batch.Clear();
        _finishing.Clear();
    }

    public void Finish(ulong accepted, ulong last) => _finishing.Add((accepted, last));

    public void Checkpoint(ulong oldest) { }
}

/// <summary>A peer whose PDUs are taken apart when they leave; they may leave only after a commit.</summary>
internal sealed class VirtualPeer(VirtualLog log) : Peer
{
    public List<(Header Header, byte[] Pdu)> Received { get; } = [];

    public bool IsClosed { get; private set; }

    public override void Close(string reason) => IsClosed = true;

    protected override void Send(ReadOnlySpan<byte> bytes)
    {
        if (!log.IsClean) throw new InvalidOperationException("something was said before it was durable");
        while (!bytes.IsEmpty)
        {
            var header = Header.Read(bytes);
            Received.Add((header, bytes[..(int)header.Length].ToArray()));
            bytes = bytes[(int)header.Length..];
        }
    }
}

/// <summary>An ESME, two carriers and the deciding stage between them, on a virtual clock; a seed replays.</summary>
internal sealed class VirtualWorld
{
    private const int Sessions = 2;
    private const ushort AccountId = 1;

    private readonly Random _random;
    private readonly VirtualPeer?[,] _links = new VirtualPeer?[2, Sessions];
    private readonly List<(int Carrier, string Id)> _receipts = [];

    /// <summary>Receipts sent and not answered: a carrier sends them again after a crash.</summary>
    private readonly List<(int Carrier, string Id)> _unanswered = [];
    private VirtualPeer? _esme;
    private Decider _decider;
    private long _now = 1_700_000_000_000;
    private int _tokens;
    private int _ids;

    public VirtualWorld(int seed)
    {
        _random = new Random(seed);
        _decider = Start();
    }

    public VirtualLog Log { get; } = new();

    public Decider Decider => _decider;

    /// <summary>Ids the ESME was given, by the sequence_number that is also the message's token.</summary>
    public Dictionary<int, string> Acknowledged { get; } = [];

    /// <summary>How often a carrier has said yes to a token.</summary>
    public Dictionary<int, int> Taken { get; } = [];

    /// <summary>Ids for which the ESME has taken a receipt.</summary>
    public HashSet<string> Told { get; } = [];

    public bool IsCalm { get; set; }

    public void Step()
    {
        _now += _random.Next(1, 400);
        for (var events = _random.Next(1, 6); events > 0; events--) One();
        Event(EventKind.Tick, null, (ref Slot _) => { });
        if (!IsCalm && _random.Next(60) == 0)
        {
            Crash();
            return;
        }

        _decider.OnBatchEnd(1);
        _unanswered.Clear();
        Read();
    }

    private Decider Start()
    {
        var decider = new Decider(new DeciderOptions
        {
            Node = 1,
            LiveMessages = 10_000,
            Accounts = [new AccountOptions(AccountId, "a", 10_000, 5, 10_000)],
            Carriers = [Options(1, "alpha"), Options(2, "beta")],
            Routes = new RouteTable([new Route("", [1, 2])]),
        }, Log);
        var recovery = decider.Recovery;
        recovery.Begin();
        foreach (var (position, record) in Log.Records.ToArray()) recovery.Apply(position, record);
        recovery.Finish(_now);
        Log.Commit();
        return decider;
    }

    private static CarrierOptions Options(ushort id, string name) =>
        new() { Id = id, Name = name, Sessions = Sessions, Window = 3, ResponseTimer = 5_000 };

    private void Crash()
    {
        Log.Crash();
        _receipts.AddRange(_unanswered);
        _unanswered.Clear();
        Array.Clear(_links);
        _esme = null;
        _decider = Start();
    }

    private void One()
    {
        var (carrier, session) = (_random.Next(2), _random.Next(Sessions));
        switch (IsCalm ? 2 + _random.Next(3) : _random.Next(8))
        {
            case 0 or 1 when _esme is not null:
                Submit(_esme);
                break;
            case 2 when _esme is null:
                _esme = new VirtualPeer(Log);
                Event(EventKind.EsmeBound, _esme, (ref Slot slot) => slot.Account = AccountId);
                break;
            case 3 when _links[carrier, session] is null:
                Link(EventKind.LinkUp, carrier, session, _links[carrier, session] = new VirtualPeer(Log));
                break;
            case 4 when _receipts.Count > 0:
                Receipt();
                break;
            case 5 when _links[carrier, session] is { } link && _random.Next(10) == 0:
                Drop(carrier, session, link);
                break;
            case 6 when _esme is { } esme && _random.Next(20) == 0:
                _esme = null;
                Event(EventKind.EsmeUnbound, esme, (ref Slot _) => { });
                break;
        }
    }

    private void Submit(VirtualPeer esme)
    {
        var token = ++_tokens;
        var pdu = new byte[256];
        var length = new SubmitSm
        {
            SourceAddr = "shop"u8,
            DestinationAddr = Encoding.ASCII.GetBytes($"49151{_random.Next(20):D2}"),
            RegisteredDelivery = 1,
            ShortMessage = Encoding.ASCII.GetBytes($"token {token}"),
        }.Write(pdu, (uint)token);
        SubmitSm.TryRead(pdu.AsSpan(0, length), out var read);
        var (source, target, registered) =
            (read.SourceAddrOffset, read.DestinationAddrOffset, read.RegisteredDeliveryOffset);
        Event(EventKind.Submit, esme, (ref Slot slot) =>
        {
            slot.Account = AccountId;
            slot.Parts = 1;
            slot.Code = 1;
            slot.Sequence = (uint)token;
            slot.SourceOffset = (ushort)(source - 2 - Header.Size);
            slot.DestinationOffset = (ushort)(target - 2 - Header.Size);
            slot.RegisteredOffset = (ushort)(registered - Header.Size);
            pdu.AsSpan(Header.Size, length - Header.Size).CopyTo(slot.Allocate(length - Header.Size));
        });
    }

    private void Link(EventKind kind, int carrier, int session, VirtualPeer link) => Event(kind, link, (ref Slot slot) =>
    {
        slot.Carrier = (ushort)(carrier + 1);
        slot.Sequence = (uint)session;
    });

    private void Drop(int carrier, int session, VirtualPeer link)
    {
        _links[carrier, session] = null;
        Link(EventKind.LinkDown, carrier, session, link);
    }

    private void Receipt()
    {
        var index = _random.Next(_receipts.Count);
        var (carrier, id) = _receipts[index];
        VirtualPeer? link = null;
        for (var session = 0; session < Sessions; session++) link ??= _links[carrier, session];
        if (link is null) return;
        _receipts.RemoveAt(index);
        _unanswered.Add((carrier, id));
        Event(EventKind.CarrierReceipt, link, (ref Slot slot) =>
        {
            slot.Carrier = (ushort)(carrier + 1);
            slot.Code = (byte)MessageState.Delivered;
            slot.Status = (uint)CommandId.DeliverSmResp;
            var octets = Encoding.ASCII.GetBytes(id);
            slot.Parts = (byte)octets.Length;
            octets.CopyTo(slot.Allocate(octets.Length));
        });
    }

    /// <summary>Everyone reads what has left, and answers or not.</summary>
    private void Read()
    {
        for (var carrier = 0; carrier < 2; carrier++)
        {
            for (var session = 0; session < Sessions; session++)
            {
                if (_links[carrier, session] is not { } link) continue;
                foreach (var (header, pdu) in Take(link)) Respond(carrier, link, in header, pdu);
                if (link.IsClosed) Drop(carrier, session, link);
            }
        }

        if (_esme is not { } esme) return;
        foreach (var (header, pdu) in Take(esme))
        {
            if (header.Command == CommandId.SubmitSmResp && SubmitSmResp.TryRead(pdu, out var response) == 0)
                Acknowledged[(int)header.Sequence] = Encoding.ASCII.GetString(response.MessageId);
            else if (header.Command == CommandId.DeliverSm) Tell(esme, in header, pdu);
        }

        if (!esme.IsClosed) return;
        _esme = null;
        Event(EventKind.EsmeUnbound, esme, (ref Slot _) => { });
    }

    private static (Header Header, byte[] Pdu)[] Take(VirtualPeer peer)
    {
        var received = peer.Received.ToArray();
        peer.Received.Clear();
        return received;
    }

    private void Tell(VirtualPeer esme, in Header header, byte[] pdu)
    {
        if (!IsCalm && _random.Next(10) == 0) return;
        DeliverSm.TryRead(pdu, out var deliver);
        deliver.Tlvs.TryFind(TlvTag.ReceiptedMessageId, out var id);
        var again = !IsCalm && _random.Next(10) == 0;
        if (!again) Told.Add(Encoding.ASCII.GetString(id.TrimEnd((byte)0)));
        var sequence = header.Sequence;
        Event(EventKind.NoticeResponse, esme, (ref Slot slot) =>
        {
            slot.Sequence = sequence;
            slot.Status = (uint)(again ? CommandStatus.ESME_RTHROTTLED : CommandStatus.ESME_ROK);
        });
    }

    private void Respond(int carrier, VirtualPeer link, in Header header, byte[] pdu)
    {
        if (header.Command != CommandId.SubmitSm) return;
        SubmitSm.TryRead(pdu, out var submit);
        var token = int.Parse(Encoding.ASCII.GetString(submit.ShortMessage)[6..]);
        var dice = IsCalm ? 0 : _random.Next(20);
        // 17: never answered. 18: taken, but the answer is lost with the session later.
        var status = dice switch
        {
            14 => CommandStatus.ESME_RTHROTTLED,
            15 => CommandStatus.ESME_RSYSERR,
            16 => CommandStatus.ESME_RINVSRCADR,
            _ => CommandStatus.ESME_ROK,
        };
        var id = $"{carrier}x{++_ids:x}";
        if (status == CommandStatus.ESME_ROK && dice != 17)
        {
            Taken[token] = Taken.GetValueOrDefault(token) + 1;
            _receipts.Add((carrier, id));
        }

        if (dice is 17 or 18) return;
        // Now and then the receipt overtakes the response.
        if (status == CommandStatus.ESME_ROK && _random.Next(8) == 0) Receipt();
        var sequence = header.Sequence;
        Event(EventKind.CarrierResponse, link, (ref Slot slot) =>
        {
            slot.Sequence = sequence;
            slot.Status = (uint)status;
            var octets = status == CommandStatus.ESME_ROK ? Encoding.ASCII.GetBytes(id) : [];
            octets.CopyTo(slot.Allocate(octets.Length));
        });
    }

    private delegate void Filler(ref Slot slot);

    private void Event(EventKind kind, object? source, Filler fill)
    {
        Unsafe.SkipInit(out Slot slot);
        slot = default;
        slot.Kind = kind;
        slot.Source = source;
        slot.UnixMs = _now;
        fill(ref slot);
        _decider.OnEvent(ref slot);
    }
}
