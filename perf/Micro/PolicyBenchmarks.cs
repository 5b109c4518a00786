using System.Text;
using Appliance.Policy;
using Appliance.Policy.Fraud;
using Appliance.Policy.Hours;
using Appliance.Policy.OptOuts;
using Appliance.Policy.Text;
using BenchmarkDotNet.Attributes;

namespace Micro;

/// <summary>
/// What the rules cost a message: a usual set of them (50 words, 3 expressions, links, a sender registry, quiet hours)
/// and 10 million opt-outs.
/// </summary>
[MemoryDiagnoser]
public class PolicyBenchmarks
{
    private const int OptOuts = 10_000_000;
    private const int Numbers = 1 << 16;
    private const string Text = "Your parcel 4711 leaves our warehouse today. Track it at https://acme.com/t/4711 or "
        + "reply HELP. It will be with you between 9 and 12 o'clock. Thank you for your order!";

    private readonly OptOutList _optOuts = new();
    private readonly byte[][] _numbers = new byte[Numbers][];
    private readonly char[] _folded = new char[2 * Text.Length];
    private readonly Expression _expression = Expression.Build(@"\b(pin|code)\s*[:=]?\s*\d{4,8}\b");
    private PolicyTables _tables = null!;
    private PolicyTables _none = null!;
    private RangeGuard _guard = null!;
    private int _next;
    private long _now = 1_768_413_600_000;

    [GlobalSetup]
    public void SetUp()
    {
        var accounts = new Dictionary<string, ushort> { ["acme"] = 1 };
        _tables = new PolicyTables(Rules(), accounts);
        _none = new PolicyTables(new PolicyRules(), accounts);
        _guard = new RangeGuard(
            new FraudRules { Limits = new RangeLimits { Mode = FraudMode.Block, Messages = 200 } }, accounts);
        Span<byte> number = stackalloc byte[15];
        for (var i = 0; i < OptOuts; i++)
        {
            (447_000_000_000L + (i * 7L)).TryFormat(number, out var length);
            OptOutKey.TryCreate((ushort)(i % 16), number[..length], "ACME"u8, out var key);
            _optOuts.Add(key);
        }

        Console.WriteLine(FormattableString.Invariant($"{_optOuts.Count} opt-outs take {_optOuts.Bytes / 1e6:0} MB"));
        var random = new Random(1);
        for (var i = 0; i < Numbers; i++)
            _numbers[i] = Encoding.ASCII.GetBytes($"{447_000_000_000L + random.NextInt64(70_000_000)}");
    }

    /// <summary>Each time another number: what is measured is memory.</summary>
    [Benchmark]
    public bool OptOutLookup() => _optOuts.Contains(1, _numbers[_next++ & (Numbers - 1)], "ACME"u8);

    [Benchmark]
    public PolicyOutcome PolicyCheck() => Check(_tables, "ACME"u8);

    [Benchmark]
    public PolicyOutcome PolicyCheckWithoutRules() => Check(_none, "SHOP"u8);

    [Benchmark]
    public int TextFolding() => TextFold.Plain.Fold(Text, _folded);

    [Benchmark]
    public bool OneExpression() => _expression.IsFound(Text);

    [Benchmark]
    public bool RangeGuardSubmit() => _guard.Submit(1, _numbers[_next++ & (Numbers - 1)], _now++, out _, out _);

    private PolicyOutcome Check(PolicyTables tables, ReadOnlySpan<byte> source)
    {
        var input = new PolicyInput
        {
            Account = 20,
            Class = MessageClass.Promotional,
            Country = Country.Parse("US"),
            Source = source,
            Destination = _numbers[_next++ & (Numbers - 1)],
            Text = Text,
        };
        tables.Check(input, _optOuts, _now, out var verdict);
        return verdict.Outcome;
    }

    private static PolicyRules Rules() => new()
    {
        Content =
        [
            new ContentRule
            {
                Name = "words", Words = [.. Enumerable.Range(0, 50).Select(i => $"forbidden word{i}")],
                Expressions = [@"\b(pin|code)\s*[:=]?\s*\d{4,8}\b", @"\bwin\b.*\bprize\b", @"[$£€]\s?\d{3,}"],
            },
            new ContentRule { Name = "links", DeniedDomains = ["bad.com", "worse.com"], Shorteners = true },
        ],
        Senders =
        [
            new SenderRule { Name = "registry", Registration = SenderKinds.Alphanumeric, Registered = ["ACME", "SHOP"] },
        ],
        QuietHours =
        [
            new QuietHoursRule
            {
                Name = "nights", Countries = [Country.Parse("US")],
                Quiet = [.. Enum.GetValues<DayOfWeek>().Select(day => new QuietWindow(day, 21 * 60, 8 * 60))],
            },
        ],
    };
}
