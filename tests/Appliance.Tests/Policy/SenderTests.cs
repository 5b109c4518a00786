using System.Text;
using Appliance.Policy;
using Appliance.Policy.Senders;
using Xunit;

namespace Appliance.Tests.Policy;

public class SenderTests
{
    [Theory]
    [InlineData("ACME", 0, SenderKinds.Alphanumeric)]
    [InlineData("12345", 5, SenderKinds.Alphanumeric)]
    [InlineData("12345", 0, SenderKinds.ShortCode)]
    [InlineData("123456", 1, SenderKinds.ShortCode)]
    [InlineData("12345678", 3, SenderKinds.ShortCode)]
    [InlineData("12345678", 6, SenderKinds.ShortCode)]
    [InlineData("1234567", 0, SenderKinds.LongNumber)]
    [InlineData("+123456", 0, SenderKinds.LongNumber)]
    [InlineData("447700900123", 1, SenderKinds.LongNumber)]
    [InlineData("+", 1, SenderKinds.Alphanumeric)]
    [InlineData("", 5, SenderKinds.None)]
    public void A_kind_is_told_by_ton_and_digits(string address, byte ton, SenderKinds kind) =>
        Assert.Equal(kind, Sender.KindOf(Encoding.Latin1.GetBytes(address), ton));

    [Theory]
    [InlineData("ABCDEFGHIJK", true)]
    [InlineData("ABCDEFGHIJKL", false)]
    [InlineData("A [1] shop", false)]
    [InlineData("A [1]", true)]
    [InlineData("back`tick", false)]
    [InlineData("Caf\u00e9", false)]
    [InlineData("   ", false)]
    [InlineData("R&D-Shop", true)]
    public void An_alphanumeric_sender_is_what_a_handset_can_show(string address, bool good) =>
        Assert.Equal(good, Sender.IsAlphanumeric(Encoding.Latin1.GetBytes(address), Sender.LongestAlphanumeric));

    [Theory]
    [InlineData("ACME", PolicyCode.None)]
    [InlineData("acme", PolicyCode.None)]
    [InlineData("EVIL", PolicyCode.SenderNotRegistered)]
    [InlineData("447700900999", PolicyCode.None)]
    [InlineData("+447700900999", PolicyCode.None)]
    [InlineData("447700900000", PolicyCode.SenderNotRegistered)]
    [InlineData("12345", PolicyCode.SenderKind)]
    [InlineData("", PolicyCode.SenderInvalid)]
    [InlineData("Far too long", PolicyCode.SenderInvalid)]
    [InlineData("1234567890123456", PolicyCode.SenderInvalid)]
    public void Kind_form_and_registration_are_checked(string source, PolicyCode code)
    {
        var rules = new PolicyRules
        {
            Senders =
            [
                new SenderRule
                {
                    Name = "gb", Countries = [Country.Parse("GB")],
                    Allowed = SenderKinds.Alphanumeric | SenderKinds.LongNumber,
                    Registration = SenderKinds.Alphanumeric | SenderKinds.LongNumber,
                    Registered = ["Acme", "+447700900999"],
                },
            ],
        };
        var verdict = new Samples { Source = source }.Check(rules);
        Assert.Equal((code, code == PolicyCode.None ? null : "gb"), (verdict.Code, verdict.Rule));
        Assert.Equal(code == PolicyCode.None ? PolicyOutcome.Pass : PolicyOutcome.Refuse, verdict.Outcome);
        Assert.Equal(PolicyOutcome.Pass, new Samples { Source = source, Country = "FR" }.Check(rules).Outcome);
    }

    [Fact]
    public void A_replacement_takes_the_senders_place_and_its_opt_outs_count()
    {
        var rules = new PolicyRules
        {
            Senders =
            [
                new SenderRule
                {
                    Name = "us", Countries = [Country.Parse("US")], Allowed = SenderKinds.LongNumber,
                    Replacement = "+12025550100",
                },
            ],
        };
        var message = new Samples { Country = "US", Destination = "12125550123" };
        var sender = message.Check(rules).Sender!;
        Assert.Equal(("12025550100", 1, 1), (sender.Text, sender.Ton, sender.Npi));
        Assert.Equal("12025550100"u8.ToArray(), sender.Octets.ToArray());
        Assert.Null(new Samples { Country = "US", Source = "12025550199" }.Check(rules).Sender);

        OptOutTests.Add(message.OptOuts, Samples.Acme, "12125550123", "+12025550100");
        Assert.Equal(PolicyCode.OptOut, message.Check(rules).Code);
    }

    [Fact]
    public void The_first_rule_that_applies_decides()
    {
        var rules = new PolicyRules
        {
            Senders =
            [
                new SenderRule { Name = "acme", Accounts = ["acme"], Allowed = SenderKinds.All },
                new SenderRule { Name = "all", Allowed = SenderKinds.LongNumber },
            ],
        };
        Assert.Equal(PolicyCode.None, new Samples().Check(rules).Code);
        Assert.Equal("all", new Samples { Account = Samples.Other }.Check(rules).Rule);
    }

    [Theory]
    [InlineData("ACME", true)]
    [InlineData("+12025550100", true)]
    [InlineData("12", false)]
    [InlineData("ABCDEFGHIJKL", false)]
    [InlineData("Caf\u00e9", false)]
    [InlineData("", false)]
    public void A_configured_sender_has_a_form(string sender, bool good) =>
        Assert.Equal(good, SenderAddress.Fault(sender) is null);
}
