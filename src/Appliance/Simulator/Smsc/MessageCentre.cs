using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Appliance.Peers.Loop;
using Appliance.Peers.Spec;
using Codec;

namespace Appliance.Simulator.Smsc;

/// <summary>
/// The simulated SMSC itself: accounts and their sessions, and what is to be sent when. All of it is on the loop's
/// thread.
/// </summary>
internal sealed class MessageCentre
{
    private const long SweepEvery = 100 * Duration.Millisecond;


    private readonly Dictionary<string, SmscAccount> _accountsByName = new(StringComparer.Ordinal);
    private readonly List<SmscAccount> _accounts = [];
    private readonly Dictionary<int, SmscSession> _sessions = [];
    private readonly List<SmscAccount> _marked = [];
    private readonly Action<int> _deliver;
    private readonly MobileTraffic _mobile;
    private long _nextSweep;
    private int _sessionNumber;

    internal MessageCentre(SmscOptions options)
    {
        Options = options;
        Loop = new EventLoop("smsc-simulator", Turn);
        Dice = new Dice(options.Seed);
        Ids = new MessageIds(options.FirstId ?? MessageIds.FromClock(DateTime.UtcNow));
        Pool = new PendingPool(options.ReceiptStore);
        Wheel = new TimeWheel(Pool, Loop.Now);
        Writer = new ReceiptWriter(Ids, () => Behaviour.MobileText);
        if (options.Record is not null) Record = new RecordFile(options.Record, Loop.Now);
        Intake = new Intake(this);
        Unanswered = OnUnanswered;
        Minute = ReceiptWriter.MinuteNow();
        _mobile = new MobileTraffic(this, options);
        _deliver = Deliver;
        Behave(options.Behaviour);
    }

    internal SmscOptions Options { get; }

    internal EventLoop Loop { get; }

    internal Dice Dice { get; }

    internal MessageIds Ids { get; }

    internal PendingPool Pool { get; }

    internal TimeWheel Wheel { get; }

    internal ReceiptWriter Writer { get; }

    internal Intake Intake { get; }

    internal RecordFile? Record { get; }

    internal SmscStatistics Statistics { get; } = new();

    internal SmscBehaviour Behaviour { get; private set; } = new();

    /// <summary><see cref="SmscBehaviour.AnswersPlainly"/>, worked out once.</summary>
    internal bool AnswersPlainly { get; private set; }

    /// <summary>Minutes since 1970, not older than a sweep.</summary>
    internal int Minute { get; private set; }

    /// <summary>What becomes of an entry whose response did not come.</summary>
    internal Action<int> Unanswered { get; }

    internal IReadOnlyList<SmscAccount> Accounts => _accounts;

    /// <exception cref="FormatException">A name or value that <see cref="BehaviourTable"/> does not know.</exception>
    internal void Behave(IEnumerable<KeyValuePair<string, string>> settings)
    {
        bool hung = Behaviour.Hang;
        Behaviour = BehaviourTable.Apply(Behaviour, settings);
        AnswersPlainly = Behaviour.AnswersPlainly;
        foreach (var session in _sessions.Values)
        {
            if (hung != Behaviour.Hang) session.PauseReading(Behaviour.Hang);
            PlanDrop(session);
        }
    }

    internal void Connected(Socket socket)
    {
        var session = new SmscSession(this, Loop, socket, ++_sessionNumber);
        _sessions.Add(session.Number, session);
        Statistics.Connections++;
        Record?.Connected(Loop.Now, session.Number, socket.RemoteEndPoint?.ToString() ?? "?");
        session.Attach();
        PlanDrop(session);
        if (Behaviour.Hang) session.PauseReading(true);
    }

    internal CommandStatus MayBind(SmscSession session, string systemId, ReadOnlySpan<byte> password)
    {
        if (session.Account is not null) return CommandStatus.ESME_RALYBND;
        if (Behaviour.RefuseBinds) return CommandStatus.ESME_RBINDFAIL;
        if (Options.SystemId is not null && systemId != Options.SystemId) return CommandStatus.ESME_RINVSYSID;
        if (Options.Password is not null
            && !CryptographicOperations.FixedTimeEquals(password, Encoding.Latin1.GetBytes(Options.Password)))
        {
            return CommandStatus.ESME_RINVPASWD;
        }
        int sessions = _accountsByName.TryGetValue(systemId, out var account) ? account.Sessions.Count : 0;
        return Options.MaxBinds > 0 && sessions >= Options.MaxBinds
            ? CommandStatus.ESME_RALYBND
            : CommandStatus.ESME_ROK;
    }

    internal SmscAccount Bound(SmscSession session, string systemId, bool receives)
    {
        if (!_accountsByName.TryGetValue(systemId, out var account))
        {
            account = new SmscAccount(_accounts.Count, systemId);
            _accounts.Add(account);
            _accountsByName.Add(systemId, account);
        }
        account.Sessions.Add(session);
        if (receives) account.Receivers.Add(session);
        Statistics.Sessions++;
        Mark(account);
        return account;
    }

    internal void Forget(SmscSession session, string reason)
    {
        _sessions.Remove(session.Number);
        Record?.Disconnected(Loop.Now, session.Number, reason);
        if (session.Account is not { } account) return;
        account.Sessions.Remove(session);
        account.Receivers.Remove(session);
        Statistics.Sessions--;
    }

    /// <summary>Sends what is due, or keeps it until a receiver has room.</summary>
    internal void Deliver(int index)
    {
        ref var entry = ref Pool[index];
        if (entry.Kind == PendingKind.Response)
        {
            Respond(entry);
            Pool.Return(index);
            return;
        }
        var account = _accounts[entry.Account];
        if (account.Queue.IsEmpty && TrySend(account, index)) return;
        account.Queue.Add(Pool, index);
    }

    /// <summary>The ESME's deliver_sm_resp or data_sm_resp.</summary>
    internal void Answered(SmscSession session, int index, CommandStatus status)
    {
        ref var entry = ref Pool[index];
        if (Record is not null) RecordAnswer(session, entry, status);
        var account = session.Account!;
        if (!account.Queue.IsEmpty) Mark(account);
        if (status == CommandStatus.ESME_ROK)
        {
            if (entry.Kind == PendingKind.Receipt) Statistics.ReceiptsAccepted++;
            else Statistics.MobileOriginatedAccepted++;
            Pool.Return(index);
            return;
        }
        Statistics.ReceiptsRefused++;
        Retry(index);
    }

    /// <summary>The account's queue is looked at in this turn.</summary>
    internal void Mark(SmscAccount account)
    {
        if (account.Marked) return;
        account.Marked = true;
        _marked.Add(account);
    }

    internal int DropAll()
    {
        var sessions = _sessions.Values.ToArray();
        foreach (var session in sessions) session.Close("dropped on request");
        Statistics.Drops += sessions.Length;
        return sessions.Length;
    }

    private long Turn(long now)
    {
        if (now >= _nextSweep) Sweep(now);
        if (Behaviour.Hang) return _nextSweep;
        Wheel.Advance(now, _deliver);
        long nextMobile = _mobile.Advance(now);
        if (_marked.Count > 0) DrainMarked();
        return Math.Min(_nextSweep, Math.Min(Wheel.NextDue(), nextMobile));
    }

    private void Sweep(long now)
    {
        _nextSweep = now + SweepEvery;
        Minute = ReceiptWriter.MinuteNow();
        Record?.Flush();
        if (Behaviour.Hang) return;
        long enquireEvery = (long)Options.EnquireLink.TotalNanoseconds;
        long timeout = (long)Options.ResponseTimeout.TotalNanoseconds;
        foreach (var session in _sessions.Values.ToArray()) session.Sweep(now, enquireEvery, timeout);
        foreach (var account in _accounts)
        {
            if (!account.Queue.IsEmpty) Mark(account);
        }
    }

    private void DrainMarked()
    {
        foreach (var account in _marked)
        {
            account.Marked = false;
            while (!account.Queue.IsEmpty && TrySend(account, account.Queue.Head)) account.Queue.RemoveFirst(Pool);
        }
        _marked.Clear();
    }

    private bool TrySend(SmscAccount account, int index)
    {
        ref var entry = ref Pool[index];
        _sessions.TryGetValue(entry.Session, out var submitter);
        var session = account.Choose(submitter, entry.Elsewhere);
        if (session is null) return false;
        session.Deliver(index);
        if (entry.Kind == PendingKind.Receipt) Statistics.ReceiptsSent++;
        if (Record is not null) RecordSent(session, entry);
        return true;
    }

    private void Respond(in Pending entry)
    {
        if (!_sessions.TryGetValue(entry.Session, out var session)) return;
        session.Unanswered--;
        if (!session.IsClosing) session.Respond(entry.Sequence, entry.Status, entry.Id, entry.IdFormat);
    }

    private void OnUnanswered(int index)
    {
        Statistics.ReceiptsUnanswered++;
        ref var entry = ref Pool[index];
        if (entry.Attempts >= Options.ReceiptAttempts)
        {
            GiveUp(index);
            return;
        }
        // Not through Deliver: a session that is just closing must not be chosen for what it leaves behind.
        var account = _accounts[entry.Account];
        account.Queue.Add(Pool, index);
        Mark(account);
    }

    private void Retry(int index)
    {
        ref var entry = ref Pool[index];
        if (entry.Attempts >= Options.ReceiptAttempts)
        {
            GiveUp(index);
            return;
        }
        entry.Due = Loop.Now + (long)Options.ReceiptRetry.TotalNanoseconds;
        Wheel.Add(index);
    }

    private void GiveUp(int index)
    {
        Statistics.ReceiptsDropped++;
        Pool.Return(index);
    }

    private void PlanDrop(SmscSession session) =>
        session.DropAt = Behaviour.DropAfter.IsZero ? 0 : Loop.Now + Behaviour.DropAfter.Sample(Dice);

    private void RecordSent(SmscSession session, in Pending entry)
    {
        Span<byte> id = stackalloc byte[MessageIds.LongestText];
        Record!.Sent(Loop.Now, session.Number, entry.Sequence, entry, id[..Ids.Write(entry.IdFormat, entry.Id, id)]);
    }

    private void RecordAnswer(SmscSession session, in Pending entry, CommandStatus status)
    {
        Span<byte> id = stackalloc byte[MessageIds.LongestText];
        int length = Ids.Write(entry.IdFormat, entry.Id, id);
        Record!.Answered(Loop.Now, session.Number, entry.Sequence, id[..length], (uint)status);
    }
}
