using System.Globalization;
using Appliance.Policy;
using Appliance.Policy.Content;
using Appliance.Policy.Hours;
using Appliance.Policy.OptOuts;
using Appliance.Policy.Senders;
using Appliance.Policy.Text;

namespace Appliance.Operate;

/// <summary>The section policy: rules about recipients, times, senders and texts. Fraud is read beside it.</summary>
internal static class PolicyReader
{
    private const string CountryCodes = "a country's code of two letters such as \"FR\"";
    private const int LongestReply = 480;
    private const int MostDltTemplates = 100_000;

    internal static readonly (string, MessageClass)[] ClassNames =
    [
        ("transactional", MessageClass.Transactional), ("promotional", MessageClass.Promotional),
        ("otp", MessageClass.Otp),
    ];

    private static readonly (string, MessageClasses)[] ClassSets =
    [
        ("transactional", MessageClasses.Transactional), ("promotional", MessageClasses.Promotional),
        ("otp", MessageClasses.Otp),
    ];

    private static readonly (string, SenderKinds)[] Kinds =
    [
        ("alphanumeric", SenderKinds.Alphanumeric), ("short_code", SenderKinds.ShortCode),
        ("long_number", SenderKinds.LongNumber),
    ];

    private static readonly (string, DltPresence)[] Presences =
    [
        ("required", DltPresence.Required), ("optional", DltPresence.Optional), ("ignored", DltPresence.Ignored),
    ];

    private static readonly (string, DayOfWeek)[] Days =
    [
        ("mon", DayOfWeek.Monday), ("tue", DayOfWeek.Tuesday), ("wed", DayOfWeek.Wednesday),
        ("thu", DayOfWeek.Thursday), ("fri", DayOfWeek.Friday), ("sat", DayOfWeek.Saturday),
        ("sun", DayOfWeek.Sunday),
    ];

    public static PolicyRules Read(ConfigurationObject policy) => new()
    {
        DefaultClass = policy.Choice("default_class", MessageClass.Transactional, ClassNames),
        OptOut = policy.Object("opt_out", ReadOptOut) ?? new OptOutRules(),
        QuietHours = policy.Objects("quiet_hours", ReadQuietHours),
        Senders = policy.Objects("senders", ReadSenders),
        Content = ReadContents(policy),
        Dlt = policy.Objects("dlt", ReadDlt),
        Fraud = policy.Object("fraud", FraudReader.Read) ?? new(),
    };

    private static string Name(ConfigurationObject rule) =>
        rule.RequiredText("name", ConfigurationRules.Name, ConfigurationRules.IsName);

    private static Country[] Countries(ConfigurationObject rule) =>
    [
        .. rule.Texts("countries", "a list of countries' codes",
            text => Country.TryParse(text, out _) ? null : CountryCodes).Select(code => Country.Parse(code)),
    ];

    private static IReadOnlyList<string> Accounts(ConfigurationObject rule) =>
        rule.Texts("accounts", "a list of accounts' names");

    private static MessageClasses Classes(ConfigurationObject rule) => rule.Choices("classes", ClassSets).Aggregate(
        rule.Has("classes") ? MessageClasses.None : MessageClasses.All, (all, one) => all | one);

    private static OptOutRules ReadOptOut(ConfigurationObject optOut) => new()
    {
        Classes = Classes(optOut),
        WholeAccount = optOut.Choice("scope", false, [("sender", false), ("account", true)]),
        Languages = optOut.Texts("languages", "a list of languages", text => IsLanguage(text)
            ? null
            : "a language's code of two letters such as \"fr\""),
        Keywords = optOut.Objects("keywords", ReadKeywords),
    };

    private static KeywordSet ReadKeywords(ConfigurationObject keywords) => new()
    {
        Language = keywords.RequiredText("language", "a language's code of two letters such as \"fr\"", IsLanguage),
        Stop = Words(keywords, "stop"),
        StopAlone = Words(keywords, "stop_alone"),
        Start = Words(keywords, "start"),
        Help = Words(keywords, "help"),
        StopReply = Reply(keywords, "stop_reply"),
        StartReply = Reply(keywords, "start_reply"),
        HelpReply = Reply(keywords, "help_reply"),
    };

    private static IReadOnlyList<string> Words(ConfigurationObject keywords, string name) =>
        keywords.Texts(name, "a list of words", word =>
            word.Length <= OptOutChange.LongestKeyword / 4 && Keywords.Normalise(word).Length > 0
                ? null
                : "a word of up to 25 characters, with a letter or digit");

    private static string? Reply(ConfigurationObject keywords, string name)
    {
        var text = keywords.Text(
            name, "", $"a text of up to {LongestReply} characters", text => text.Length <= LongestReply);
        return keywords.Has(name) ? text : null;
    }

    private static QuietHoursRule ReadQuietHours(ConfigurationObject quiet)
    {
        quiet.Require("quiet", "a list of quiet windows");
        var zone = quiet.Text("time_zone", "", "a time zone such as \"Europe/Paris\"", text => text.Length > 0);
        var rule = new QuietHoursRule
        {
            Name = Name(quiet),
            Countries = Countries(quiet),
            Accounts = Accounts(quiet),
            Classes = Classes(quiet),
            Quiet = [.. quiet.Objects("quiet", ReadWindows).SelectMany(windows => windows)],
            Defer = quiet.Choice("action", true, [("defer", true), ("refuse", false)]),
            TimeZone = zone.Length > 0 ? zone : null,
        };
        foreach (var (member, found, expected) in QuietHoursFaults.Of(rule)) quiet.Note(member, found, expected);
        return rule;
    }

    private static QuietWindow[] ReadWindows(ConfigurationObject window)
    {
        const string Time = "a time of day from \"00:00\" to \"24:00\"";
        var days = window.Choices("days", Days);
        var from = Minute(window.RequiredText("from", Time, text => Minute(text) is >= 0 and < QuietWeek.MinutesOfDay));
        var to = Minute(window.RequiredText("to", Time, text => Minute(text) >= 0));
        if (from >= 0 && from == to)
            window.Note("to", "the time at which it begins", "another time");
        if (from < 0 || to < 0 || from == to)
            return [];
        var all = days.Count > 0 || window.Has("days") ? days : [.. Days.Select(day => day.Item2)];
        return [.. all.Select(day => new QuietWindow(day, from, to == 0 ? QuietWeek.MinutesOfDay : to))];
    }

    /// <summary>Minutes since midnight of a text such as 07:30; -1 for another text.</summary>
    private static int Minute(string text)
    {
        if (text.Length != 5 || text[2] != ':'
            || !int.TryParse(text.AsSpan(0, 2), NumberStyles.None, CultureInfo.InvariantCulture, out var hour)
            || !int.TryParse(text.AsSpan(3, 2), NumberStyles.None, CultureInfo.InvariantCulture, out var minute))
            return -1;
        var all = (hour * 60) + minute;
        return minute < 60 && all <= QuietWeek.MinutesOfDay ? all : -1;
    }

    private static SenderRule ReadSenders(ConfigurationObject senders)
    {
        var replacement = senders.Text("replacement", "", "a sender", text => true);
        if (senders.Has("replacement") && SenderAddress.Fault(replacement) is { } fault)
            senders.Note("replacement", $"\"{replacement}\"", fault);
        return new SenderRule
        {
            Name = Name(senders),
            Countries = Countries(senders),
            Accounts = Accounts(senders),
            Classes = Classes(senders),
            Allowed = KindsOf(senders, "allowed") | (senders.Has("allowed") ? SenderKinds.None : SenderKinds.All),
            Registration = KindsOf(senders, "registration"),
            Registered = senders.Texts("registered", "a list of senders", SenderAddress.Fault),
            Replacement = senders.Has("replacement") ? replacement : null,
            LongestAlphanumeric = senders.Whole(
                "longest_alphanumeric", Sender.LongestAlphanumeric, 1, Sender.LongestAlphanumeric),
        };
    }

    private static SenderKinds KindsOf(ConfigurationObject senders, string name) =>
        senders.Choices(name, Kinds).Aggregate(SenderKinds.None, (all, one) => all | one);

    private static IReadOnlyList<ContentRule> ReadContents(ConfigurationObject policy)
    {
        var rules = policy.Objects("content", ReadContent);
        if (rules.Count > ContentFilter.MostRules)
            policy.Note("content", $"{rules.Count} rules", $"at most {ContentFilter.MostRules}");
        else if (ContentFilter.Fault(rules) is { } fault)
            policy.Note("content", "words without end", fault);
        return rules;
    }

    private static ContentRule ReadContent(ConfigurationObject content)
    {
        var allowed = content.Texts("allowed_domains", "a list of domains", Domains.Fault);
        return new ContentRule
        {
            Name = Name(content),
            Countries = Countries(content),
            Accounts = Accounts(content),
            Classes = Classes(content),
            Block = content.Choice("action", true, [("refuse", true), ("monitor", false)]),
            Words = content.Texts("words", "a list of words and phrases", WordMatcherBuilder.Fault),
            Expressions = content.Texts("expressions", "a list of expressions", ExpressionParser.Fault),
            Lookalikes = content.Flag("lookalikes", false),
            DeniedDomains = content.Texts("denied_domains", "a list of domains", Domains.Fault),
            AllowedDomains = content.Has("allowed_domains") ? allowed : null,
            Shorteners = content.Choice("shorteners", false, [("allow", false), ("refuse", true)]),
        };
    }

    private static DltRule ReadDlt(ConfigurationObject dlt)
    {
        var countries = Countries(dlt);
        var templates = dlt.Objects("templates", ReadTemplate);
        if (templates.Count > MostDltTemplates)
            dlt.Note("templates", $"{templates.Count}", $"at most {MostDltTemplates}");
        foreach (var same in templates.GroupBy(template => template.Id).Where(group => group.Skip(1).Any()))
        {
            if (same.Key.Length > 0)
                dlt.Note("templates", $"\"{same.Key}\" {same.Count()} times", "each template's id once");
        }

        return new DltRule
        {
            Name = Name(dlt),
            Countries = countries.Length > 0 ? countries : [Country.Parse("IN")],
            Accounts = Accounts(dlt),
            Classes = Classes(dlt),
            Entity = dlt.Choice("entity", DltPresence.Required, Presences),
            Template = dlt.Choice("template", DltPresence.Required, Presences),
            Chain = dlt.Choice("chain", DltPresence.Optional, Presences),
            Templates = [.. templates.DistinctBy(template => template.Id)],
        };
    }

    private static DltTemplateText ReadTemplate(ConfigurationObject template) => new(
        template.RequiredText("id", "a template's id of 15 to 20 digits",
            text => System.Text.Ascii.IsValid(text)
                && Policy.Dlt.DltFilter.IsId(System.Text.Encoding.ASCII.GetBytes(text))),
        template.RequiredText("text", $"a text of 1 to {Policy.Dlt.DltTemplate.LongestText} characters",
            text => text.Length is > 0 and <= Policy.Dlt.DltTemplate.LongestText));

    private static bool IsLanguage(string text) => text.Length == 2 && text.All(char.IsAsciiLetterLower);
}
