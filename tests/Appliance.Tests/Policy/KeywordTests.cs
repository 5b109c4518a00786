using Appliance.Policy.OptOuts;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Appliance.Tests.Policy;

public class KeywordTests
{
    private static readonly Keywords Usual = new(new OptOutRules());

    [Theory]
    [InlineData("STOP", KeywordAction.Stop, "en")]
    [InlineData("stop", KeywordAction.Stop, "en")]
    [InlineData("  Stop! ", KeywordAction.Stop, "en")]
    [InlineData("\"STOP.\"", KeywordAction.Stop, "en")]
    [InlineData("S.T.O.P", KeywordAction.Stop, "en")]
    [InlineData("s t o p", KeywordAction.Stop, "en")]
    [InlineData("ＳＴＯＰ", KeywordAction.Stop, "en")]
    [InlineData("Stop sending me this", KeywordAction.Stop, "en")]
    [InlineData("STOP ALL", KeywordAction.Stop, "en")]
    [InlineData("stopall", KeywordAction.Stop, "en")]
    [InlineData("Unsubscribe me please", KeywordAction.Stop, "en")]
    [InlineData("end", KeywordAction.Stop, "en")]
    [InlineData("Arrêt", KeywordAction.Stop, "fr")]
    [InlineData("ARRET", KeywordAction.Stop, "fr")]
    [InlineData("Arrêtez, merci", KeywordAction.Stop, "fr")]
    [InlineData("baja", KeywordAction.Stop, "es")]
    [InlineData("Abmelden", KeywordAction.Stop, "de")]
    [InlineData("kündigen", KeywordAction.Stop, "de")]
    [InlineData("PARE", KeywordAction.Stop, "pt")]
    [InlineData("basta", KeywordAction.Stop, "it")]
    [InlineData("afmelden aub", KeywordAction.Stop, "nl")]
    [InlineData("rezygnuję", KeywordAction.Stop, "pl")]
    [InlineData("ABONELİKTEN ÇIK", KeywordAction.Stop, "tr")]
    [InlineData("إيقاف", KeywordAction.Stop, "ar")]
    [InlineData("أوقف", KeywordAction.Stop, "ar")]
    [InlineData("बंद करें", KeywordAction.Stop, "hi")]
    [InlineData("Berhenti dong", KeywordAction.Stop, "id")]
    [InlineData("START", KeywordAction.Start, "en")]
    [InlineData("alta", KeywordAction.Start, "es")]
    [InlineData("HELP", KeywordAction.Help, "en")]
    [InlineData("Hilfe!", KeywordAction.Help, "de")]
    [InlineData("End of the month is fine", KeywordAction.None, null)]
    [InlineData("Cancel my appointment", KeywordAction.None, null)]
    [InlineData("Start at nine?", KeywordAction.None, null)]
    [InlineData("please stop", KeywordAction.None, null)]
    [InlineData("stopping by later", KeywordAction.None, null)]
    [InlineData("ok", KeywordAction.None, null)]
    [InlineData("", KeywordAction.None, null)]
    [InlineData("?!", KeywordAction.None, null)]
    public void A_reply_is_understood(string text, KeywordAction action, string? language)
    {
        var match = Usual.Match(text);
        Assert.Equal((action, language), (match.Action, match.Language));
        Assert.Equal(action != KeywordAction.None, !string.IsNullOrEmpty(match.Reply));
    }

    [Fact]
    public void Every_keyword_of_the_table_does_what_it_says()
    {
        foreach (var set in KeywordTable.All)
        {
            var own = new Keywords(new OptOutRules { Languages = [set.Language] });
            Assert.All(set.Stop.Concat(set.StopAlone), word =>
                Assert.Equal(KeywordAction.Stop, own.Match(word.ToLowerInvariant() + ".").Action));
            Assert.All(set.Start, word => Assert.Equal(KeywordAction.Start, own.Match(word).Action));
            Assert.All(set.Help, word => Assert.Equal(KeywordAction.Help, own.Match(word).Action));
        }
    }

    [Fact]
    public void No_language_takes_anothers_stop_for_something_else()
    {
        foreach (var word in KeywordTable.All.SelectMany(set => set.Stop))
            Assert.Equal(KeywordAction.Stop, Usual.Match(word).Action);
    }

    [Fact]
    public void Languages_are_chosen_words_are_added_and_replies_replaced()
    {
        var keywords = new Keywords(new OptOutRules
        {
            Languages = ["fr", "sv"],
            Keywords =
            [
                new KeywordSet { Language = "fr", Stop = ["ASSEZ"], StopReply = "Fini." },
                new KeywordSet { Language = "sv", Stop = ["STOPPA"], HelpReply = "" },
            ],
        });
        Assert.Equal(("fr", "Fini."), (keywords.Match("assez!").Language, keywords.Match("arret").Reply));
        Assert.Equal(("sv", ""), (keywords.Match("stoppa").Language, keywords.Match("stoppa").Reply));
        Assert.Equal(KeywordAction.None, keywords.Match("baja").Action);
        Assert.Equal(KeywordAction.Stop, keywords.Match("STOP").Action);
    }

    [Fact]
    public void Any_text_is_a_keyword_or_none() =>
        Prop.ForAll(ArbMap.Default.ArbFor<string>(), text => Enum.IsDefined(Usual.Match(text ?? "").Action))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(2000).WithQuietOnSuccess(true));
}
