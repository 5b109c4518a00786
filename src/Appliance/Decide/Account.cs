namespace Appliance.Decide;

/// <summary>An account as the configuration describes it to the deciding stage.</summary>
/// <param name="Id">The persistent id of its name.</param>
/// <param name="MaxLive">Unfinished messages it may have.</param>
/// <param name="NoticeWindow">Receipts a session may have unanswered.</param>
/// <param name="ResponseTimer">Milliseconds a deliver_sm_resp may take.</param>
public sealed record AccountOptions(ushort Id, string Name, int MaxLive, int NoticeWindow, int ResponseTimer);

/// <summary>An ESME's session that takes deliver_sm.</summary>
public sealed class Receiver(Account account, Peer peer)
{
    public Account Account => account;

    public Peer Peer => peer;

    public Window Window { get; } = new(account.Options.NoticeWindow);

    /// <summary>Milliseconds since 1970 until which nothing is sent: the ESME asked for a pause.</summary>
    public long PausedUntil { get; set; }

    public bool Ready(long now) => Window.HasRoom && now >= PausedUntil;
}

/// <summary>An account at run time.</summary>
public sealed class Account(AccountOptions options)
{
    /// <summary>Messages whose receipt waits for the ESME.</summary>
    public HandleQueue Notices = new();

    /// <summary>Those for which there is no room in memory; null where there always was.</summary>
    public HeldList? Held { get; set; }

    private int _turn;

    public AccountOptions Options => options;

    /// <summary>Unfinished messages.</summary>
    public int Live { get; set; }

    public List<Receiver> Receivers { get; } = [];

    /// <summary>Receipts an ESME has taken.</summary>
    public long Taken { get; set; }

    /// <summary>The next session with room, each in turn.</summary>
    public Receiver? NextReady(long now)
    {
        for (var i = 0; i < Receivers.Count; i++)
        {
            _turn = _turn + 1 < Receivers.Count ? _turn + 1 : 0;
            if (Receivers[_turn].Ready(now)) return Receivers[_turn];
        }

        return null;
    }
}
