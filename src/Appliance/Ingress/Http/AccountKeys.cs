using System.Buffers.Binary;
using System.Security.Cryptography;
using Appliance.Operate;

namespace Appliance.Ingress.Http;

/// <summary>
/// Finds an account by its bearer key. Keys are compared as SHA-256 hashes: who probes learns nothing from the time,
/// because it depends on a hash he cannot steer, and a dump of memory holds no key.
/// </summary>
public sealed class AccountKeys
{
    private readonly Dictionary<ulong, (byte[] Hash, AccountView Account)[]> _accounts;

    /// <param name="accounts">Each with its id.</param>
    public AccountKeys(IEnumerable<(int Id, AccountConfiguration Account)> accounts)
    {
        _accounts = accounts
            .Where(item => item.Account.Http is not null)
            .Select(item => (
                Hash: item.Account.Http!.KeySha256.ToArray(), Account: new AccountView(item.Id, item.Account.Name)))
            .GroupBy(item => BinaryPrimitives.ReadUInt64LittleEndian(item.Hash))
            .ToDictionary(group => group.Key, group => group.ToArray());
    }

    public AccountView? Find(ReadOnlySpan<byte> key)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(key, hash);
        if (!_accounts.TryGetValue(BinaryPrimitives.ReadUInt64LittleEndian(hash), out var candidates))
            return null;
        foreach (var candidate in candidates)
        {
            if (CryptographicOperations.FixedTimeEquals(candidate.Hash, hash))
                return candidate.Account;
        }

        return null;
    }
}
