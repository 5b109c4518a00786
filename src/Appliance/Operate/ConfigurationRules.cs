using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using Appliance.Numbering;
using Codec;

namespace Appliance.Operate;

/// <summary>What a field's text may be, and what must hold between fields.</summary>
internal static class ConfigurationRules
{
    // SMPP 3.4 section 5.2 gives 8 characters to a password and 12 to a system_type. Carriers hand out longer
    // passwords than that, and both sides of the field take them; system_id stays as specified.
    private const int MaxSystemId = 15;
    private const int MaxPassword = 64;
    private const int MaxSystemType = 12;
    private const int MaxKey = 256;
    private const int MaxName = 32;
    private const int MaxPrefix = 15;

    public const string Name = "1 to 32 of the characters a-z A-Z 0-9 . _ -";
    public const string SystemId = "1 to 15 printable ASCII characters";
    public const string Password = "up to 64 printable ASCII characters";
    public const string SystemType = "up to 12 printable ASCII characters";
    public const string Status = "an error's name in SMPP such as ESME_RINVDSTADR, or its number such as 0x0400";
    public const string Key = "1 to 256 ASCII characters without a space";

    public const string Country = "a country's two letters by ISO 3166, such as \"DE\"";

    public static bool IsName(string text) =>
        text.Length is > 0 and <= MaxName && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');

    public static bool IsSystemId(string text) => text.Length is > 0 and <= MaxSystemId && text.All(IsPrintable);

    public static bool IsPassword(string text) => text.Length <= MaxPassword && text.All(IsPrintable);

    public static bool IsSystemType(string text) => text.Length <= MaxSystemType && text.All(IsPrintable);

    public static bool IsKey(string text) =>
        text.Length is > 0 and <= MaxKey && text.All(c => c is > ' ' and < '\x7f');

    public static bool IsCountry(string text) => NumberPlan.Shipped.CountryOf(text) is not null;

    public static bool IsPrefix(string text) => text.Length <= MaxPrefix && text.All(char.IsAsciiDigit);

    /// <summary>A command_status by the specification's name or, as for the vendors' own, in hex.</summary>
    public static bool TryGetStatus(string text, out uint status)
    {
        bool known;
        if (text.StartsWith("0x", StringComparison.Ordinal))
        {
            known = uint.TryParse(
                text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out status);
        }
        else
        {
            known = text.StartsWith("ESME_", StringComparison.Ordinal);
            status = known && Enum.TryParse<CommandStatus>(text, out var value) ? (uint)value : 0;
        }

        return known && status != (uint)CommandStatus.ESME_ROK;
    }

    public static bool IsHost(string text) => Uri.CheckHostName(text) != UriHostNameType.Unknown;

    public static bool IsPath(string text) => text.Length > 0 && !text.Contains('\0');

    /// <summary>Duplicates, dangling references, and two listeners on one address.</summary>
    public static void Check(Configuration configuration, List<ConfigurationError> errors)
    {
        var accounts = configuration.Accounts;
        Unique(errors, accounts.Select(account => account.Name), "accounts", "name");
        Unique(errors, accounts.Select(account => account.Smpp?.SystemId), "accounts", "smpp.system_id");
        Unique(errors, configuration.Carriers.Select(carrier => carrier.Name), "carriers", "name");
        UniqueKeys(errors, accounts);
        RouteRules.Check(configuration, errors);
        CheckListeners(configuration, errors);
        CheckAdmin(configuration.Admin, errors);
        CheckDisk(configuration.Limits, errors);
        CheckRetention(configuration.Retention, configuration.Limits, errors);
        PolicyReferences.Check(configuration.Policy, accounts, errors);
    }

    /// <summary>Who reaches the admin listener can have messages erased: beyond this machine it needs a key.</summary>
    private static void CheckAdmin(AdminConfiguration admin, List<ConfigurationError> errors)
    {
        if (!admin.KeySha256.IsEmpty || IPAddress.IsLoopback(admin.Listen.Address)
            || errors.Exists(error => error.Path.StartsWith("admin.key", StringComparison.Ordinal)))
            return;
        errors.Add(new ConfigurationError("admin.key", "nothing", Key + ", or key_sha256, since admin.listen "
            + $"(\"{admin.Listen}\") is no loopback address"));
    }

    private static void CheckDisk(LimitsConfiguration limits, List<ConfigurationError> errors)
    {
        if (limits.DiskFreeOkMb == 0 || limits.DiskFreeOkMb >= limits.DiskFreeMinMb)
            return;
        errors.Add(new ConfigurationError("limits.disk_free_ok_mb", $"{limits.DiskFreeOkMb}",
            $"at least disk_free_min_mb ({limits.DiskFreeMinMb})"));
    }

    /// <summary>History must last for as long as something may happen to a message, or is looked up in it.</summary>
    private static void CheckRetention(
        RetentionConfiguration retention, LimitsConfiguration limits, List<ConfigurationError> errors)
    {
        if (retention.Days == 0) return;
        var kept = TimeSpan.FromDays(retention.Days);
        var underWay = limits.Validity + limits.ReceiptTimer;
        if (kept < underWay)
        {
            errors.Add(new ConfigurationError("retention.days", $"{retention.Days}",
                $"at least limits.validity and limits.receipt_timer together, {underWay.TotalHours:0.##} hours"));
        }

        if (kept < limits.RepeatWindow)
        {
            errors.Add(new ConfigurationError("retention.days", $"{retention.Days}",
                $"at least limits.repeat_window, {limits.RepeatWindow.TotalHours:0.##} hours"));
        }
    }

    internal static void Unique(
        List<ConfigurationError> errors, IEnumerable<string?> values, string list, string member)
    {
        var first = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (index, value) in values.Index())
        {
            // An empty value was missing or refused, and is noted already.
            if (string.IsNullOrEmpty(value) || first.TryAdd(value, index))
                continue;
            var found = $"\"{value}\", as at {list}[{first[value]}].{member}";
            errors.Add(new ConfigurationError($"{list}[{index}].{member}", found, "each once"));
        }
    }

    private static void UniqueKeys(List<ConfigurationError> errors, IReadOnlyList<AccountConfiguration> accounts)
    {
        var first = new Dictionary<string, int>(StringComparer.Ordinal);
        var none = SHA256.HashData([]);
        foreach (var (index, account) in accounts.Index())
        {
            // The hash of nothing stands for a key that was missing or refused, and is noted already.
            if (account.Http is not { } http || http.KeySha256.Span.SequenceEqual(none))
                continue;
            var hash = Convert.ToHexString(http.KeySha256.Span);
            if (first.TryAdd(hash, index))
                continue;
            var found = $"the key of accounts[{first[hash]}]";
            errors.Add(new ConfigurationError($"accounts[{index}].http.key", found, "each key once"));
        }
    }

    private static void CheckListeners(Configuration configuration, List<ConfigurationError> errors)
    {
        (string Path, IPEndPoint EndPoint)[] listeners =
        [
            ("http.listen", configuration.Http.Listen),
            ("admin.listen", configuration.Admin.Listen),
            ("smpp.listen", configuration.Smpp.Listen),
        ];
        for (var i = 1; i < listeners.Length; i++)
        {
            var (path, endPoint) = listeners[i];
            // Port 0 asks the system for a free one, which is another one each time.
            var same = Array.FindIndex(listeners, 0, i, other => endPoint.Port != 0 && other.EndPoint.Equals(endPoint));
            if (same < 0)
                continue;
            var found = $"\"{endPoint}\", as at {listeners[same].Path}";
            errors.Add(new ConfigurationError(path, found, "an address of its own"));
        }
    }

    private static bool IsPrintable(char c) => c is >= ' ' and < '\x7f';
}
