using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Appliance.Operate.Http;

namespace Appliance.Ingress.Http;

/// <summary>One message of a request: what was read, what is wrong with it, what became of it.</summary>
internal sealed class SubmitItem
{
    private ValueTask<AdmissionResult> _pending;

    public HttpSubmission Submission { get; } = new();

    /// <summary>Empty for a message that may be handed in.</summary>
    public List<FieldError> Errors { get; } = [];

    /// <summary>Whether all errors are members of a later version.</summary>
    public bool OnlyUnimplemented { get; set; }

    public AdmissionResult Result { get; set; }

    public void Reset()
    {
        Submission.Reset();
        Errors.Clear();
        OnlyUnimplemented = false;
        Result = default;
    }

    /// <summary>Hands the message in; <see cref="TakePending"/> waits for the outcome.</summary>
    [SuppressMessage("Reliability", "CA2012", Justification = "Stored once, and consumed once by TakePending.")]
    public void Begin(IAdmission admission) => _pending = admission.SubmitAsync(Submission);

    /// <summary>Once after each <see cref="Begin"/>.</summary>
    public ValueTask<AdmissionResult> TakePending()
    {
        var pending = _pending;
        _pending = default;
        return pending;
    }
}

/// <summary>The messages of one POST, pooled with all they hold.</summary>
internal sealed class SubmitRequest
{
    /// <summary>Messages in one request.</summary>
    public const int MaxItems = 1000;

    private readonly List<SubmitItem> _items = [];

    /// <summary>Whether the body had `messages`; the answer then has `results`.</summary>
    public bool IsBatch { get; set; }

    /// <summary>The longest validity_period a message may have; stays when it is reused.</summary>
    public TimeSpan LongestValidity { get; init; }


    /// <summary>What is wrong with the body outside of its messages.</summary>
    public List<FieldError> Errors { get; } = [];

    public int Count { get; private set; }

    /// <summary>Items held for reuse.</summary>
    public int Capacity => _items.Count;

    public SubmitItem this[int index] => _items[index];

    public SubmitItem Add()
    {
        if (Count == _items.Count)
            _items.Add(new SubmitItem());
        return _items[Count++];
    }

    /// <summary>
    /// Of all messages in their order, and of what is wrong with them. Only that a time has passed is no other content.
    /// </summary>
    public ulong ContentHash()
    {
        var octets = new ArrayBufferWriter<byte>(Count * 16);
        for (var i = 0; i < Count; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(octets.GetSpan(sizeof(ulong)), _items[i].Submission.ContentHash());
            octets.Advance(sizeof(ulong));
            foreach (var error in _items[i].Errors)
            {
                if (!error.Field.EndsWith(".send_at", StringComparison.Ordinal))
                    Encoding.UTF8.GetBytes($"{error.Field}: {error.Detail}\n", octets);
            }
        }

        return RepeatHash.Of(octets.WrittenSpan);
    }

    public void Reset()
    {
        for (var i = 0; i < Count; i++)
            _items[i].Reset();
        Count = 0;
        IsBatch = false;
        Errors.Clear();
    }
}
