using Appliance.Records;
using Codec;

namespace Appliance.Decide;

/// <summary>Receipts on their way to the ESMEs: one queue an account, kept until an ESME takes them.</summary>
public sealed class Notices(Ledger ledger, HeldLists lists, Outgoing outgoing, DeciderOptions options)
{
    /// <summary>Milliseconds a session is left alone after it asked for a retry.</summary>
    private const int RetryPause = 1000;

    private static readonly long NanosecondsPerTick = 1_000_000_000 / System.Diagnostics.Stopwatch.Frequency;

    private readonly Account?[] _accounts = new Account?[ushort.MaxValue + 1];
    private readonly List<Account> _all = [];
    private readonly HashSet<Account> _ready = [];
    private readonly NoticeWriter _writer = new(options.Node);

    public IReadOnlyList<Account> Accounts => _all;

    /// <summary>Called with the nanoseconds from submit_sm to the receipt's deliver_sm.</summary>
    public Action<long>? EndToEnd { get; set; }

    public void Add(Account account)
    {
        _accounts[account.Options.Id] = account;
        _all.Add(account);
    }

    /// <summary>The account; one that is no longer configured is known by its id alone, so that nothing is
    /// lost.</summary>
    public Account Account(ushort id)
    {
        if (_accounts[id] is { } known) return known;
        var unknown = new Account(new AccountOptions(id, $"#{id}", int.MaxValue, 1, 10_000));
        _accounts[id] = unknown;
        _all.Add(unknown);
        return unknown;
    }

    /// <summary>A message is final and its ESME wants to know.</summary>
    public void Queue(int handle)
    {
        ref var message = ref ledger.Table[handle];
        message.Stage = Stage.Notifying;
        var account = Account(message.Account);
        var isFull = account.Held is { Count: > 0 } || account.Notices.Count >= options.MostNotices;
        if (message.Parts == 1 && isFull) Store(handle);
        else Take(handle);
    }

    /// <summary>One whose message is in memory joins those that wait there.</summary>
    public void Take(int handle)
    {
        var account = Account(ledger.Table[handle].Account);
        account.Notices.Append(ledger.Table, handle);
        Mark(account);
    }

    /// <summary>One that waits in memory, of a message of one part, goes to the account's list.</summary>
    public void Hold(int handle)
    {
        Account(ledger.Table[handle].Account).Notices.TryRemove(ledger.Table, handle);
        Store(handle);
    }

    /// <summary>One that waits in memory is not told.</summary>
    public void Withdraw(int handle) =>
        Account(ledger.Table[handle].Account).Notices.TryRemove(ledger.Table, handle);

    public void Bound(Peer peer, ushort account)
    {
        var receiver = new Receiver(Account(account), peer);
        peer.State = receiver;
        receiver.Account.Receivers.Add(receiver);
        Mark(receiver.Account);
    }

    public void Unbound(Peer peer)
    {
        if (peer.State is not Receiver receiver) return;
        peer.State = null;
        receiver.Account.Receivers.Remove(receiver);
        foreach (var handle in receiver.Window.TakeAll()) Return(handle, receiver.Account);
        Mark(receiver.Account);
    }

    /// <summary>An ESME's deliver_sm_resp.</summary>
    public void Answered(Peer peer, uint sequence, CommandStatus status, long now)
    {
        if (peer.State is not Receiver receiver) return;
        var handle = receiver.Window.Take(sequence, out _);
        if (handle == MessageTable.None) return;
        Mark(receiver.Account);
        if (AsksAgain(status))
        {
            receiver.PausedUntil = now + RetryPause;
            Return(handle, receiver.Account);
            return;
        }

        receiver.Account.Taken++;
        ref var message = ref ledger.Table[handle];
        ledger.Write(handle, new EventHead
        {
            Kind = RecordKind.Noticed,
            State = message.State,
            Carrier = message.Carrier,
            Code = (uint)status,
            At = now,
        });
        ledger.Leave(handle);
    }

    /// <summary>Sends what can be sent to sessions with room.</summary>
    public void Pump(long now)
    {
        if (_ready.Count == 0) return;
        foreach (var account in _ready) Pump(account, now);
        _ready.Clear();
    }

    /// <summary>Once a second: pauses end, and sessions that do not answer in time are closed.</summary>
    public void Tick(long now)
    {
        foreach (var account in _all)
        {
            if (account.Notices.Count > 0) Mark(account);
            foreach (var receiver in account.Receivers)
            {
                if (receiver.Window.OldestBefore(now - account.Options.ResponseTimer) != 0)
                    receiver.Peer.Close("no deliver_sm_resp within response_timer");
            }
        }
    }

    private void Pump(Account account, long now)
    {
        while (account.Notices.Count > 0 && account.NextReady(now) is { } receiver)
        {
            var handle = account.Notices.TakeHead(ledger.Table);
            ref var message = ref ledger.Table[handle];
            var sequence = receiver.Window.Add(handle, now);
            message.Flags |= LiveFlags.NoticeInFlight;
            var room = outgoing.To(receiver.Peer, NoticeWriter.Longest);
            var written = _writer.Write(room, sequence, in message);
            receiver.Peer.Unstage(NoticeWriter.Longest - written);
            if (message.Ticks == 0) continue;
            EndToEnd?.Invoke((System.Diagnostics.Stopwatch.GetTimestamp() - message.Ticks) * NanosecondsPerTick);
            message.Ticks = 0;
        }
    }

    private void Store(int handle)
    {
        ref var message = ref ledger.Table[handle];
        var account = Account(message.Account);
        account.Held ??= lists.Get(HeldKind.Notices, account.Options.Id);
        var entry = new HeldEntry
        {
            Position = message.Position,
            Last = message.Last,
            Account = message.Account,
            Parts = 1,
        };
        ledger.File(handle);
        ledger.Forget(handle);
        account.Live++;
        lists.Append(account.Held, in entry);
    }

    private void Return(int handle, Account account)
    {
        ledger.Table[handle].Flags &= ~LiveFlags.NoticeInFlight;
        account.Notices.Return(ledger.Table, handle);
    }

    private void Mark(Account account)
    {
        if (account.Notices.Count > 0 && account.Receivers.Count > 0) _ready.Add(account);
    }

    /// <summary>The statuses after which a deliver_sm is worth repeating; any other is an answer.</summary>
    private static bool AsksAgain(CommandStatus status) => status is CommandStatus.ESME_RTHROTTLED
        or CommandStatus.ESME_RSYSERR or CommandStatus.ESME_RMSGQFUL or CommandStatus.ESME_RSUBMITFAIL
        or CommandStatus.ESME_RQUERYFAIL or CommandStatus.ESME_RDELIVERYFAILURE or CommandStatus.ESME_RUNKNOWNERR
        or CommandStatus.ESME_RX_T_APPN;
}
