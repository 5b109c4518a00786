using Appliance.Ingress;
using Appliance.Records;
using Store;

namespace Appliance.Tests.Ingress;

/// <summary>Messages that are as the test says, and what was asked of them.</summary>
internal sealed class FakeMessages : IMessages
{
    public const ushort Account = 3;

    public Dictionary<ulong, MessageFacts> Known { get; } = [];

    public List<ulong> Cancelled { get; } = [];

    public Dictionary<ulong, Replacement> Replaced { get; } = [];

    public ChangeResult Result { get; set; } = ChangeResult.Done;

    /// <summary>What goes wrong at the next question.</summary>
    public Exception? Fault { get; set; }

    /// <summary>Completes what waits in <see cref="FindAsync"/>; null where nothing waits.</summary>
    public TaskCompletionSource? Gate { get; set; }

    public string Add(ulong position, byte[] pdu, State state = State.Queued, uint due = 0, byte error = 0)
    {
        var at = Clock.UnixMs;
        Known[position] = new MessageFacts
        {
            Position = position,
            State = state,
            ChangedAt = at,
            AcceptedAt = at,
            Expiry = (uint)(at / 1000) + 7200,
            Due = due,
            Error = error,
            Body = Submits.Body(pdu),
        };
        Span<byte> text = stackalloc byte[MessageId.TextLength];
        MessageId.TryFormat(at, 1, position, text);
        return System.Text.Encoding.ASCII.GetString(text);
    }

    public async ValueTask<MessageFacts?> FindAsync(ushort account, UInt128 id)
    {
        if (Fault is { } fault) throw fault;
        if (Gate is { } gate) await gate.Task;
        MessageId.TryRead(id, out var position, out _, out _);
        return account == Account ? Known.GetValueOrDefault(position) : null;
    }

    public ValueTask<IReadOnlyList<MessageFacts>> NewestAsync(
        ushort account, ReadOnlyMemory<byte> destination, int most) =>
        ValueTask.FromResult<IReadOnlyList<MessageFacts>>(
            [.. Known.OrderByDescending(pair => pair.Key).Take(most).Select(pair => pair.Value)]);

    public ValueTask<ChangeResult> CancelAsync(ushort account, ulong position)
    {
        Cancelled.Add(position);
        return ValueTask.FromResult(Result);
    }

    public ValueTask<ChangeResult> ReplaceAsync(ushort account, ulong position, Replacement replacement)
    {
        Replaced[position] = replacement;
        return ValueTask.FromResult(Result);
    }
}
