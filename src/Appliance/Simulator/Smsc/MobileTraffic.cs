using System.Text;
using Appliance.Peers.Spec;

namespace Appliance.Simulator.Smsc;

/// <summary>Messages from mobiles, at a rate, to the accounts that have a receiver, each in turn.</summary>
internal sealed class MobileTraffic(MessageCentre centre, SmscOptions options)
{
    private const byte International = 1;
    private const byte E164 = 1;

    /// <summary>Made at once after a pause: what a tenth of a second would have brought.</summary>
    private const long LongestPause = 100 * Duration.Millisecond;

    private readonly Pattern _from = options.MobileFromPattern;
    private readonly byte[] _to = Encoding.ASCII.GetBytes(options.MobileTo);
    private double _owed;
    private long _at;
    private long _count;
    private int _turn;

    /// <summary>Makes what has become due and says when the next one is.</summary>
    internal long Advance(long now)
    {
        double rate = centre.Behaviour.MobileOriginated.PerSecond;
        long passed = Math.Min(now - _at, LongestPause);
        _at = now;
        if (rate <= 0)
        {
            _owed = 0;
            return long.MaxValue;
        }
        _owed += passed * rate / Duration.Second;
        while (_owed >= 1)
        {
            _owed--;
            if (NextAccount() is { } account) Make(account, now);
        }
        return now + (long)((1 - _owed) * Duration.Second / rate);
    }

    private SmscAccount? NextAccount()
    {
        for (int tried = 0; tried < centre.Accounts.Count; tried++)
        {
            _turn = _turn + 1 < centre.Accounts.Count ? _turn + 1 : 0;
            var account = centre.Accounts[_turn];
            if (account.Receivers.Count > 0 && account.Queue.IsEmpty) return account;
        }
        return null;
    }

    private void Make(SmscAccount account, long now)
    {
        if (!centre.Pool.TryRent(out int index)) return;
        ref var entry = ref centre.Pool[index];
        entry.Kind = PendingKind.MobileOriginated;
        entry.Account = account.Index;
        entry.Session = 0;
        entry.Id = (ulong)++_count;
        entry.IdFormat = new IdFormat(IdKind.Decimal, 0);
        entry.Attempts = 0;
        entry.Elsewhere = false;
        entry.Due = now;
        Span<byte> from = stackalloc byte[32];
        Encoding.ASCII.TryGetBytes(_from.Name(_count % _from.Capacity), from, out int length);
        entry.Source.Set(International, E164, from[..length]);
        entry.Destination.Set(0, 0, _to);
        centre.Statistics.MobileOriginated++;
        centre.Deliver(index);
    }
}
