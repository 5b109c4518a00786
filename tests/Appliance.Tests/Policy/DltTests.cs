using Appliance.Policy;
using Appliance.Policy.Dlt;
using Xunit;

namespace Appliance.Tests.Policy;

public class DltTests
{
    private const string Entity = "1101172974420810001";
    private const string Template = "1107161234567890123";
    private const string Hash = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

    private static readonly PolicyRules Rules = new()
    {
        Dlt =
        [
            new DltRule
            {
                Name = "trai", Countries = [Country.Parse("IN")], Chain = DltPresence.Required,
                Templates = [new DltTemplateText(Template, "Dear {#var#}, your OTP is {#var#}. Do not share it.")],
            },
        ],
    };

    [Theory]
    [InlineData(Entity, Template, Hash, PolicyCode.None)]
    [InlineData(Entity + "\0", Template + "\0", Entity + "," + Template, PolicyCode.None)]
    [InlineData(null, Template, Hash, PolicyCode.DltEntityMissing)]
    [InlineData("", Template, Hash, PolicyCode.DltEntityMissing)]
    [InlineData("12345", Template, Hash, PolicyCode.DltEntityInvalid)]
    [InlineData("110117297442081000X", Template, Hash, PolicyCode.DltEntityInvalid)]
    [InlineData(Entity, null, Hash, PolicyCode.DltTemplateMissing)]
    [InlineData(Entity, "abc", Hash, PolicyCode.DltTemplateInvalid)]
    [InlineData(Entity, "1107161234567890124", Hash, PolicyCode.DltTemplateUnknown)]
    [InlineData(Entity, Template, null, PolicyCode.DltChainMissing)]
    [InlineData(Entity, Template, "nonsense", PolicyCode.DltChainInvalid)]
    [InlineData(Entity, Template, Entity + ",", PolicyCode.DltChainInvalid)]
    public void Parameters_are_there_and_have_their_form(string? entity, string? template, string? chain, PolicyCode code)
    {
        var verdict = Message(entity, template, chain, "Dear Asha, your OTP is 1234. Do not share it.").Check(Rules);
        Assert.Equal((code, code == PolicyCode.None ? null : "trai"), (verdict.Code, verdict.Rule));
    }

    [Theory]
    [InlineData("Dear Asha, your OTP is 1234. Do not share it.", true)]
    [InlineData("Dear , your OTP is . Do not share it.", true)]
    [InlineData("Dear  Asha,\nyour OTP is 1234. Do not share it. ", true)]
    [InlineData("dear Asha, your OTP is 1234. Do not share it.", false)]
    [InlineData("Dear Asha, your OTP is 1234. Do not share it. Win!", false)]
    [InlineData("Dear 123456789012345678901234567890, your OTP is 1. Do not share it.", true)]
    [InlineData("Dear 1234567890123456789012345678901, your OTP is 1. Do not share it.", false)]
    [InlineData("Dear a, your OTP is b, your OTP is c. Do not share it.", true)]
    [InlineData("", false)]
    public void A_text_is_its_template_filled_in(string text, bool fits)
    {
        var expected = fits ? PolicyCode.None : PolicyCode.DltTemplateMismatch;
        Assert.Equal(expected, Message(Entity, Template, Hash, text).Check(Rules).Code);
        Assert.Equal(PolicyCode.None, Message(Entity, Template, Hash, text, isPart: true).Check(Rules).Code);
    }

    [Fact]
    public void Random_fillings_fit_and_changed_ones_fit_only_where_a_plain_search_says_so()
    {
        var random = new Random(1400);
        var (fits, not) = (0, 0);
        for (var round = 0; round < 20_000; round++)
        {
            var parts = Enumerable.Range(0, random.Next(1, 6)).Select(_ => random.Next(2) == 0
                ? "{#var#}"
                : new string([.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => "ab"[random.Next(2)])])).ToArray();
            var text = string.Concat(parts.Select(part => part[0] == '{' ? Letters(random, 0, 33) : part));
            if (random.Next(3) == 0) text += "a";
            var pattern = "^" + string.Concat(parts.Select(part => part[0] == '{' ? "[ab]{0,30}" : part)) + "$";
            var known = System.Text.RegularExpressions.Regex.IsMatch(text, pattern);
            Assert.Equal(known, new DltTemplate(string.Concat(parts)).Fits(text));
            fits += known ? 1 : 0;
            not += known ? 0 : 1;
        }

        Assert.True(fits > 2000 && not > 2000, $"{fits} fit, {not} do not");
    }

    [Fact]
    public void A_very_long_text_is_compared_too() =>
        Assert.True(new DltTemplate("{#var#}" + new string('x', 1990)).Fits("ab" + new string('x', 1990)));

    [Fact]
    public void Other_countries_need_none() =>
        Assert.Equal(PolicyOutcome.Pass, new Samples { Country = "GB" }.Check(Rules).Outcome);

    [Fact]
    public void What_is_optional_may_lack_but_not_be_wrong()
    {
        var rules = new PolicyRules
        {
            Dlt =
            [
                new DltRule
                {
                    Name = "d", Entity = DltPresence.Optional, Template = DltPresence.Ignored,
                    Chain = DltPresence.Ignored,
                },
            ],
        };
        Assert.Equal(PolicyCode.None, Message(null, "x", "x", "").Check(rules).Code);
        Assert.Equal(PolicyCode.DltEntityInvalid, Message("x", null, null, "").Check(rules).Code);
    }

    private static string Letters(Random random, int least, int most) =>
        new([.. Enumerable.Range(0, random.Next(least, most)).Select(_ => "ab"[random.Next(2)])]);

    private static Samples Message(string? entity, string? template, string? chain, string text, bool isPart = false) =>
        new()
        {
            Country = "IN",
            Destination = "919876543210",
            Text = text,
            IsPart = isPart,
            Tlvs = Samples.Tlv(
            [
                .. new[]
                {
                    (DltFilter.EntityTag, entity), (DltFilter.TemplateTag, template), (DltFilter.ChainTag, chain),
                }.Where(tlv => tlv.Item2 is not null).Select(tlv => (tlv.Item1, tlv.Item2!)),
            ]),
        };
}
