namespace Appliance.Simulator.Smsc;

/// <summary>A system_id: its sessions, and the receipts that wait because none of them takes more.</summary>
internal sealed class SmscAccount(int index, string systemId)
{
    private int _turn;

    /// <summary>What <see cref="Pending.Account"/> names it by.</summary>
    internal int Index { get; } = index;

    internal string SystemId { get; } = systemId;

    internal List<SmscSession> Sessions { get; } = [];

    /// <summary>Those of the sessions that take deliver_sm.</summary>
    internal List<SmscSession> Receivers { get; } = [];

    internal TokenBucket Tokens;

    internal PendingList Queue;

    /// <summary>Whether it is in the centre's list of accounts whose queue to look at.</summary>
    internal bool Marked { get; set; }

    /// <summary>
    /// The receiver with room to send a receipt on: the submitting session by preference, or, for
    /// <paramref name="elsewhere"/>, any other by preference; else each in turn. Null if none has room.
    /// </summary>
    internal SmscSession? Choose(SmscSession? preferred, bool elsewhere)
    {
        bool preferredTakes = preferred is not null && preferred.TakesDeliveries;
        if (preferredTakes && !elsewhere) return preferred;
        for (int tried = 0; tried < Receivers.Count; tried++)
        {
            _turn = _turn + 1 < Receivers.Count ? _turn + 1 : 0;
            var session = Receivers[_turn];
            if (session != preferred && session.TakesDeliveries) return session;
        }
        return preferredTakes ? preferred : null;
    }
}
