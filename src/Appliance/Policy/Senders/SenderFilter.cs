using System.Text;

namespace Appliance.Policy.Senders;

/// <summary>The rules about senders.</summary>
public sealed class SenderFilter
{
    private const int LongestAddress = 20;

    private readonly Entry[] _rules;

    private sealed class Entry(SenderRule rule, IReadOnlyDictionary<string, ushort> accounts)
    {
        public SenderRule Rule { get; } = rule;

        public RuleScope Scope { get; } = new(rule, accounts);

        public SenderAddress? Replacement { get; } =
            rule.Replacement is { } sender ? SenderAddress.Of(sender) : null;

        public HashSet<string>.AlternateLookup<ReadOnlySpan<char>> Registered { get; } =
            new HashSet<string>(rule.Registered.Select(sender => SenderAddress.Of(sender).Text),
                StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();
    }

    public SenderFilter(IReadOnlyList<SenderRule> rules, IReadOnlyDictionary<string, ushort> accounts) =>
        _rules = [.. rules.Select(rule => new Entry(rule, accounts))];

    /// <summary>The rule that says what senders a message may have: the first about it; null for none.</summary>
    public string? RuleOf(in PolicyInput input)
    {
        foreach (var entry in _rules)
            if (entry.Scope.Holds(input)) return entry.Rule.Name;
        return null;
    }

    /// <summary>None where the sender may be, or is replaced; else the rule it breaks.</summary>
    public PolicyCode Check(in PolicyInput input, out string? rule, out SenderAddress? replacement)
    {
        rule = null;
        replacement = null;
        foreach (var entry in _rules)
        {
            if (!entry.Scope.Holds(input)) continue;
            var code = Check(entry, input.Source, input.SourceTon);
            if (code == PolicyCode.None) return code;
            replacement = entry.Replacement;
            if (replacement is not null) return PolicyCode.None;
            rule = entry.Rule.Name;
            return code;
        }

        return PolicyCode.None;
    }

    private static PolicyCode Check(Entry entry, ReadOnlySpan<byte> source, byte ton)
    {
        var kind = Sender.KindOf(source, ton);
        if (kind == SenderKinds.None) return PolicyCode.SenderInvalid;
        if ((entry.Rule.Allowed & kind) == 0) return PolicyCode.SenderKind;
        var good = kind == SenderKinds.Alphanumeric
            ? Sender.IsAlphanumeric(source, entry.Rule.LongestAlphanumeric)
            : Sender.WithoutPlus(source).Length is >= Sender.ShortestCode and <= NumberValue.Longest;
        if (!good) return PolicyCode.SenderInvalid;
        return (entry.Rule.Registration & kind) != 0 && !IsRegistered(entry, source, kind)
            ? PolicyCode.SenderNotRegistered
            : PolicyCode.None;
    }

    private static bool IsRegistered(Entry entry, ReadOnlySpan<byte> source, SenderKinds kind)
    {
        Span<char> text = stackalloc char[LongestAddress];
        var address = kind == SenderKinds.Alphanumeric ? source : Sender.WithoutPlus(source);
        return address.Length <= LongestAddress
            && entry.Registered.Contains(text[..Encoding.Latin1.GetChars(address, text)]);
    }
}
