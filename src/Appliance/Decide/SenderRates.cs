using Appliance.Limits;

namespace Appliance.Decide;

/// <summary>
/// What each sender address may send: of its account, beyond which a message is refused, and at a carrier, beyond which
/// it waits. Costs nothing where nobody has such a limit.
/// </summary>
public sealed class SenderRates
{
    private const long Nanoseconds = 1_000_000;

    /// <summary>Senders in use at the same time, 16 octets each.</summary>
    private const int Senders = 262_144;

    private RateTable? _table;

    public SenderRates(DeciderOptions options) => Prepare(options.Accounts, options.Carriers);

    /// <summary>Makes room where one of them has such a limit.</summary>
    public void Prepare(IReadOnlyList<AccountOptions> accounts, IReadOnlyList<CarrierOptions> carriers)
    {
        if (accounts.Any(account => account.SenderThroughput > 0)
            || carriers.Any(carrier => carrier.SenderThroughput > 0))
            _table ??= new RateTable(Senders);
    }

    /// <summary>Messages that were refused.</summary>
    public long Refused { get; private set; }

    /// <summary>Whether an account's sender may send another message now; takes its token.</summary>
    /// <param name="now">Milliseconds since 1970.</param>
    public bool TryCome(AccountOptions account, ReadOnlySpan<byte> sender, long now)
    {
        if (account.SenderThroughput == 0) return true;
        var limit = RateLimit.Of(account.SenderThroughput);
        if (_table!.TryTake(KeyOf(account, sender), limit, now * Nanoseconds, out _)) return true;
        Refused++;
        return false;
    }

    /// <summary>The same, and takes nothing.</summary>
    public bool MayCome(AccountOptions account, ReadOnlySpan<byte> sender, long now) =>
        account.SenderThroughput == 0
        || _table!.Has(KeyOf(account, sender), RateLimit.Of(account.SenderThroughput), now * Nanoseconds);

    /// <summary>Whether a message could go to a carrier now without waiting for its sender's turn.</summary>
    public bool MayGo(CarrierOptions carrier, in LiveMessage message, long now) =>
        carrier.SenderThroughput == 0 || (message.Flags & LiveFlags.HasSenderToken) != 0
        || _table!.Has(KeyOf(carrier, in message), LimitOf(carrier), now * Nanoseconds);

    /// <summary>Takes a message's token at a carrier, now or when there will be one.</summary>
    /// <returns>Milliseconds until then; 0 for now.</returns>
    public long Reserve(CarrierOptions carrier, ref LiveMessage message, long now)
    {
        if (carrier.SenderThroughput == 0 || (message.Flags & LiveFlags.HasSenderToken) != 0) return 0;
        message.Flags |= LiveFlags.HasSenderToken;
        var wait = _table!.Reserve(KeyOf(carrier, in message), LimitOf(carrier), now * Nanoseconds);
        return (wait + Nanoseconds - 1) / Nanoseconds;
    }

    private static ulong KeyOf(AccountOptions account, ReadOnlySpan<byte> sender) =>
        RateTable.KeyOf(RateKind.Sender, AddressHash.Long(sender), account.Id);

    private static ulong KeyOf(CarrierOptions carrier, in LiveMessage message) => RateTable.KeyOf(
        RateKind.CarrierSender, AddressHash.Long(Addresses.Octets(in message.Source)), carrier.Id);

    /// <summary>With a tenth of a second's worth at once, as all of a carrier's.</summary>
    private static RateLimit LimitOf(CarrierOptions carrier) =>
        new(carrier.SenderThroughput, Math.Max(1, carrier.SenderThroughput / 10));
}
