using Appliance.Records;
using Codec;

namespace Appliance.Decide;

/// <summary>
/// Receipts and mobiles' messages on their way to the ESMEs: one queue an account, kept until an ESME takes them.
/// </summary>
public sealed partial class Notices(Ledger ledger, HeldLists lists, Outgoing outgoing, DeciderOptions options)
{
    /// <summary>How often a receipt that the ESME refuses is sent: over some thirteen hours.</summary>
    private const int MostTries = 24;

    /// <summary>Seconds between two tries of one receipt.</summary>
    private const uint LongestDelay = 3600;

    /// <summary>Bytes of mobiles' messages kept in memory until an ESME takes them; a power of two.</summary>
    private const int InboundCache = 1 << 20;

    private readonly Account?[] _accounts = new Account?[ushort.MaxValue + 1];
    private readonly HashSet<Account> _ready = [];
    private readonly NoticeWriter _writer = new(options.Node);
    private readonly WaitingBodies _bodies = new(ledger.Log, InboundCache);
    private readonly List<int> _taken = [];
    private readonly long[] _ended = new long[Enum.GetValues<Reason>().Length];
    private int _inMemory;

    /// <summary>Other threads read it, so that it is never changed but replaced.</summary>
    private volatile List<Account> _all = [];

    public IReadOnlyList<Account> Accounts => _all;

    /// <summary>Called with the nanoseconds from submit_sm to the receipt's deliver_sm.</summary>
    public Action<long>? EndToEnd { get; set; }

    /// <summary>Receipts that wait for ESMEs, or for their answer.</summary>
    public int Waiting => _inMemory + lists.Notices;

    /// <summary>The account most receipts wait for.</summary>
    public Account? Fullest => _all.MaxBy(account => account.NoticesWaiting);

    /// <summary>Receipts that ended untold since the start.</summary>
    public long Ended(Reason reason) => _ended[(int)reason];

    public void Add(Account account)
    {
        _accounts[account.Options.Id] = account;
        _all = [.. _all, account];
    }

    /// <summary>Takes other options of accounts. Those that are not among them have nothing more taken of them; their
    /// receipts wait for them to come back, until they expire.</summary>
    public void Configure(IReadOnlyList<AccountOptions> accounts)
    {
        var named = accounts.Select(options => options.Id).ToHashSet();
        foreach (var options in accounts)
        {
            if (_accounts[options.Id] is { } known) known.Options = options;
            else Add(new Account(options));
        }

        foreach (var account in _all.Where(account => !named.Contains(account.Options.Id)))
        {
            account.Options = account.Options with
            {
                IsGone = true, MaxLive = 0, SenderThroughput = 0, Billing = null,
            };
        }
    }

    /// <summary>The account; one that is no longer configured is known by its id alone, so that nothing is
    /// lost.</summary>
    public Account Account(ushort id)
    {
        if (_accounts[id] is { } known) return known;
        var unknown = new Account(new AccountOptions(id, $"#{id}", int.MaxValue, 1, 10_000));
        Add(unknown);
        return unknown;
    }

    /// <summary>A message is final and its ESME wants to know.</summary>
    public void Queue(int handle)
    {
        ref var message = ref ledger.Table[handle];
        if (message.Stage != Stage.Notifying) Expect(handle);
        var account = Account(message.Account);
        if (message.Parts == 1 && MustStore(account, in message)) Store(handle);
        else Take(handle);
    }

    /// <summary>
    /// Receipts that an ESME takes as they come do not stand behind those that wait outside memory: the way there and
    /// back costs several times as much, and who has once fallen behind would never catch up.
    /// </summary>
    private bool MustStore(Account account, in LiveMessage message)
    {
        if (account.Held is not { Count: > 0 }) return account.Notices.Count >= options.MostNotices;
        // Mobiles' messages stay in order.
        if ((message.Flags & LiveFlags.Inbound) != 0) return true;
        // This one counts already. What those that wait make no use of is for new ones too.
        var window = account.Window;
        return account.NoticesInMemory > window && account.NoticesInMemory - account.Revived > window / 4;
    }

    /// <summary>A mobile's message is written down in this batch; it waits for its ESME.</summary>
    public void Receive(int handle, ReadOnlySpan<byte> body)
    {
        ref var message = ref ledger.Table[handle];
        _bodies.Accepted(message.Position);
        message.Cached = _bodies.Keep(body);
        Queue(handle);
    }

    /// <summary>The batch is durable: what came in it can be read.</summary>
    public void Committed() => _bodies.Committed();

    /// <summary>A message in memory has its final state, and its ESME is to hear of it.</summary>
    public void Expect(int handle)
    {
        ref var message = ref ledger.Table[handle];
        message.Stage = Stage.Notifying;
        message.Expiry = message.DoneAt + options.NoticeTtl;
        message.Due = 0;
        message.Attempts = 0;
        Account(message.Account).NoticesInMemory++;
        _inMemory++;
    }

    /// <summary>One in memory has been told, has ended untold, or goes on outside.</summary>
    public void Forget(int handle)
    {
        ref var message = ref ledger.Table[handle];
        var account = Account(message.Account);
        account.NoticesInMemory--;
        _inMemory--;
        Unmark(ref message, account);
    }

    /// <summary>One whose message is in memory joins those that wait there.</summary>
    public void Take(int handle)
    {
        var account = Account(ledger.Table[handle].Account);
        account.Notices.Append(ledger.Table, handle);
        Mark(account);
    }

    /// <summary>One that was outside memory joins those that wait there.</summary>
    public void TakeRevived(int handle)
    {
        ref var message = ref ledger.Table[handle];
        message.Flags |= LiveFlags.NoticeRevived;
        Account(message.Account).Revived++;
        Take(handle);
    }

    /// <summary>It is one of those that were outside memory no longer.</summary>
    private static void Unmark(ref LiveMessage message, Account account)
    {
        if ((message.Flags & LiveFlags.NoticeRevived) == 0) return;
        message.Flags &= ~LiveFlags.NoticeRevived;
        account.Revived--;
    }

    /// <summary>One that waits in memory, of a message of one part, goes to the account's list.</summary>
    public void Hold(int handle)
    {
        Withdraw(handle);
        Store(handle);
    }

    /// <summary>One that waits in memory leaves the queue it is in.</summary>
    public void Withdraw(int handle)
    {
        var account = Account(ledger.Table[handle].Account);
        ref var message = ref ledger.Table[handle];
        if ((message.Flags & LiveFlags.NoticeLater) == 0) account.Notices.TryRemove(ledger.Table, handle);
        else account.Later.TryRemove(ledger.Table, handle);
        message.Flags &= ~LiveFlags.NoticeLater;
    }

    /// <summary>One that stands in no queue ends untold.</summary>
    /// <param name="handle">The message, or <see cref="MessageTable.None"/>.</param>
    public void End(int handle, Reason reason, long now, CommandStatus status = CommandStatus.ESME_ROK)
    {
        if (handle == MessageTable.None || ledger.Table[handle].Stage != Stage.Notifying) return;
        ref var message = ref ledger.Table[handle];
        ledger.Write(handle, new EventHead
        {
            Kind = RecordKind.Changed,
            State = EndState(in message, reason),
            Reason = reason,
            Carrier = message.Carrier,
            Code = (uint)status,
            At = now,
        });
        _ended[(int)reason]++;
        ledger.Leave(handle);
    }

    /// <summary>The oldest of an account that wait in memory end.</summary>
    public void Shed(Account account, int most, long now)
    {
        for (var i = 0; i < most && account.Notices.Count > 0; i++)
            End(account.Notices.TakeHead(ledger.Table), Reason.NoticesFull, now);
    }

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
        // The youngest first: each finds its place at the head, without a walk.
        foreach (var handle in receiver.Window.TakeAll().AsEnumerable().Reverse()) Return(handle, receiver.Account);
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
            receiver.Pause(now);
            if (status is CommandStatus.ESME_RTHROTTLED or CommandStatus.ESME_RMSGQFUL)
                Return(handle, receiver.Account);
            else
                TryLater(handle, receiver.Account, status, now);
            return;
        }

        receiver.Resume();
        ref var message = ref ledger.Table[handle];
        var (state, reason) = (message.State, Reason.None);
        if ((message.Flags & LiveFlags.Inbound) == 0) receiver.Account.Taken++;
        else if (status == CommandStatus.ESME_ROK) (state, reason) = (State.Delivered, Reason.InboundTaken);
        else (state, reason) = (State.Rejected, Reason.InboundRefused);
        if (reason == Reason.InboundTaken) receiver.Account.Inbound.Delivered++;
        if (reason == Reason.InboundRefused) receiver.Account.Inbound.Rejected++;
        ledger.Write(handle, new EventHead
        {
            Kind = RecordKind.Noticed,
            State = state,
            Reason = reason,
            Carrier = message.Carrier,
            Code = (uint)status,
            At = now,
        });
        ledger.Leave(handle);
    }

    /// <summary>The state of one that ends untold: of a receipt its message's.</summary>
    private State EndState(in LiveMessage message, Reason reason)
    {
        if ((message.Flags & LiveFlags.Inbound) == 0) return message.State;
        var counts = Account(message.Account).Inbound;
        if (reason == Reason.NoticeRefused)
        {
            counts.Rejected++;
            return State.Rejected;
        }

        counts.Expired++;
        return State.Expired;
    }

    /// <summary>
    /// Once a second: pauses end, what has waited too long ends, and sessions that do not answer in time are closed.
    /// </summary>
    public void Tick(long now)
    {
        foreach (var account in _all)
        {
            account.Notices.TakeExpired(ledger.Table, (uint)(now / 1000), _taken);
            account.Later.TakeExpired(ledger.Table, (uint)(now / 1000), _taken);
            foreach (var handle in _taken) End(handle, Reason.NoticeExpired, now);
            _taken.Clear();
            TakeLater(account, (uint)(now / 1000));
            if (account.Notices.Count > 0) Mark(account);
            foreach (var receiver in account.Receivers)
            {
                if (receiver.Window.OldestBefore(now - account.Options.ResponseTimer) != 0)
                    receiver.Peer.Close("no deliver_sm_resp within response_timer");
            }
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
            Expiry = message.DoneAt,
        };
        ledger.File(handle);
        ledger.Forget(handle);
        account.Live++;
        lists.Append(account.Held, in entry);
    }

    /// <summary>The ESME has no reason against receipts, but against this one: others are sent before it.</summary>
    private void TryLater(int handle, Account account, CommandStatus status, long now)
    {
        ref var message = ref ledger.Table[handle];
        message.Flags &= ~LiveFlags.NoticeInFlight;
        // It may wait for hours; others from outside memory take its place.
        Unmark(ref message, account);
        if (++message.Attempts >= MostTries)
        {
            End(handle, Reason.NoticeRefused, now, status);
            return;
        }

        message.Due = (uint)(now / 1000) + Math.Min(LongestDelay, 1u << (message.Attempts - 1));
        // An ESME that refuses all of them must not fill memory with what it has refused.
        if (account.Later.Count >= options.MostNotices)
        {
            account.Notices.Append(ledger.Table, handle);
            return;
        }

        message.Flags |= LiveFlags.NoticeLater;
        account.Later.Append(ledger.Table, handle);
    }

    private void TakeLater(Account account, uint seconds)
    {
        for (var i = account.Later.Count; i > 0; i--)
        {
            var handle = account.Later.TakeHead(ledger.Table);
            ref var message = ref ledger.Table[handle];
            if (message.Due > seconds)
            {
                account.Later.Append(ledger.Table, handle);
                continue;
            }

            message.Flags &= ~LiveFlags.NoticeLater;
            account.Notices.Append(ledger.Table, handle);
        }
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
