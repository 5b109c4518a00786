using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Appliance.Decide;
using Appliance.History;
using Appliance.Policy.OptOuts;
using Appliance.Records;
using Codec;
using Store;

namespace Appliance.Tests.Decide;

/// <summary>A mobile's message, sent by its carrier until it is answered.</summary>
internal sealed class VirtualMobile(int token)
{
    public int Token => token;

    public int Carrier { get; init; }

    public string Number { get; init; } = "";

    public ushort Account { get; init; }

    /// <summary>The account's ESME gets it; else it is kept to be read.</summary>
    public bool HasEsme { get; init; }

    /// <summary>STOP or START; null where it is neither.</summary>
    public OptOutAction? Action { get; init; }

    /// <summary>Whether the carrier was told that it is taken.</summary>
    public bool Answered { get; set; }

    /// <summary>How often the carrier sent it: each but the last may have been taken though its answer was lost.
    /// </summary>
    public int Sent { get; set; }

    /// <summary>How often the ESME has taken it.</summary>
    public int Taken { get; set; }

    /// <summary>Of these, how many a crash may have taken back.</summary>
    public int Forgotten { get; set; }
}

/// <summary>Mobiles that write to the accounts, STOP and START among it.</summary>
internal sealed partial class VirtualWorld
{
    private const ushort InboundList = 77;

    private readonly Dictionary<int, VirtualMobile> _mobiles = [];

    /// <summary>What carriers have sent and heard nothing of, by sequence_number, and on which session.</summary>
    private readonly Dictionary<uint, (VirtualMobile Mobile, VirtualPeer Link)> _asked = [];

    /// <summary>What has to be sent again.</summary>
    private readonly List<VirtualMobile> _again = [];

    /// <summary>Who is known to have opted out, and since which release of batches.</summary>
    private readonly Dictionary<(ushort Account, string Number), int> _stopped = [];

    /// <summary>What the ESME has taken and may not be durable yet.</summary>
    private readonly List<VirtualMobile> _taking = [];

    private uint _deliverSequence = 1_000_000;

    /// <summary>Two worlds of three have some.</summary>
    private bool HasMobiles => _seed % 3 != 1;

    public IEnumerable<VirtualMobile> Mobiles => _mobiles.Values;

    /// <summary>Nothing that carriers have got from mobiles is unanswered.</summary>
    private bool MobilesAreIdle => _asked.Count == 0 && _again.Count == 0;

    /// <summary>The list as a start of the appliance reads it.</summary>
    private OptOutList LoadOptOuts()
    {
        var list = new OptOutList();
        Span<byte> number = stackalloc byte[OptOutKey.LongestNumber];
        foreach (var (key, value) in Log.Facts(OptOuts.Prefix))
        {
            if (!OptOutChange.TryReadStore(key.AsSpan(OptOuts.Prefix.Length), value, number, out var change))
                throw new InvalidOperationException("an opt-out cannot be read");
            if (change.Action == OptOutAction.Added) list.Apply(in change);
        }

        return list;
    }

    private void Write()
    {
        if (!HasMobiles) return;
        if (_again.Count > 0)
        {
            var again = _again[_random.Next(_again.Count)];
            if (LinkOf(again.Carrier) is not { } back) return;
            _again.Remove(again);
            Send(again, back);
            return;
        }

        if (IsCalm) return;
        var carrier = _random.Next(2);
        if (LinkOf(carrier) is not { } link) return;
        var number = Destination(_random.Next(20));
        var account = _random.Next(3) == 0 ? OtherId : AccountId;
        // One word of a mobile to an account at a time: what two say that overtake each other nobody knows.
        var mayAct = !_asked.Values.Select(one => one.Mobile).Concat(_again)
            .Any(one => one.Action is not null && one.Number == number && one.Account == account);
        var word = _random.Next(6);
        var mobile = new VirtualMobile(++_tokens)
        {
            Carrier = carrier,
            Number = number,
            Account = account,
            HasEsme = account == AccountId,
            Action = !mayAct ? null : word == 0 ? OptOutAction.Added : word < 3 ? OptOutAction.Removed : null,
        };
        _mobiles.Add(mobile.Token, mobile);
        Send(mobile, link);
    }

    private VirtualPeer? LinkOf(int carrier)
    {
        VirtualPeer? link = null;
        for (var session = 0; session < Sessions; session++) link ??= _links[carrier, session];
        return link;
    }

    private void Send(VirtualMobile mobile, VirtualPeer link)
    {
        // From here on it may be in force at any time.
        if (mobile.Action == OptOutAction.Removed) _stopped.Remove((mobile.Account, mobile.Number));
        mobile.Sent++;
        var sequence = ++_deliverSequence;
        _asked.Add(sequence, (mobile, link));
        var changes = Changes(mobile);
        var body = BodyOf(mobile, out var source, out var destination);
        var owner = new InboundOwner
        {
            Account = mobile.Account, List = InboundList, HasEsme = mobile.HasEsme ? (byte)1 : (byte)0,
        };
        Event(EventKind.Inbound, link, (ref Slot slot) =>
        {
            slot.Carrier = (ushort)(mobile.Carrier + 1);
            slot.Status = (uint)CommandId.DeliverSmResp;
            slot.Sequence = sequence;
            slot.Segments = 1;
            slot.Route = changes.Length;
            (slot.SourceOffset, slot.DestinationOffset) = (source, destination);
            byte[] bytes = [.. MemoryMarshal.AsBytes([owner]), .. changes, .. body];
            bytes.CopyTo(slot.Allocate(bytes.Length));
        });
    }

    private byte[] Changes(VirtualMobile mobile)
    {
        if (mobile.Action is not { } action) return [];
        var record = new byte[OptOutChange.LongestRecord];
        var wish = new OptOutWish(mobile.Account, mobile.Number, _seed % 2 == 0 ? "shop" : "", action,
            OptOutSource.Reply, action == OptOutAction.Added ? "STOP" : "START");
        return record[..wish.Write(record, (byte)RecordKind.OptOut, _now)];
    }

    private static byte[] BodyOf(VirtualMobile mobile, out ushort source, out ushort destination)
    {
        var pdu = new byte[256];
        var length = new DeliverSm
        {
            SourceAddr = Encoding.ASCII.GetBytes(mobile.Number),
            DestinationAddr = "72345"u8,
            ShortMessage = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"mobile {mobile.Token}")),
        }.Write(pdu, 1);
        DeliverSm.TryRead(pdu.AsSpan(0, length), out var read);
        (source, destination) = (
            (ushort)(read.SourceAddrOffset - 2 - Header.Size), (ushort)(read.DestinationAddrOffset - 2 - Header.Size));
        return pdu[Header.Size..length];
    }

    /// <summary>The carrier hears that it is taken, so all that it says is durable; or that there is no room.</summary>
    private void Answered(in Header header, int release)
    {
        if (!_asked.Remove(header.Sequence, out var asked)) return;
        var mobile = asked.Mobile;
        if (header.Status != CommandStatus.ESME_ROK)
        {
            mobile.Sent--;
            // Its word counts all the same; it is said again with it.
            _again.Add(mobile);
            return;
        }

        mobile.Answered = true;
        if (mobile.Action == OptOutAction.Added) _stopped[(mobile.Account, mobile.Number)] = release;
    }

    /// <summary>A session has ended: what it owed an answer for its carrier sends again.</summary>
    private void Unanswered(VirtualPeer? link)
    {
        foreach (var (sequence, asked) in _asked.ToArray())
        {
            if (link is not null && asked.Link != link) continue;
            _asked.Remove(sequence);
            _again.Add(asked.Mobile);
        }
    }

    /// <summary>The ESME has taken a mobile's message.</summary>
    private void Took(string text)
    {
        var mobile = _mobiles[int.Parse(text.Split(' ')[1], CultureInfo.InvariantCulture)];
        mobile.Taken++;
        _taking.Add(mobile);
    }

    private void MobilesCrash()
    {
        foreach (var mobile in _taking) mobile.Forgotten++;
        _taking.Clear();
        Unanswered(null);
    }

    /// <summary>What was written to a session and not read before it ended has begun to go out, for all that its sender
    /// knows.</summary>
    private void Unread(VirtualPeer link)
    {
        foreach (var (header, pdu, _) in Take(link))
        {
            if (header.Command != CommandId.SubmitSm || SubmitSm.TryRead(pdu, out var submit) != CommandStatus.ESME_ROK) continue;
            var token = Encoding.ASCII.GetString(submit.ShortMessage).Split(' ')[1];
            Messages[int.Parse(token, CultureInfo.InvariantCulture)].HasBegun = true;
        }
    }

    /// <summary>
    /// Nothing goes to who has opted out, in a batch after the one that said so; but what has begun to go out does so
    /// whole.
    /// </summary>
    private void CheckOptOut(VirtualMessage message, int part, int release)
    {
        if (!_stopped.TryGetValue((message.Account, Destination(message.Token)), out var since) || release <= since)
        {
            message.HasBegun = true;
            return;
        }

        if (message.Parts > 1 && message.HasBegun) return;
        var position = message.Id is { } id && MessageId.TryParse(Encoding.ASCII.GetBytes(id), out var at, out _, out _) ? at : 0;
        throw new InvalidOperationException(
            $"part {part} of {message.Parts} of {message.Id} of account {message.Account} went to {Destination(message.Token)} "
            + $"in release {release}, who has opted out in {since}: {Log.Trace(position)}");
    }

    /// <summary>What its carrier was told is taken came to its account once, or can be read.</summary>
    public string? WrongMobile(VirtualMobile mobile, ILookup<int, ulong> records)
    {
        var name = $"mobile {mobile.Token}";
        var positions = records[mobile.Token].ToArray();
        if (mobile.Answered && positions.Length == 0) return name + " is lost";
        if (positions.Length > mobile.Sent) return $"{name} was sent {mobile.Sent} times, taken {positions.Length} times";
        if (mobile.Taken > positions.Length + mobile.Forgotten)
            return $"{name} came {mobile.Taken} times: {positions.Length} records, {mobile.Forgotten} may be forgotten";
        var (delivered, untold) = (0, 0);
        foreach (var position in positions)
        {
            if (!Log.Indexed.Contains(position)) return name + " is not in the history";
            if (!Log.Filed.TryGetValue(position, out var last)) return $"{name} is not filed: {Log.Trace(position)}";
            if (Story.Read(Log.Read, position, last) is not { IsInbound: true } story) return name + " has no story";
            var taken = story.Events.Count(one => one.Reason == Reason.InboundTaken);
            if (taken > 1) return $"{name} was taken twice: {Log.Trace(position)}";
            delivered += taken;
            if (story.Events.Any(one => one.Reason is Reason.NoticeExpired or Reason.NoticesFull or Reason.InboundRefused))
                untold++;
        }

        if (!mobile.HasEsme) return mobile.Taken == 0 ? null : $"{name} is only kept, and came {mobile.Taken} times";
        if (delivered > mobile.Taken) return $"{name} is said to have come {delivered} times, and came {mobile.Taken}";
        return delivered + untold == positions.Length ? null
            : $"{name} ended otherwise: " + string.Join("; ", positions.Select(Log.Trace));
    }

    /// <summary>Where each mobile's message was written down.</summary>
    public ILookup<int, ulong> MobileRecords() => Log.Records
        .Where(one => (RecordKind)one.Value[0] == RecordKind.Inbound)
        .Select(one => (Text: Encoding.ASCII.GetString(one.Value), one.Key))
        .ToLookup(one => int.Parse(one.Text[(one.Text.LastIndexOf("mobile ", StringComparison.Ordinal) + 7)..].TrimEnd('\0'),
            CultureInfo.InvariantCulture), one => one.Key);
}
