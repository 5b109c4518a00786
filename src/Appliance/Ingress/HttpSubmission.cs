using System.Buffers;
using System.Buffers.Binary;
using System.Threading.Tasks.Sources;
using Appliance.Policy;
using Codec;
using Store;

namespace Appliance.Ingress;

/// <summary>
/// A checked and encoded message on its way from the HTTP API to the ring, and the pooled completion its sender waits
/// on. All fields are as they stand in a submit_sm, so that nothing is left to convert on the ring.
/// </summary>
public sealed class HttpSubmission : PendingAnswer, IValueTaskSource<AdmissionResult>, IThreadPoolWorkItem
{
    /// <summary>SMPP 3.4 section 4.4.1, without the NUL.</summary>
    public const int MaxAddress = 20;

    /// <summary>Octets of all optional parameters.</summary>
    public const int MostTlvs = 512;

    // A message of one segment, the usual one, fits without renting.
    private const int UsualUserData = 140;

    private readonly byte[] _source = new byte[MaxAddress];
    private readonly byte[] _other = new byte[MaxAddress];
    private readonly byte[] _destination = new byte[MaxAddress];
    private readonly List<int> _ends = new(4);
    private byte[] _userData = new byte[UsualUserData + 20];
    private char[] _text = [];
    private int _textLength;
    private byte[] _tlvs = [];
    private int _tlvsLength;
    private int _sourceLength;
    private int _otherLength;
    private int _destinationLength;
    private ManualResetValueTaskSourceCore<AdmissionResult> _core;
    private AdmissionResult _result;

    /// <summary><see cref="AccountView.Id"/>.</summary>
    public int Account { get; set; }

    public byte SourceTon { get; set; }

    public byte SourceNpi { get; set; }

    /// <summary>ASCII.</summary>
    public ReadOnlySpan<byte> Source => _source.AsSpan(0, _sourceLength);

    public byte DestinationTon { get; set; }

    public byte DestinationNpi { get; set; }

    /// <summary>ASCII digits of an international number, without +.</summary>
    public ReadOnlySpan<byte> Destination => _destination.AsSpan(0, _destinationLength);

    public byte DataCoding { get; set; }

    /// <summary>Whether each segment begins with a user data header (esm_class 0x40).</summary>
    public bool HasUserDataHeader { get; set; }

    public int SegmentCount => _ends.Count;

    /// <summary>Counts from when it may go out; zero where nobody said.</summary>
    public TimeSpan ValidityPeriod { get; set; }

    /// <summary>0 to 3, the highest last: as its sender asks for.</summary>
    public byte Priority { get; set; }

    /// <summary>The highest priority that its account may have.</summary>
    public byte MaxPriority { get; set; } = Schedule.HighestPriority;

    /// <summary>The priority it gets.</summary>
    public byte GrantedPriority => Math.Min(Priority, MaxPriority);

    /// <summary>Whether that is less than was asked for.</summary>
    public bool PriorityIsLowered => Priority > MaxPriority;

    /// <summary>What it is for; null where its sender does not say.</summary>
    public MessageClass? Class { get; set; }

    /// <summary>The text as it was given, for rules to look at.</summary>
    public ReadOnlySpan<char> Text => _text.AsSpan(0, _textLength);

    /// <summary>India's parameters of a message, as TLVs; empty for none.</summary>
    public ReadOnlySpan<byte> Tlvs => _tlvs.AsSpan(0, _tlvsLength);

    /// <summary>Seconds since 1970 before which it must not go out; 0 for at once.</summary>
    public uint DueSeconds { get; set; }

    /// <summary>What its sender calls the request it came in; null for nothing.</summary>
    public string? IdempotencyKey { get; set; }

    /// <summary>Its place in that request.</summary>
    public int Index { get; set; }

    /// <summary>Hash of all messages of a batch that has a name; 0 for a message alone.</summary>
    public ulong BatchHash { get; set; }

    /// <summary>When such a batch came in, milliseconds since 1970: all of it is one repeat, or none.</summary>
    public long BatchMs { get; set; }

    /// <summary>
    /// The time its sender asked for, seconds since 1970, also where it has passed; 0 for none. Unlike
    /// <see cref="DueSeconds"/> it is the same in a repeat.
    /// </summary>
    public uint SendAtSeconds { get; set; }

    /// <summary>The short_message of one segment, header included.</summary>
    public ReadOnlySpan<byte> Segment(int index)
    {
        var start = index == 0 ? 0 : _ends[index - 1];
        return _userData.AsSpan(start, _ends[index] - start);
    }

    public void SetSource(ReadOnlySpan<byte> address, byte ton, byte npi)
    {
        address.CopyTo(_source);
        _sourceLength = address.Length;
        SourceTon = ton;
        SourceNpi = npi;
    }

    /// <summary>A rule puts another sender in the place of the one it came with.</summary>
    public void ReplaceSource(ReadOnlySpan<byte> address, byte ton, byte npi)
    {
        Source.CopyTo(_other);
        _otherLength = _sourceLength;
        SetSource(address, ton, npi);
    }

    /// <summary>The sender it came with, where a rule has replaced it; else empty.</summary>
    public ReadOnlySpan<byte> OtherSource => _other.AsSpan(0, _otherLength);

    public void SetDestination(ReadOnlySpan<byte> address, byte ton, byte npi)
    {
        address.CopyTo(_destination);
        _destinationLength = address.Length;
        DestinationTon = ton;
        DestinationNpi = npi;
    }

    public void SetText(ReadOnlySpan<char> text)
    {
        if (_text.Length < text.Length) _text = new char[text.Length];
        text.CopyTo(_text);
        _textLength = text.Length;
    }

    /// <summary>Adds an optional parameter, which goes with each segment.</summary>
    public void AddTlv(TlvTag tag, ReadOnlySpan<byte> value)
    {
        const int head = 4;
        if (_tlvsLength + head + value.Length > _tlvs.Length)
            Array.Resize(ref _tlvs, Math.Max(_tlvsLength + head + value.Length, 128));
        BinaryPrimitives.WriteUInt16BigEndian(_tlvs.AsSpan(_tlvsLength), (ushort)tag);
        BinaryPrimitives.WriteUInt16BigEndian(_tlvs.AsSpan(_tlvsLength + 2), (ushort)value.Length);
        value.CopyTo(_tlvs.AsSpan(_tlvsLength + head));
        _tlvsLength += head + value.Length;
    }

    /// <summary>Room for a next segment of that many octets.</summary>
    public Span<byte> AddSegment(int length)
    {
        var start = _ends.Count == 0 ? 0 : _ends[^1];
        if (start + length > _userData.Length)
            Array.Resize(ref _userData, Math.Max(start + length, _userData.Length * 2));
        _ends.Add(start + length);
        return _userData.AsSpan(start, length);
    }

    /// <summary>This node's number; part of the message id.</summary>
    public int Node { get; set; }

    public override bool IsFinishedElsewhere => true;

    public override void Accepted(ulong position, long unixMs) => _result = AdmissionResult.Accepted(
        ToGuid(MessageId.Create(unixMs, Node, position)), SegmentCount,
        DateTimeOffset.FromUnixTimeMilliseconds(unixMs));

    public override void Refused(Refusal refusal) => _result = refusal == Refusal.BlockedRange
        ? AdmissionResult.RefusedBy(PolicyCode.FraudRange, "fraud")
        : AdmissionResult.Refused(RefusalOf(refusal));

    private static AdmissionRefusal RefusalOf(Refusal refusal) => refusal switch
    {
        Refusal.RingFull => AdmissionRefusal.RingFull,
        Refusal.BacklogFull => AdmissionRefusal.BacklogFull,
        Refusal.DiskFull => AdmissionRefusal.DiskFull,
        Refusal.PriceTooLow => AdmissionRefusal.PriceTooLow,
        Refusal.BalanceTooLow => AdmissionRefusal.BalanceTooLow,
        Refusal.AccountGone => AdmissionRefusal.AccountGone,
        Refusal.AccountFull => AdmissionRefusal.AccountLimit,
        Refusal.RepeatConflict => AdmissionRefusal.RepeatConflict,
        Refusal.SenderRate => AdmissionRefusal.Throttled,
        _ => AdmissionRefusal.NoRoute,
    };

    /// <summary>
    /// Of all that makes another message of it. The reference that joins its segments is drawn anew with each request
    /// and is no such thing.
    /// </summary>
    public ulong ContentHash()
    {
        var octets = new ArrayBufferWriter<byte>(_userData.Length + 128);
        octets.Write([
            SourceTon, SourceNpi, (byte)_sourceLength, DestinationTon, DestinationNpi, (byte)_destinationLength,
            DataCoding, Priority, HasUserDataHeader ? (byte)1 : (byte)0]);
        if (Class is { } named) octets.Write([(byte)named]);
        octets.Write(Tlvs);
        octets.Write(Source);
        octets.Write(Destination);
        BinaryPrimitives.WriteInt64LittleEndian(octets.GetSpan(sizeof(long)), ValidityPeriod.Ticks);
        octets.Advance(sizeof(long));
        BinaryPrimitives.WriteUInt32LittleEndian(octets.GetSpan(sizeof(uint)), SendAtSeconds);
        octets.Advance(sizeof(uint));
        for (var i = 0; i < SegmentCount; i++)
        {
            var segment = Segment(i);
            // The header's length stands for it: its other octets follow from the text.
            octets.Write([(byte)segment.Length, HasUserDataHeader ? segment[0] : (byte)0]);
            octets.Write(HasUserDataHeader ? segment[(segment[0] + 1)..] : segment);
        }

        return RepeatHash.Of(octets.WrittenSpan);
    }

    private static Guid ToGuid(UInt128 id)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, id);
        return new Guid(bytes, bigEndian: true);
    }

    /// <summary>What the sender waits on. Once for each <see cref="Reset"/>.</summary>
    public ValueTask<AdmissionResult> Completion => new(this, _core.Version);

    /// <summary>
    /// Ends the wait with the answer that was noted. Once for each <see cref="Reset"/>; the submission is the sender's
    /// again afterwards. Not on the ring's thread, which must not write to sockets.
    /// </summary>
    public override void Finish() => _core.SetResult(_result);

    /// <summary>Ends the wait, from any thread and without running the sender's continuation on it.</summary>
    public void Complete(in AdmissionResult result)
    {
        _result = result;
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>Makes it new for a next message.</summary>
    public void Reset()
    {
        _core.Reset();
        _ends.Clear();
        _sourceLength = 0;
        _otherLength = 0;
        _destinationLength = 0;
        HasUserDataHeader = false;
        ValidityPeriod = TimeSpan.Zero;
        Priority = 0;
        MaxPriority = Schedule.HighestPriority;
        Class = null;
        _textLength = 0;
        _tlvsLength = 0;
        DueSeconds = 0;
        SendAtSeconds = 0;
        IdempotencyKey = null;
        BatchHash = 0;
        BatchMs = 0;
    }

    void IThreadPoolWorkItem.Execute() => Finish();

    AdmissionResult IValueTaskSource<AdmissionResult>.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<AdmissionResult>.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource<AdmissionResult>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
