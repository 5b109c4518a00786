using System.Text;
using Codec;

namespace Appliance.Policy.Dlt;

/// <summary>
/// India's registry of commercial senders (TRAI's TCCCPR 2018, "DLT"): a message names in optional parameters who it is
/// from, which registered template it is, and through whom it came.
/// <code>
/// 0x1400  principal entity id   19 digits
/// 0x1401  template id           19 digits
/// 0x1402  telemarketer chain    ids of 19 digits with commas between them, or their SHA-256 in 64 hex digits
/// </code>
/// Values come with or without a NUL at the end.
/// </summary>
public sealed class DltFilter
{
    public const TlvTag EntityTag = (TlvTag)0x1400;
    public const TlvTag TemplateTag = (TlvTag)0x1401;
    public const TlvTag ChainTag = (TlvTag)0x1402;

    // The registries of all operators give out 19 digits; the shortest and longest ids seen leave room around that.
    private const int ShortestId = 15;
    private const int LongestId = 20;
    private const int HashDigits = 64;

    private readonly Entry[] _rules;

    private sealed class Entry(DltRule rule, IReadOnlyDictionary<string, ushort> accounts)
    {
        public DltRule Rule { get; } = rule;

        public RuleScope Scope { get; } = new(rule, accounts);

        public Dictionary<string, DltTemplate>.AlternateLookup<ReadOnlySpan<char>> Templates { get; } =
            rule.Templates.ToDictionary(template => template.Id, template => new DltTemplate(template.Text),
                StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <exception cref="ArgumentException">Two templates of a rule have the same id.</exception>
    public DltFilter(IReadOnlyList<DltRule> rules, IReadOnlyDictionary<string, ushort> accounts) =>
        _rules = [.. rules.Select(rule => new Entry(rule, accounts))];

    /// <summary>None, or what the first rule that applies and is broken misses.</summary>
    public PolicyCode Check(in PolicyInput input, out string? rule)
    {
        foreach (var entry in _rules)
        {
            if (!entry.Scope.Holds(input)) continue;
            var code = Check(entry, input);
            if (code == PolicyCode.None) continue;
            rule = entry.Rule.Name;
            return code;
        }

        rule = null;
        return PolicyCode.None;
    }

    /// <summary>The rules that are about a message, by name.</summary>
    public IReadOnlyList<string> RulesOf(in PolicyInput input)
    {
        var names = new List<string>();
        foreach (var entry in _rules)
            if (entry.Scope.Holds(input)) names.Add(entry.Rule.Name);
        return names;
    }

    public static bool IsId(ReadOnlySpan<byte> value) =>
        value.Length is >= ShortestId and <= LongestId && !value.ContainsAnyExceptInRange((byte)'0', (byte)'9');

    public static bool IsChain(ReadOnlySpan<byte> value)
    {
        if (value.Length == HashDigits && IsHex(value)) return true;
        while (true)
        {
            var comma = value.IndexOf((byte)',');
            if (!IsId(comma < 0 ? value : value[..comma])) return false;
            if (comma < 0) return true;
            value = value[(comma + 1)..];
        }
    }

    private static PolicyCode Check(Entry entry, in PolicyInput input)
    {
        var rule = entry.Rule;
        if (rule.Entity != DltPresence.Ignored)
        {
            var there = input.Tlvs.TryFindCString(EntityTag, out var entity) && !entity.IsEmpty;
            if (!there && rule.Entity == DltPresence.Required) return PolicyCode.DltEntityMissing;
            if (there && !IsId(entity)) return PolicyCode.DltEntityInvalid;
        }

        if (rule.Template != DltPresence.Ignored)
        {
            var code = CheckTemplate(entry, input);
            if (code != PolicyCode.None) return code;
        }

        if (rule.Chain == DltPresence.Ignored) return PolicyCode.None;
        var bound = input.Tlvs.TryFindCString(ChainTag, out var chain) && !chain.IsEmpty;
        if (!bound && rule.Chain == DltPresence.Required) return PolicyCode.DltChainMissing;
        return bound && !IsChain(chain) ? PolicyCode.DltChainInvalid : PolicyCode.None;
    }

    private static PolicyCode CheckTemplate(Entry entry, in PolicyInput input)
    {
        if (!input.Tlvs.TryFindCString(TemplateTag, out var id) || id.IsEmpty)
        {
            return entry.Rule.Template == DltPresence.Required
                ? PolicyCode.DltTemplateMissing
                : PolicyCode.None;
        }

        if (!IsId(id)) return PolicyCode.DltTemplateInvalid;
        if (entry.Templates.Dictionary.Count == 0) return PolicyCode.None;
        Span<char> text = stackalloc char[LongestId];
        if (!entry.Templates.TryGetValue(text[..Encoding.ASCII.GetChars(id, text)], out var template))
            return PolicyCode.DltTemplateUnknown;
        return input.IsPart || template.Fits(input.Text) ? PolicyCode.None : PolicyCode.DltTemplateMismatch;
    }

    private static bool IsHex(ReadOnlySpan<byte> value)
    {
        foreach (var octet in value)
        {
            if (!char.IsAsciiHexDigit((char)octet)) return false;
        }

        return true;
    }
}
