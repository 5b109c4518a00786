using System.Text;
using Appliance.Policy;
using Appliance.Policy.OptOuts;
using Codec;
using Xunit;

namespace Appliance.Tests.Policy;

/// <summary>Messages for rules, and rules for messages.</summary>
internal sealed class Samples
{
    public const ushort Acme = 7;
    public const ushort Other = 8;

    public static readonly IReadOnlyDictionary<string, ushort> Accounts =
        new Dictionary<string, ushort> { ["acme"] = Acme, ["other"] = Other };

    /// <summary>A Wednesday, 12:00 in London.</summary>
    public static readonly long Noon = At("2026-01-14T12:00:00Z");

    public string Source { get; init; } = "ACME";

    public byte SourceTon { get; init; }

    public string Destination { get; init; } = "447700900123";

    public string Country { get; init; } = "GB";

    public string Text { get; init; } = "Your parcel is on its way";

    public MessageClass Class { get; init; } = MessageClass.Promotional;

    public ushort Account { get; init; } = Acme;

    public bool IsPart { get; init; }

    public byte[] Tlvs { get; init; } = [];

    public OptOutList OptOuts { get; init; } = new();

    public static long At(string time) => DateTimeOffset.Parse(
        time, System.Globalization.CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();

    public static byte[] Tlv(params (TlvTag Tag, string Value)[] tlvs)
    {
        var bytes = new List<byte>();
        foreach (var (tag, value) in tlvs)
        {
            bytes.AddRange([(byte)((ushort)tag >> 8), (byte)tag, (byte)(value.Length >> 8), (byte)value.Length]);
            bytes.AddRange(Encoding.Latin1.GetBytes(value));
        }

        return [.. bytes];
    }

    public PolicyVerdict Check(PolicyRules rules) => Check(new PolicyTables(rules, Accounts), Noon);

    public PolicyVerdict Check(PolicyTables tables, long unixMs)
    {
        var source = Encoding.Latin1.GetBytes(Source);
        var destination = Encoding.Latin1.GetBytes(Destination);
        var country = Appliance.Policy.Country.TryParse(Country, out var known) ? known : default;
        var input = new PolicyInput
        {
            Account = Account,
            Class = Class,
            Country = country,
            Source = source,
            SourceTon = SourceTon,
            Destination = destination,
            Text = Text,
            IsPart = IsPart,
            Tlvs = Tlvs.AsSpan(),
        };
        tables.Check(input, OptOuts, unixMs, out var verdict);
        AssertExplained(in verdict, tables.Explain(input, OptOuts, unixMs));
        return verdict;
    }

    /// <summary>Whatever is checked, the explanation step by step comes to the same.</summary>
    private static void AssertExplained(in PolicyVerdict verdict, IReadOnlyList<PolicyStep> steps)
    {
        Assert.Equal(["sender", "opt_out", "dlt", "content", "quiet_hours"], steps.Select(step => step.Kind));
        var decisive = steps.FirstOrDefault(step => step.Outcome == PolicyOutcome.Refuse)
            ?? steps.FirstOrDefault(step => step.Outcome == PolicyOutcome.Defer);
        Assert.Equal((verdict.Outcome, verdict.Code, verdict.Rule, verdict.DueUnixMs),
            (decisive?.Outcome ?? PolicyOutcome.Pass, decisive?.Code ?? PolicyCode.None,
                decisive is null ? null : Assert.Single(decisive.Rules), decisive?.DueUnixMs ?? 0));
        Assert.Equal(verdict.Sender, steps[0].Sender);
        if (verdict.Monitored is { } watched) Assert.Equal(watched, steps[3].Monitored);
    }
}
