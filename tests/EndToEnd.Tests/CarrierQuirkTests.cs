using EndToEnd.Tests.Harness;
using Xunit;

namespace EndToEnd.Tests;

/// <summary>
/// Carriers that write a message's id one way in the response and another in the receipt, or are early.
/// </summary>
public sealed class CarrierQuirkTests(CarrierQuirkTests.QuirkyCarriers fixture)
    : IClassFixture<CarrierQuirkTests.QuirkyCarriers>
{
    private readonly Line _line = fixture.Line;

    public static TheoryData<string> Quirks => new(QuirkyCarriers.Behaviours.Keys);

    [Theory]
    [MemberData(nameof(Quirks))]
    public async Task The_receipt_finds_its_message(string quirk)
    {
        var to = QuirkyCarriers.PrefixOf(quirk) + "900200";
        var ids = await Task.WhenAll(Enumerable.Range(0, 3)
            .Select(i => _line.Appliance.PostAsync("Shop", to + i, $"quirk {quirk} {i}")));
        foreach (var id in ids)
        {
            var record = await _line.Appliance.MessageInStatusAsync(id, "delivered");
            Assert.Equal(quirk, (string)record["carrier"]!);
        }
        Assert.Equal(3, _line.Smsc.Events("submit").Count(e => (string?)e["system_id"] == quirk));
        await Until.True("each receipt is confirmed to the carrier",
            () => _line.Smsc.Events("receipt_answered").Count(e => (string?)e["system_id"] == quirk) >= 3);
    }

    [Fact]
    public async Task An_undelivered_message_says_so_with_the_carriers_code()
    {
        var id = await _line.Appliance.PostAsync("Shop", QuirkyCarriers.PrefixOf("hex-dec") + "900299", "no such number");
        await _line.Appliance.MessageInStatusAsync(id, "delivered");
        await _line.Smsc.SendAsync(new
        {
            @do = "set",
            system_id = "plain",
            behaviour = new { stat = "UNDELIV" },
        });
        id = await _line.Appliance.PostAsync("Shop", QuirkyCarriers.PrefixOf("plain") + "900299", "still no such number");
        var record = await _line.Appliance.MessageInStatusAsync(id, "undelivered");
        Assert.Contains(record["history"]!.AsArray(), change =>
            (string?)change!["state"] == "undelivered" && ((string?)change["code"])?.Contains("42", StringComparison.Ordinal) == true);
        await _line.Smsc.SendAsync(new { @do = "set", system_id = "plain", behaviour = new { } });
    }

    /// <summary>One SMSC process that is a carrier for each quirk, told apart by a prefix.</summary>
    public sealed class QuirkyCarriers : LineFixture
    {
        internal static readonly Dictionary<string, object> Behaviours = new()
        {
            ["plain"] = new { },
            ["hex-dec"] = new { resp_id = "hex", receipt_id = "dec" },
            ["dec-hex"] = new { resp_id = "dec", receipt_id = "hex" },
            ["hex-dec10"] = new { resp_id = "HEX", receipt_id = "dec10" },
            ["padded"] = new { resp_id = "dec", receipt_id = "dec10" },
            ["unpadded"] = new { resp_id = "hex10", receipt_id = "hex" },
            ["case"] = new { resp_id = "hex", receipt_id = "HEX" },
            ["uuid-case"] = new { resp_id = "uuid", receipt_id = "UUID" },
            ["tlv-only"] = new { resp_id = "uuid", receipt_id = "uuid", receipt_form = "tlv" },
            ["text-and-tlv"] = new { resp_id = "dec", receipt_id = "dec", receipt_form = "both" },
            ["early"] = new { resp_id = "hex", receipt_id = "dec", receipt = "before" },
            ["other"] = new { resp_id = "dec", receipt_id = "dec", receipt = "other" },
        };

        internal static string PrefixOf(string quirk) => $"4477{10 + Behaviours.Keys.ToList().IndexOf(quirk)}";

        private protected override Task<Line> StartAsync() => Line.StartAsync(port => new Settings
        {
            Carriers = [.. Behaviours.Keys.Select(quirk => new Settings.Carrier(quirk, port))],
            Routes = [.. Behaviours.Keys.Select(quirk => new Settings.Route(PrefixOf(quirk), quirk))],
        }, Behaviours);
    }
}
