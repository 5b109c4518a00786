using System.Security.Cryptography;
using Appliance.Policy;
using Country = Appliance.Numbering.Country;

namespace Appliance.Ingress.Smpp;

/// <summary>An account that may bind.</summary>
/// <param name="Id">The persistent id of its name.</param>
/// <param name="PasswordSha256">32 octets.</param>
/// <param name="MaxBinds">Sessions at a time, over all bind types.</param>
/// <param name="NamesByReference">Whether user_message_reference names a submission: one of the same is a repeat.
/// </param>
/// <param name="Rate">What it may send a second, shared with its HTTP requests.</param>
public sealed record EsmeAccount(
    ushort Id, string Name, string SystemId, ReadOnlyMemory<byte> PasswordSha256, int MaxBinds,
    bool NamesByReference, AccountRate Rate)
{
    /// <summary>The country of numbers in their national form; null where all are international.</summary>
    public Country? Home { get; init; }

    /// <summary>What its messages are for.</summary>
    public MessageClass Class { get; init; }

    /// <summary>The highest priority its messages may have.</summary>
    public byte MaxPriority { get; init; } = Schedule.HighestPriority;

    /// <summary>deliver_sm that a session may have unanswered.</summary>
    public int NoticeWindow { get; init; } = 100;

    /// <summary>What stays of it when its configuration changes.</summary>
    public EsmeSeat Seat { get; init; } = new();
}

/// <summary>An account's sessions, whatever its configuration says at the moment. Any thread.</summary>
public sealed class EsmeSeat
{
    private EsmeAccount? _account;
    private int _binds;

    /// <summary>As it is configured now; null where it may not be bound any more.</summary>
    public EsmeAccount? Account
    {
        get => Volatile.Read(ref _account);
        internal set => Volatile.Write(ref _account, value);
    }

    /// <summary>Sessions bound now.</summary>
    public int Binds => Volatile.Read(ref _binds);

    /// <summary>Takes one of the account's binds.</summary>
    public bool TryEnter(int most)
    {
        while (true)
        {
            var binds = Volatile.Read(ref _binds);
            if (binds >= most) return false;
            if (Interlocked.CompareExchange(ref _binds, binds + 1, binds) == binds) return true;
        }
    }

    public void Leave() => Interlocked.Decrement(ref _binds);
}

/// <summary>Who may bind, by system_id; exchanged as a whole, while sessions go on.</summary>
public sealed class EsmeAccounts
{
    private static readonly byte[] Nobody = SHA256.HashData("nobody's password"u8);

    /// <summary>Of all accounts that there have been, by their persistent ids.</summary>
    private readonly Dictionary<ushort, EsmeSeat> _seats = [];
    private volatile Dictionary<string, EsmeAccount> _bySystemId = [];

    public EsmeAccounts(IEnumerable<EsmeAccount> accounts) => Replace(accounts);

    public IEnumerable<EsmeAccount> All => _bySystemId.Values;

    /// <summary>Others are configured. One thread at a time.</summary>
    public void Replace(IEnumerable<EsmeAccount> accounts)
    {
        ArgumentNullException.ThrowIfNull(accounts);
        var known = new Dictionary<string, EsmeAccount>(StringComparer.Ordinal);
        foreach (var account in accounts)
        {
            if (!_seats.TryGetValue(account.Id, out var seat)) _seats.Add(account.Id, seat = new EsmeSeat());
            known.Add(account.SystemId, account with { Seat = seat });
        }

        _bySystemId = known;
        // What a bind has found meanwhile by the configuration before counts by its seat.
        var byId = known.Values.ToDictionary(account => account.Id);
        foreach (var (id, seat) in _seats) seat.Account = byId.GetValueOrDefault(id);
    }

    /// <summary>The account, or null; an unknown system_id takes as long as a wrong password.</summary>
    public EsmeAccount? Authenticate(ReadOnlySpan<byte> systemId, ReadOnlySpan<byte> password)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(password, hash);
        var known = _bySystemId.TryGetValue(System.Text.Encoding.Latin1.GetString(systemId), out var account);
        var matches = CryptographicOperations.FixedTimeEquals(hash, known ? account!.PasswordSha256.Span : Nobody);
        return known && matches ? account : null;
    }
}
