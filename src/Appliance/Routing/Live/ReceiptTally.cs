using System.Runtime.CompilerServices;

namespace Appliance.Routing.Live;

/// <summary>Messages that wait for their receipts, by the time at which they were handed over.</summary>
[InlineArray(Count)]
internal struct WaitingSlots
{
    internal const int Count = 8;

    private int _first;
}

/// <summary>
/// Outcomes of messages: delivered, failed, and how long it took, older ones counting less. A message that waits for
/// its receipt counts as neither until that is late; then it has failed.
/// </summary>
internal struct ReceiptTally
{
    private float _delivered;
    private float _failed;

    /// <summary>Of those delivered.</summary>
    private float _seconds;
    private long _step;
    private long _slot;
    private WaitingSlots _waiting;

    /// <summary>Outcomes that are counted, decayed.</summary>
    internal readonly float Outcomes => _delivered + _failed;

    internal readonly float Delivered => _delivered;

    internal readonly float Seconds => _seconds;

    /// <summary>Messages that wait for their receipt.</summary>
    internal readonly int Waiting
    {
        get
        {
            var waiting = 0;
            for (var i = 0; i < WaitingSlots.Count; i++) waiting += _waiting[i];
            return waiting;
        }
    }

    internal void Submitted(StatsClock clock, long now)
    {
        Advance(clock, now);
        _waiting[(int)(clock.SlotOf(now) % WaitingSlots.Count)]++;
    }

    /// <param name="at">When it was handed over.</param>
    /// <returns>False where it is late, and counts as failed already.</returns>
    internal bool Outcome(StatsClock clock, long at, long now, bool delivered)
    {
        Advance(clock, now);
        var slot = clock.SlotOf(at);
        if (slot <= _slot - WaitingSlots.Count) return false;
        // It may not be counted there: a restart or an eviction has forgotten it.
        ref var waiting = ref _waiting[(int)(slot % WaitingSlots.Count)];
        if (waiting > 0) waiting--;
        if (!delivered)
        {
            _failed++;
            return true;
        }

        _delivered++;
        _seconds += Math.Max(0, now - at) / 1000f;
        return true;
    }

    /// <summary>Brings it to a time: old outcomes decay, late receipts become failures.</summary>
    internal void Advance(StatsClock clock, long now)
    {
        var step = clock.StepOf(now);
        if (step > _step)
        {
            var left = clock.Left(step - _step);
            _delivered *= left;
            _failed *= left;
            _seconds *= left;
            _step = step;
        }

        var slot = clock.SlotOf(now);
        if (slot <= _slot) return;
        var passed = Math.Min(slot - _slot, WaitingSlots.Count);
        for (var i = 1; i <= passed; i++)
        {
            ref var waiting = ref _waiting[(int)((_slot + i) % WaitingSlots.Count)];
            _failed += waiting;
            waiting = 0;
        }

        _slot = slot;
    }
}
