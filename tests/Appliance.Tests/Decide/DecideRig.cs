using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Appliance.Act;
using Appliance.Decide;
using Appliance.Policy;
using Appliance.Records;
using Codec;

namespace Appliance.Tests.Decide;

/// <summary>The deciding stage on a virtual clock and disk, with restarts, parts, due times, prices, changes, receipts.</summary>
internal sealed class DecideRig
{
    private uint _sequence;

    public DecideRig(DeciderOptions options)
    {
        Decider = new Decider(options, Log, Log, new ActStage(Log, options.Share, static _ => { }));
        Watch();
    }

    public delegate void Filler(ref Slot slot);

    public VirtualLog Log { get; } = new();

    public Decider Decider { get; private set; }

    public List<long[]> Counts { get; } = [];

    public long Now { get; set; } = 1_700_000_000_000;

    public static DeciderOptions Options(int memory, Route[] routes, params CarrierOptions[] carriers) => new()
    {
        Node = 1,
        MemoryMessages = memory,
        LiveMessages = 10_000_000,
        Accounts = [new AccountOptions(1, "a", 10_000_000, 5, 100_000), new AccountOptions(2, "b", 10_000_000, 5, 100_000)],
        Carriers = carriers,
        Tables = TestRoutes.Of(routes),
        BodyCache = 1 << 16,
    };

    public static CarrierOptions Carrier(ushort id, int window = 100) =>
        new() { Id = id, Name = "c" + id, Window = window };

    private void Watch() => Decider.Ledger.States.Appeared = (_, _, counts) => Counts.Add(counts);

    public long Count(State state) => Counts.Sum(counts => counts[(int)state]);

    public void Restart(DeciderOptions options)
    {
        Log.Crash();
        Decider = new Decider(options, Log, Log, new ActStage(Log, options.Share, static _ => { }));
        Watch();
        var recovery = Decider.Recovery;
        recovery.Begin();
        foreach (var (position, record) in Log.Records.Where(one => one.Key >= Log.RestartFrom).ToArray())
            recovery.Apply(position, record);
        recovery.Finish(Now);
        Log.Commit();
    }

    /// <summary>Another setup, as one event.</summary>
    public void Replace(StageSetup setup) => Event(
        EventKind.Call, new DecideCall((decider, _) => decider.Replace(setup)), (ref Slot _) => { });

    /// <param name="generation">Of the carrier's options that the session was made with.</param>
    public VirtualPeer Bind(int carrier, int session = 0, int generation = 0)
    {
        var peer = new VirtualPeer(Log);
        Event(EventKind.LinkUp, peer, (ref Slot slot) =>
        {
            slot.Carrier = (ushort)carrier;
            slot.Sequence = (uint)session;
            slot.Route = generation;
        });
        Commit();
        return peer;
    }

    public void Unbind(VirtualPeer link)
    {
        Event(EventKind.LinkDown, link, (ref Slot _) => { });
        Commit();
    }

    public VirtualPeer Esme(int account)
    {
        var peer = new VirtualPeer(Log);
        Event(EventKind.EsmeBound, peer, (ref Slot slot) => slot.Account = (ushort)account);
        Commit();
        return peer;
    }

    public void Unbound(VirtualPeer esme)
    {
        Event(EventKind.EsmeUnbound, esme, (ref Slot _) => { });
        Commit();
    }

    /// <summary>From an ESME where one is given, else over HTTP.</summary>
    public VirtualSender Submit(string to, string text, int priority = 0, uint validity = 0, uint due = 0, int parts = 1,
        int registered = 0, VirtualPeer? esme = null, int account = 1,
        MessageClass messageClass = MessageClass.Transactional, long price = -1, ulong name = 0, string other = "")
    {
        var sender = new VirtualSender();
        var bodies = new List<byte>();
        (int Source, int Destination, int Registered) offsets = default;
        for (var part = 1; part <= parts; part++)
        {
            var body = Body(to, text, registered, out offsets);
            if (parts > 1)
            {
                var length = new byte[2];
                BinaryPrimitives.WriteUInt16LittleEndian(length, (ushort)body.Length);
                bodies.AddRange(length);
            }

            bodies.AddRange(body);
        }

        Event(EventKind.Submit, esme is null ? sender : esme, (ref Slot slot) =>
        {
            slot.Account = (ushort)account;
            slot.Sequence = ++_sequence;
            slot.Parts = (byte)parts;
            slot.Code = (byte)registered;
            slot.Priority = (byte)priority;
            slot.Class = messageClass;
            slot.Price = price;
            slot.Segments = 1;
            (slot.RepeatKey, slot.RepeatBody) = (name, name);
            slot.ValiditySeconds = validity;
            slot.DueSeconds = due;
            TestRoutes.Set(ref slot, Decider, to);
            slot.SourceOffset = (ushort)offsets.Source;
            slot.DestinationOffset = (ushort)offsets.Destination;
            slot.RegisteredOffset = (ushort)offsets.Registered;
            slot.OtherSender = (byte)other.Length;
            byte[] bytes = [.. bodies, .. Encoding.ASCII.GetBytes(other)];
            bytes.CopyTo(slot.Allocate(bytes.Length));
        });
        return sender;
    }

    public VirtualSender Change(EventKind kind, ulong position, string to = "", string text = "", uint due = 0)
    {
        var sender = new VirtualSender();
        Event(kind, sender, (ref Slot slot) =>
        {
            slot.Position = position;
            slot.Account = 1;
            if (kind != EventKind.Replace) return;
            var body = Body(to, text, 0, out (int Source, int Destination, int Registered) offsets);
            slot.DueSeconds = due;
            slot.SourceOffset = (ushort)offsets.Source;
            slot.DestinationOffset = (ushort)offsets.Destination;
            slot.RegisteredOffset = (ushort)offsets.Registered;
            body.CopyTo(slot.Allocate(body.Length));
        });
        return sender;
    }

    public void Receipt(VirtualPeer link, int carrier, string id, string other = "", ulong handset = 0,
        MessageState state = MessageState.Delivered)
    {
        Event(EventKind.CarrierReceipt, link, (ref Slot slot) =>
        {
            slot.Carrier = (ushort)carrier;
            slot.Code = (byte)state;
            slot.Position = handset;
            slot.Status = (uint)CommandId.DeliverSmResp;
            slot.Parts = (byte)id.Length;
            Encoding.ASCII.GetBytes(id + other).CopyTo(slot.Allocate(id.Length + other.Length));
        });
    }

    public void Answer(VirtualPeer link, uint sequence, CommandStatus status = CommandStatus.ESME_ROK, string? id = null) =>
        Event(EventKind.CarrierResponse, link, (ref Slot slot) =>
        {
            slot.Sequence = sequence;
            slot.Status = (uint)status;
            var octets = Encoding.ASCII.GetBytes(id ?? sequence.ToString("x", CultureInfo.InvariantCulture));
            octets.CopyTo(slot.Allocate(octets.Length));
        });

    public int AnswerAll(VirtualPeer link, CommandStatus status = CommandStatus.ESME_ROK)
    {
        var written = DecidingStage.Written(link);
        foreach (var one in written) Answer(link, one.Sequence, status);
        return written.Count;
    }

    public void Tick()
    {
        Event(EventKind.Tick, null, (ref Slot _) => { });
    }

    public void Pass(int milliseconds, Action? each = null, int step = 10)
    {
        for (var end = Now + milliseconds; Now < end;)
        {
            Now += step;
            Tick();
            Commit();
            each?.Invoke();
        }
    }

    public void Commit() => Decider.OnBatchEnd(1);

    public void Event(EventKind kind, object? source, Filler fill)
    {
        Slot slot = default;
        slot.Kind = kind;
        slot.Source = source;
        slot.UnixMs = Now;
        fill(ref slot);
        Decider.OnEvent(ref slot);
    }

    private static byte[] Body(string to, string text, int registered, out (int, int, int) offsets)
    {
        var pdu = new byte[256];
        var length = new SubmitSm
        {
            SourceAddr = "shop"u8,
            DestinationAddr = Encoding.ASCII.GetBytes(to),
            RegisteredDelivery = (byte)registered,
            ShortMessage = Encoding.ASCII.GetBytes(text),
        }.Write(pdu, 1);
        SubmitSm.TryRead(pdu.AsSpan(0, length), out var read);
        offsets = (read.SourceAddrOffset - 2 - Header.Size, read.DestinationAddrOffset - 2 - Header.Size,
            read.RegisteredDeliveryOffset - Header.Size);
        return pdu[Header.Size..length];
    }
}
