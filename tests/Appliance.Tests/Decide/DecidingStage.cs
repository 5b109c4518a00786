using System.Globalization;
using System.Text;
using Appliance.Act;
using Appliance.Decide;
using Appliance.Records;
using Codec;

namespace Appliance.Tests.Decide;

/// <summary>The deciding stage on a virtual clock and disk, with what a test submits and how carriers answer.</summary>
internal sealed class DecidingStage
{
    private readonly List<long[]> _counts = [];
    private readonly VirtualPeer _esme;
    private uint _sequence;
    private int _commits;

    public DecidingStage(int memory, Route[] routes, params CarrierOptions[] carriers)
    {
        Decider = new Decider(new DeciderOptions
        {
            Node = 1,
            MemoryMessages = memory,
            LiveMessages = 100_000,
            Accounts = [new AccountOptions(1, "a", 100_000, 5, 100_000)],
            Carriers = carriers,
            Tables = TestRoutes.Of(routes),
        }, Log, Log, new ActStage(Log, new(1024), static _ => { }));
        Decider.Ledger.States.Appeared = (_, _, counts) => _counts.Add(counts);
        _esme = new VirtualPeer(Log);
        Event(EventKind.EsmeBound, _esme, (ref Slot slot) => slot.Account = 1);
        Commit();
    }

    public delegate void Filler(ref Slot slot);

    public VirtualLog Log { get; } = new();

    public Decider Decider { get; }

    /// <summary>Milliseconds since 1970.</summary>
    public long Now { get; private set; } = 1_700_000_000_000;

    public VirtualPeer Bind(int carrier, int session)
    {
        var peer = new VirtualPeer(Log);
        Event(EventKind.LinkUp, peer, (ref Slot slot) =>
        {
            slot.Carrier = (ushort)carrier;
            slot.Sequence = (uint)session;
        });
        Commit();
        return peer;
    }

    public void Unbind(VirtualPeer link)
    {
        Event(EventKind.LinkDown, link, (ref Slot _) => { });
        Commit();
    }

    public void Submit(string to, string text, int priority = 0, uint validity = 0)
    {
        var pdu = new byte[256];
        var length = new SubmitSm
        {
            SourceAddr = "shop"u8,
            DestinationAddr = Encoding.ASCII.GetBytes(to),
            ShortMessage = Encoding.ASCII.GetBytes(text),
        }.Write(pdu, 1);
        SubmitSm.TryRead(pdu.AsSpan(0, length), out var read);
        var offsets = (read.SourceAddrOffset, read.DestinationAddrOffset, read.RegisteredDeliveryOffset);
        Event(EventKind.Submit, _esme, (ref Slot slot) =>
        {
            slot.Account = 1;
            slot.Sequence = ++_sequence;
            slot.Parts = 1;
            slot.Priority = (byte)priority;
            slot.ValiditySeconds = validity;
            TestRoutes.Set(ref slot, Decider, to);
            slot.SourceOffset = (ushort)(offsets.SourceAddrOffset - 2 - Header.Size);
            slot.DestinationOffset = (ushort)(offsets.DestinationAddrOffset - 2 - Header.Size);
            slot.RegisteredOffset = (ushort)(offsets.RegisteredDeliveryOffset - Header.Size);
            var body = pdu.AsSpan(Header.Size, length - Header.Size);
            body.CopyTo(slot.Allocate(body.Length));
        });
    }

    /// <summary>Time passes, tick by tick.</summary>
    public void Pass(int milliseconds, Action? each = null)
    {
        for (var end = Now + milliseconds; Now < end;)
        {
            Now += 10;
            Event(EventKind.Tick, null, (ref Slot _) => { });
            Commit();
            each?.Invoke();
        }
    }

    public void Commit()
    {
        Decider.OnBatchEnd(1);
        if (++_commits % 16 == 0) Structure.Check(Decider, Log, Now);
    }

    /// <summary>What a carrier was written since it was last looked.</summary>
    public static List<(uint Sequence, string To, string Text)> Written(VirtualPeer link)
    {
        var written = new List<(uint, string, string)>();
        foreach (var (header, pdu) in link.Received)
        {
            SubmitSm.TryRead(pdu, out var submit);
            written.Add((header.Sequence, Encoding.ASCII.GetString(submit.DestinationAddr),
                Encoding.ASCII.GetString(submit.ShortMessage)));
        }

        link.Received.Clear();
        return written;
    }

    public void Answer(VirtualPeer link, uint sequence, CommandStatus status = CommandStatus.ESME_ROK) =>
        Event(EventKind.CarrierResponse, link, (ref Slot slot) =>
        {
            slot.Sequence = sequence;
            slot.Status = (uint)status;
            var id = Encoding.ASCII.GetBytes(sequence.ToString("x", CultureInfo.InvariantCulture));
            id.CopyTo(slot.Allocate(id.Length));
        });

    /// <summary>Messages of a state since the start.</summary>
    public long Count(State state) => _counts.Sum(counts => counts[(int)state]);

    private void Event(EventKind kind, object? source, Filler fill)
    {
        Slot slot = default;
        slot.Kind = kind;
        slot.Source = source;
        slot.UnixMs = Now;
        fill(ref slot);
        Decider.OnEvent(ref slot);
    }
}
