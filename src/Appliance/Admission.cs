using System.Buffers.Binary;
using System.Diagnostics;
using Appliance.History;
using Appliance.Ingress;
using Appliance.Ingress.Http;
using Appliance.Records;
using Codec;
using Store;

namespace Appliance;

/// <summary>The HTTP API's way into the ring and back to a message's story.</summary>
internal sealed class Admission : IAdmission
{
    private const int LongestUserData = 255;

    private readonly Pipeline _pipeline;
    private readonly AccountKeys _keys;
    private readonly ushort[] _ids;

    public Admission(Pipeline pipeline)
    {
        _pipeline = pipeline;
        var accounts = pipeline.Configuration.Accounts;
        _ids = [.. accounts.Select(account => pipeline.AccountNames.GetOrAdd(account.Name))];
        _keys = new AccountKeys(accounts);
    }

    public AccountView? Authenticate(ReadOnlySpan<byte> bearerKey) => _keys.Find(bearerKey);

    public ValueTask<AdmissionResult> SubmitAsync(HttpSubmission message)
    {
        if (_pipeline.Esme.Draining) return Refused(AdmissionRefusal.Draining);
        if (_pipeline.Esme.DiskFull) return Refused(AdmissionRefusal.DiskFull);
        var route = _pipeline.Decider.Dispatch.Routes.Find(message.Destination);
        if (route < 0) return Refused(AdmissionRefusal.NoRoute);
        var ring = _pipeline.Ring;
        if (!ring.TryClaim(_pipeline.Esme.Options.RingReserve,
            out var sequence)) return Refused(AdmissionRefusal.RingFull);
        ref var slot = ref ring[sequence];
        slot.Kind = EventKind.Submit;
        slot.Source = message;
        slot.Account = _ids[message.Account];
        slot.Parts = (byte)message.SegmentCount;
        slot.Code = 1;
        slot.Route = route;
        slot.ValiditySeconds = (uint)message.ValidityPeriod.TotalSeconds;
        slot.UnixMs = Clock.UnixMs;
        slot.Ticks = Stopwatch.GetTimestamp();
        Encode(message, ref slot);
        message.Node = _pipeline.Configuration.Node;
        var completion = message.Completion;
        ring.Publish(sequence);
        ring.Wake();
        return completion;
    }

    public async ValueTask<MessageRecord?> FindAsync(int account, Guid messageId)
    {
        Span<byte> bytes = stackalloc byte[16];
        messageId.TryWriteBytes(bytes, bigEndian: true, out _);
        var id = BinaryPrimitives.ReadUInt128BigEndian(bytes);
        if (!MessageId.TryRead(id, out var position, out var node, out var at)) return null;
        if (node != _pipeline.Configuration.Node) return null;
        var last = await LocateAsync(position).ConfigureAwait(false);
        if (last == 0) return null;
        var story = Story.Read(_pipeline.Journal.Read, position, last);
        if (story is null || story.Parts[0].Head.Account != _ids[account] || story.Parts[0].Head.At != at) return null;
        return StoryRecord.Of(messageId, story, _pipeline.CarrierNames);
    }

    /// <summary>The message's last event: the ring knows it while the message lives, the index when it is
    /// finished.</summary>
    private async ValueTask<ulong> LocateAsync(ulong position)
    {
        var query = new Query();
        long sequence;
        while (!_pipeline.Ring.TryClaim(0, out sequence)) await _pipeline.Ring.RoomAsync().ConfigureAwait(false);
        Publish(sequence, position, query);
        var last = await query.Task.ConfigureAwait(false);
        if (last != 0) return last;
        if (_pipeline.TryFindFinished(position, out last)) return last;
        // In a list outside memory since it was accepted: its story is that record.
        return IsMessage(position) ? position : 0;
    }

    private bool IsMessage(ulong position)
    {
        Span<byte> kind = stackalloc byte[1];
        return _pipeline.Journal.Read(position, kind) > 0 && (RecordKind)kind[0] == RecordKind.Accepted;
    }

    private void Publish(long sequence, ulong position, Query query)
    {
        ref var slot = ref _pipeline.Ring[sequence];
        slot.Kind = EventKind.Query;
        slot.Source = query;
        slot.Position = position;
        slot.UnixMs = Clock.UnixMs;
        _pipeline.Ring.Publish(sequence);
        _pipeline.Ring.Wake();
    }

    private static ValueTask<AdmissionResult> Refused(AdmissionRefusal refusal) =>
        ValueTask.FromResult(AdmissionResult.Refused(refusal));

    /// <summary>A submit_sm body for each part; several with their length before each.</summary>
    private static void Encode(HttpSubmission message, ref Slot slot)
    {
        Span<byte> pdu = stackalloc byte[Header.Size + 128 + LongestUserData];
        var several = message.SegmentCount > 1;
        var total = 0;
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
        + message.Segment(part).Length;

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
            EsmClass = message.HasUserDataHeader ? (byte)0x40 : (byte)0,
            ValidityPeriod = validity[..validityLength],
            RegisteredDelivery = 1,
            DataCoding = message.DataCoding,
            ShortMessage = message.Segment(part),
        }.Write(pdu, 0);
    }

    private sealed class Query : PendingAnswer
    {
        private readonly TaskCompletionSource<ulong> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<ulong> Task => _answer.Task;

        public override void Accepted(ulong position, long unixMs) => throw new InvalidOperationException();

        public override void Refused(Refusal refusal) => throw new InvalidOperationException();

        public override void Located(ulong last) => _answer.TrySetResult(last);
    }
}
