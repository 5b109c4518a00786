using Appliance.Money;

namespace Appliance.Decide;

/// <summary>An account as the configuration describes it to the deciding stage.</summary>
/// <param name="Id">The persistent id of its name.</param>
/// <param name="MaxLive">Unfinished messages it may have.</param>
/// <param name="NoticeWindow">Receipts a session may have unanswered.</param>
/// <param name="ResponseTimer">Milliseconds a deliver_sm_resp may take.</param>
public sealed record AccountOptions(ushort Id, string Name, int MaxLive, int NoticeWindow, int ResponseTimer)
{
    /// <summary>How it pays; null where no balance is kept of it.</summary>
    public BillingConfiguration? Billing { get; init; }

    /// <summary>Its share of a carrier for which several accounts' messages wait, 1 to 1000.</summary>
    public int Weight { get; init; } = 1;

    /// <summary>Messages a second of each of its sender addresses; 0 for no limit.</summary>
    public int SenderThroughput { get; init; }

    /// <summary>Whether it is not configured any more: nothing new is taken of it, what was goes on.</summary>
    public bool IsGone { get; init; }
}

/// <summary>An ESME's session that takes deliver_sm.</summary>
public sealed class Receiver(Account account, Peer peer)
{
    public Account Account => account;

    public Peer Peer => peer;

    public Window Window { get; } = new(account.Options.NoticeWindow);

    private const int FirstPause = 1000;
    private const int LongestPause = 60_000;

    private long _pausedUntil;
    private int _pause;

    public bool Ready(long now) => Window.HasRoom && now >= _pausedUntil;

    /// <summary>The ESME asks again: each time in a row it is left alone for twice as long.</summary>
    public void Pause(long now)
    {
        // A window's worth of refusals is one pause, not a hundred doublings.
        if (now < _pausedUntil) return;
        _pause = _pause == 0 ? FirstPause : Math.Min(LongestPause, _pause * 2);
        _pausedUntil = now + _pause;
    }

    /// <summary>The ESME has taken one.</summary>
    public void Resume() => _pause = 0;
}

/// <summary>How many messages from mobiles came to an account, and what became of them.</summary>
public sealed class InboundCounts
{
    public long Accepted { get; set; }

    /// <summary>Of them those that no ESME is to take.</summary>
    public long Kept { get; set; }

    public long Delivered { get; set; }

    /// <summary>An ESME did not want them, or refused them again and again.</summary>
    public long Rejected { get; set; }

    /// <summary>They ended before an ESME took them.</summary>
    public long Expired { get; set; }
}

/// <summary>An account at run time.</summary>
public sealed class Account(AccountOptions options)
{
    /// <summary>Messages whose receipt waits for the ESME.</summary>
    public HandleQueue Notices = new();

    /// <summary>Those that an ESME refused, until their next try.</summary>
    public HandleQueue Later = new();

    /// <summary>Those for which there is no room in memory; null where there always was.</summary>
    public HeldList? Held { get; set; }

    /// <summary>Those in memory, wherever they stand there.</summary>
    public int NoticesInMemory { get; set; }

    /// <summary>Of them those that were outside it.</summary>
    public int Revived { get; set; }

    /// <summary>Receipts that wait for an ESME, or for its answer.</summary>
    public int NoticesWaiting => NoticesInMemory + (Held?.Count ?? 0);

    private int _turn;

    public AccountOptions Options { get; set; } = options;

    /// <summary>Messages, by their parts, in memory and in lists.</summary>
    public int Live { get; set; }

    /// <summary>Of them those that are not final yet.</summary>
    public int Unfinished => Live - NoticesWaiting;

    public List<Receiver> Receivers { get; } = [];

    /// <summary>Receipts an ESME has taken.</summary>
    public long Taken { get; set; }

    /// <summary>Messages from mobiles since the start, by what became of them.</summary>
    public InboundCounts Inbound { get; } = new();

    /// <summary>deliver_sm that its sessions may have unanswered at once.</summary>
    public int Window
    {
        get
        {
            var window = 0;
            foreach (var receiver in Receivers) window += receiver.Window.Size;
            return window;
        }
    }

    /// <summary>While some wait outside memory, so many of those may be in memory.</summary>
    public int MostRevived => Math.Max(1, Window / 4 * 3);

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
