using System.Buffers.Binary;
using System.Diagnostics;
using Appliance.History;
using Appliance.Ingress;
using Appliance.Ingress.Http;
using Appliance.Money;
using Appliance.Numbering;
using Appliance.Numbering.Lookups;
using Appliance.Policy;
using Appliance.Records;
using Appliance.Routing;
using Codec;
using Store;
using Country = Appliance.Numbering.Country;

namespace Appliance;

/// <summary>The HTTP API's way into the ring and back to a message's story.</summary>
internal sealed class Admission : IAdmission
{
    private const int LongestUserData = 255;

    private readonly Pipeline _pipeline;
    private readonly HttpPolicy _policy;
    private readonly PipelineMessages _messages;
    private readonly PipelineList _list;
    private readonly PipelineInboundList _inbound;
    private readonly PipelineBalances _balances;

    public Admission(Pipeline pipeline, PipelineMessages messages)
    {
        _pipeline = pipeline;
        _messages = messages;
        _policy = new HttpPolicy(pipeline.Policy);
        _list = new PipelineList(pipeline, messages);
        _inbound = new PipelineInboundList(pipeline, messages);
        _balances = new PipelineBalances(pipeline);
    }

    public TimeSpan LongestValidity => _pipeline.Configuration.Limits.ValidityMax;

    public AccountView? Authenticate(ReadOnlySpan<byte> bearerKey) => _pipeline.Setup.Accounts.Authenticate(bearerKey);

    public ValueTask<AdmissionResult> SubmitAsync(HttpSubmission message)
    {
        if (_pipeline.Esme.Draining) return Refused(AdmissionRefusal.Draining);
        if (_pipeline.Esme.DiskFull) return Refused(AdmissionRefusal.DiskFull);
        var share = _pipeline.Share.Of((ushort)message.Account);
        if (_pipeline.Share.IsCrowded(share)) return Refused(AdmissionRefusal.RingFull);
        if (_pipeline.Setup.Accounts.Find(message.Account) is not { } account)
            return Refused(AdmissionRefusal.AccountGone);
        var destination = Resolve(message, account.Home);
        var tables = _pipeline.Tables.Current;
        var messageClass = message.Class ?? account.Class;
        var route = FindRoute(tables, message, messageClass, in destination);
        // Another sender may have one.
        if (route is null && !_pipeline.Policy.ReplacesSenders) return Refused(AdmissionRefusal.NoRoute);
        if (!account.Rate.TryTake(Clock.Nanoseconds, out var wait)) return Throttled(account, wait);
        var now = message.BatchHash == 0 ? Clock.UnixMs : message.BatchMs;
        var validity = Validity(message, now);
        // Before a rule changes anything: a repeat is known by what its sender sent.
        var content = message.IdempotencyKey is null || message.BatchHash != 0 ? 0 : message.ContentHash();
        var optOuts = _pipeline.Policy.OptOuts;
        if (_policy.Check(account.Id, messageClass, message, destination.Country, now, validity) is { } no)
            return ValueTask.FromResult(no);
        if (_pipeline.Policy.ReplacesSenders)
            route = FindRoute(tables, message, messageClass, in destination);
        if (route is null) return Refused(AdmissionRefusal.NoRoute);
        var ring = _pipeline.Ring;
        if (!_pipeline.Share.TryClaim(ring, share, out var sequence)) return Refused(AdmissionRefusal.RingFull);
        message.MaxPriority = (byte)account.Configured.MaxPriority;
        ref var slot = ref ring[sequence];
        slot.Kind = EventKind.Submit;
        slot.Source = message;
        slot.Key = AddressHash.Long(message.Destination);
        slot.Account = account.Id;
        slot.Parts = (byte)message.SegmentCount;
        slot.Price = Price(tables, message, messageClass, in destination);
        slot.Segments = 1;
        slot.Code = 1;
        slot.OptOuts = optOuts;
        slot.Tables = tables.Number;
        slot.Route = route.Rank;
        slot.Network = destination.Network;
        slot.Country = destination.Country;
        slot.Class = messageClass;
        slot.UnixMs = now;
        slot.Priority = message.GrantedPriority;
        slot.PriorityAsked = message.PriorityIsLowered ? message.Priority : (byte)0;
        slot.DueSeconds = message.DueSeconds;
        slot.ValiditySeconds = validity;
        Name(message, content, ref slot);
        slot.Ticks = Stopwatch.GetTimestamp();
        Encode(message, ref slot);
        message.Node = _pipeline.Configuration.Node;
        var completion = message.Completion;
        ring.Publish(sequence);
        ring.Wake();
        return completion;
    }

    /// <summary>By the sender that it goes out with.</summary>
    private static RouteRule? FindRoute(
        RoutingTables tables, HttpSubmission message, MessageClass messageClass, in Destination destination)
    {
        var query = Query(message, messageClass, in destination);
        return tables.Routes.Find(in query);
    }

    private static long Price(
        RoutingTables tables, HttpSubmission message, MessageClass messageClass, in Destination destination)
    {
        var query = Query(message, messageClass, in destination);
        return tables.Money.PriceOf(in query);
    }

    private static RouteQuery Query(
        HttpSubmission message, MessageClass messageClass, in Destination destination) => new()
        {
            Destination = message.Destination,
            Sender = message.Source,
            Network = destination.Network,
            Country = destination.Country,
            Account = (ushort)message.Account,
            Class = messageClass.AsSet(),
            Now = Clock.UnixMs,
        };

    /// <summary>The number's network and country; a national form becomes the international one.</summary>
    private Destination Resolve(HttpSubmission message, Country? home)
    {
        Span<byte> digits = stackalloc byte[NumberPlan.MaxDigits];
        // The API's numbers are international ones, but for a 0 that no country code begins with.
        var ton = message.Destination[0] == (byte)'0' ? (byte)0 : message.DestinationTon;
        var found = _pipeline.Esme.Destinations.Find(message.Destination, ton, home, digits);
        if (found.Length > 0)
            message.SetDestination(digits[..found.Length], message.DestinationTon, message.DestinationNpi);
        return found;
    }

    public ValueTask<InboundPage> InboundAsync(int account, ulong after, int limit) =>
        _inbound.PageAsync((ushort)account, _pipeline.Setup.Accounts.Owners.ListOf((ushort)account), after, limit);

    public async ValueTask<MessageRecord?> FindAsync(int account, Guid messageId) =>
        await ReadAsync(account, messageId).ConfigureAwait(false) is { } story ? Record(story) : null;

    public async ValueTask<(ChangeResult Result, MessageRecord? Record)> CancelAsync(int account, Guid messageId)
    {
        if (await ReadAsync(account, messageId).ConfigureAwait(false) is not { } story)
            return (ChangeResult.NotFound, null);
        var position = story.Parts[0].Position;
        var result = await _messages.CancelAsync((ushort)account, position).ConfigureAwait(false);
        story = await _messages.ReadAsync(position).ConfigureAwait(false) ?? story;
        // Taking back what was taken back changes nothing, and is no fault.
        if (result == ChangeResult.TooLate && story.State == State.Cancelled) result = ChangeResult.Done;
        return (result, Record(story));
    }

    public async ValueTask<bool> ConvertAsync(int account, Guid messageId)
    {
        if (await ReadAsync(account, messageId).ConfigureAwait(false) is not { } story) return false;
        var number = Record(story).To.TrimStart('+');
        await new PipelineFraudCalls(_pipeline).ConvertAsync((ushort)account, number).ConfigureAwait(false);
        return true;
    }

    public ValueTask<MessagePage> ListAsync(int account, MessageQuery query) => _list.PageAsync((ushort)account, query);

    public ValueTask<LookupAnswer> LookUpAsync(int account, string number, CancellationToken cancellation) =>
        _pipeline.Storage.Lookup.LookUpAsync(number,
            _pipeline.Setup.Accounts.Find(account)?.Configured.Country, cancellation);

    public string Currency => _pipeline.Tables.Current.Money.Currency;

    public ValueTask<BalanceView> BalanceAsync(int account) => _balances.AskAsync((ushort)account);

    public bool TryReadCursor(string text, out ulong before) => PipelineList.TryReadCursor(text, out before);

    private async ValueTask<Story?> ReadAsync(int account, Guid messageId)
    {
        Span<byte> bytes = stackalloc byte[16];
        messageId.TryWriteBytes(bytes, bigEndian: true, out _);
        var id = BinaryPrimitives.ReadUInt128BigEndian(bytes);
        if (!MessageId.TryRead(id, out var position, out var node, out var at)) return null;
        if (node != _pipeline.Configuration.Node) return null;
        var story = await _messages.ReadAsync(position).ConfigureAwait(false);
        var head = story?.Parts[0].Head;
        return head?.Account == account && head?.At == at && story is { IsInbound: false } ? story : null;
    }

    private MessageRecord Record(Story story) =>
        StoryRecord.Of(story, _pipeline.Configuration.Node, _pipeline.CarrierNames, Clock.UnixMs);

    private ValueTask<AdmissionResult> Throttled(PipelineAccount account, long nanoseconds)
    {
        _pipeline.Esme.Observer.Throttled(account.Configured.Name);
        return ValueTask.FromResult(AdmissionResult.Refused(
            AdmissionRefusal.Throttled, TimeSpan.FromTicks(nanoseconds / TimeSpan.NanosecondsPerTick)));
    }

    private static ValueTask<AdmissionResult> Refused(AdmissionRefusal refusal) =>
        ValueTask.FromResult(AdmissionResult.Refused(refusal));

    private static void Name(HttpSubmission message, ulong content, ref Slot slot)
    {
        slot.RepeatKey = slot.RepeatBody = slot.RepeatBatch = 0;
        if (message.IdempotencyKey is not { } key) return;
        var request = RepeatHash.Name(slot.Account, key, 0);
        if (message.BatchHash == 0)
        {
            slot.RepeatKey = request;
            slot.RepeatBody = content;
            return;
        }

        slot.RepeatBatch = request;
        slot.RepeatKey = RepeatHash.Name(slot.Account, key, 1 + message.Index);
        slot.RepeatBody = message.BatchHash;
    }

    /// <summary>Seconds from now; the message's own count from when it may go out.</summary>
    private static uint Validity(HttpSubmission message, long unixMs)
    {
        if (message.ValidityPeriod == TimeSpan.Zero) return 0;
        var ahead = Math.Max(0, message.DueSeconds - (unixMs / 1000));
        return (uint)(ahead + (long)message.ValidityPeriod.TotalSeconds);
    }

    /// <summary>A submit_sm body for each part; several with their length before each.</summary>
    private static void Encode(HttpSubmission message, ref Slot slot)
    {
        Span<byte> pdu = stackalloc byte[Header.Size + 128 + LongestUserData + HttpSubmission.MostTlvs];
        var several = message.SegmentCount > 1;
        var total = message.OtherSource.Length;
        for (var i = 0; i < message.SegmentCount; i++) total += BodyLength(message, i) + (several ? 2 : 0);
        var target = slot.Allocate(total);
        for (var i = 0; i < message.SegmentCount; i++)
        {
            var length = Write(message, i, pdu) - Header.Size;
            if (several)
            {
                BinaryPrimitives.WriteUInt16LittleEndian(target, (ushort)length);
                target = target[2..];
            }

            pdu.Slice(Header.Size, length).CopyTo(target);
            target = target[length..];
        }

        message.OtherSource.CopyTo(target);
        slot.OtherSender = (byte)message.OtherSource.Length;
        // An empty service_type is one NUL; then stand TON, NPI and the address, twice, and three fixed octets.
        slot.SourceOffset = 1;
        slot.DestinationOffset = (ushort)(1 + 2 + message.Source.Length + 1);
        slot.RegisteredOffset =
            (ushort)(slot.DestinationOffset + 2 + message.Destination.Length + 1 + 3 + 1 + ValidityLength(message));
    }

    private static int ValidityLength(HttpSubmission message) => message.ValidityPeriod > TimeSpan.Zero ? 17 : 1;

    /// <summary>The fixed octets of a submit_sm body, its NULs, and what varies (SMPP 3.4 section 4.4.1).</summary>
    private static int BodyLength(HttpSubmission message, int part) =>
        1 + 2 + message.Source.Length + 1 + 2 + message.Destination.Length + 1 + 3 + 1 + ValidityLength(message) + 5
        + message.Segment(part).Length + message.Tlvs.Length;

    private static int Write(HttpSubmission message, int part, Span<byte> pdu)
    {
        Span<byte> validity = stackalloc byte[SmppTime.Length];
        var validityLength = ValidityLength(message) == 1 ? 0 : SmppTime.WriteRelative(validity,
            message.ValidityPeriod);
        return new SubmitSm
        {
            SourceAddrTon = message.SourceTon,
            SourceAddrNpi = message.SourceNpi,
            SourceAddr = message.Source,
            DestAddrTon = message.DestinationTon,
            DestAddrNpi = message.DestinationNpi,
            DestinationAddr = message.Destination,
            PriorityFlag = message.GrantedPriority,
            EsmClass = message.HasUserDataHeader ? (byte)0x40 : (byte)0,
            ValidityPeriod = validity[..validityLength],
            RegisteredDelivery = 1,
            DataCoding = message.DataCoding,
            ShortMessage = message.Segment(part),
            Tlvs = new TlvReader(message.Tlvs),
        }.Write(pdu, 0);
    }
}
