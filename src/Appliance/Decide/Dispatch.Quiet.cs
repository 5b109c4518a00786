using Appliance.Records;

namespace Appliance.Decide;

/// <summary>Messages whose time has passed while they waited: they wait for the end of the quiet hours.</summary>
public sealed partial class Dispatch
{
    private readonly List<int> _quietParts = [];

    /// <summary>The rules about hours, for what waits.</summary>
    public QuietStop Quiet { get; } = new(options.Policy);

    /// <summary>Called with the first part of a message that stands in no queue any more, and the second since 1970 for
    /// which it is to wait outside memory.</summary>
    public Action<int, uint>? PutOff { get; set; }

    /// <summary>Messages that were put off since the start.</summary>
    public long PutOffCount { get; private set; }

    /// <summary>Puts a message at its queue's head off where it would reach its recipient in quiet hours.</summary>
    private bool TryPutOff(int handle, long now)
    {
        ref var message = ref ledger.Table[handle];
        if (!Quiet.Stops(in message, now, out var until) || PutOff is null) return false;
        Reviver.Group(ledger.Table, message.First, _quietParts);
        // Half a message that is out already is of no use: the rest follows.
        if (_quietParts.Count != ledger.Table[message.First].Parts) return false;
        foreach (var part in _quietParts)
            if (ledger.Table[part].Stage is not (Stage.Queued or Stage.Backoff)) return false;
        // It ends when its validity does, wherever it is.
        if (message.Expiry != 0) until = Math.Min(until, message.Expiry);
        var first = message.First;
        foreach (var part in _quietParts)
        {
            Withdraw(part);
            Defer(part, until, now, Reason.QuietHours);
        }

        PutOffCount++;
        PutOff(first, until);
        return true;
    }
}
