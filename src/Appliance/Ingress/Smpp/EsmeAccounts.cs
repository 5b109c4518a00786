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
    private int _binds;

    /// <summary>The country of numbers in their national form; null where all are international.</summary>
    public Country? Home { get; init; }

    /// <summary>What its messages are for.</summary>
    public MessageClass Class { get; init; }

    /// <summary>Sessions bound now.</summary>
    public int Binds => Volatile.Read(ref _binds);

    /// <summary>Takes one of the account's binds.</summary>
    public bool TryEnter()
    {
        while (true)
        {
            var binds = Volatile.Read(ref _binds);
            if (binds >= MaxBinds) return false;
            if (Interlocked.CompareExchange(ref _binds, binds + 1, binds) == binds) return true;
        }
    }

    public void Leave() => Interlocked.Decrement(ref _binds);
}

/// <summary>Who may bind, by system_id.</summary>
public sealed class EsmeAccounts(IEnumerable<EsmeAccount> accounts)
{
    private static readonly byte[] Nobody = SHA256.HashData("nobody's password"u8);

    private readonly Dictionary<string, EsmeAccount> _bySystemId =
        accounts.ToDictionary(account => account.SystemId, StringComparer.Ordinal);

    public IEnumerable<EsmeAccount> All => _bySystemId.Values;

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
