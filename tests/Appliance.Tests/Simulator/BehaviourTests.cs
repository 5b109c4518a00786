using System.Text;
using Appliance.Simulator.Smsc;
using Xunit;

namespace Appliance.Tests.Simulator;

public sealed class BehaviourTests
{
    [Fact]
    public void The_defaults_that_help_shows_are_the_defaults()
    {
        var shown = BehaviourTable.Apply(
            new SmscBehaviour(),
            BehaviourTable.Settings.Select(setting => KeyValuePair.Create(setting.Name, setting.Value)));
        Assert.Equal(new SmscBehaviour().ToString(), shown.ToString());
        Assert.True(shown.AnswersPlainly);
    }

    [Fact]
    public void Receipts_have_the_ids_format_unless_told_otherwise()
    {
        var hex = Apply(("id", "hex"));
        Assert.Equal(IdKind.Hex, hex.ReceiptId.Values[0].Kind);
        var mixed = Apply(("receipt-id", "dec=50,HEX=50"), ("id", "hex"));
        Assert.Equal([IdKind.Decimal, IdKind.UpperHex], mixed.ReceiptId.Values.Select(format => format.Kind));
    }

    [Theory]
    [InlineData("errors", "ESME_RNONSENSE=1%", "ESME_RTHROTTLED")]
    [InlineData("errors", "88=1%", "0x58")]
    [InlineData("latency", "fast", "1s")]
    [InlineData("receipt-mix", "LOST", "DELIVRD")]
    [InlineData("receipt-id", "dec", "same kind")]
    [InlineData("id", "octal", "uuid")]
    [InlineData("tps", "-1", "100/10")]
    [InlineData("colour", "red", "latency")]
    public void A_wrong_setting_is_named_with_what_was_expected(string name, string value, string expected)
    {
        var error = Assert.Throws<FormatException>(() => Apply((name, value)));
        Assert.Contains(name, error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("dec", "1234567890")]
    [InlineData("hex", "499602d2")]
    [InlineData("HEX", "499602D2")]
    [InlineData("hex:16", "00000000499602d2")]
    [InlineData("padded", "00000000001234567890")]
    [InlineData("padded:12", "001234567890")]
    [InlineData("sequence", "1")]
    public void Numbers_take_their_forms(string format, string text) =>
        Assert.Equal(text, Write(new MessageIds(1_234_567_890), format, 1_234_567_890));

    [Fact]
    public void Uuids_are_uuids_and_each_another()
    {
        var ids = new MessageIds(MessageIds.FromClock(new DateTime(2025, 1, 1, 0, 0, 0, DateTimeKind.Utc)));
        var seen = new HashSet<Guid>();
        for (int i = 0; i < 1000; i++)
        {
            ulong id = ids.Next();
            string lower = Write(ids, "uuid", id);
            Assert.Equal(36, lower.Length);
            Assert.True(seen.Add(Guid.ParseExact(lower, "D")));
            Assert.Equal(lower.ToUpperInvariant(), Write(ids, "UUID", id));
        }
    }

    [Fact]
    public void A_token_bucket_forgives_its_burst_and_then_keeps_the_rate()
    {
        var rate = Rate.Parse("100/10");
        var bucket = new TokenBucket();
        Assert.Equal(10, Enumerable.Range(0, 50).Count(_ => bucket.TryTake(rate, 0)));
        int taken = 0;
        for (long now = 0; now <= 1_000_000_000; now += 1_000_000) taken += bucket.TryTake(rate, now) ? 1 : 0;
        Assert.InRange(taken, 99, 100);
    }

    private static SmscBehaviour Apply(params (string Name, string Value)[] settings) =>
        BehaviourTable.Apply(
            new SmscBehaviour(), settings.Select(setting => KeyValuePair.Create(setting.Name, setting.Value)));

    private static string Write(MessageIds ids, string format, ulong id)
    {
        Span<byte> text = stackalloc byte[MessageIds.LongestText];
        return Encoding.ASCII.GetString(text[..ids.Write(IdFormat.Parse(format), id, text)]);
    }
}
