using Appliance.Policy;
using Appliance.Policy.Hours;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Appliance.Tests.Policy;

public class HoursTests
{
    /// <summary>Quiet from 20:00 to 10:00 every day, and all Sunday.</summary>
    private static readonly QuietWindow[] Evenings =
    [
        .. Enum.GetValues<DayOfWeek>().Select(day => new QuietWindow(day, 20 * 60, 10 * 60)),
        new QuietWindow(DayOfWeek.Sunday, 0, 24 * 60),
    ];

    private static readonly QuietWindow[] Nights =
        [.. Enum.GetValues<DayOfWeek>().Select(day => new QuietWindow(day, 21 * 60, 8 * 60))];

    [Theory]
    [InlineData("FR", "33612345678", "2026-01-14T12:00:00+01:00", null)]
    [InlineData("FR", "33612345678", "2026-01-14T19:59:59+01:00", null)]
    [InlineData("FR", "33612345678", "2026-01-14T20:00:00+01:00", "2026-01-15T10:00:00+01:00")]
    [InlineData("FR", "33612345678", "2026-01-14T03:12:07+01:00", "2026-01-14T10:00:00+01:00")]
    [InlineData("FR", "33612345678", "2026-01-17T20:30:00+01:00", "2026-01-19T10:00:00+01:00")] // Saturday night
    [InlineData("FR", "33612345678", "2026-01-18T15:00:00+01:00", "2026-01-19T10:00:00+01:00")] // Sunday
    [InlineData("FR", "33612345678", "2026-07-14T09:30:00+02:00", "2026-07-14T10:00:00+02:00")]
    [InlineData("FR", "33612345678", "2026-03-28T21:00:00+01:00", "2026-03-30T10:00:00+02:00")] // summer time begins
    [InlineData("US", "12125550123", "2026-01-14T12:00:00-05:00", null)]
    [InlineData("US", "12125550123", "2026-01-14T20:30:00-05:00", "2026-01-15T10:00:00-05:00")]
    [InlineData("US", "18085550123", "2026-01-14T20:30:00-05:00", null)] // Hawaii: 15:30
    [InlineData("US", "13105550123", "2026-01-14T09:30:00-08:00", "2026-01-14T10:00:00-08:00")]
    [InlineData("BR", "5511987654321", "2026-01-14T20:00:00-03:00", "2026-01-15T10:00:00-03:00")]
    [InlineData("BR", "5592987654321", "2026-01-14T09:59:30-04:00", "2026-01-14T10:00:00-04:00")]
    [InlineData("IN", "919876543210", "2026-01-14T09:00:00+05:30", "2026-01-14T10:00:00+05:30")]
    public void A_message_waits_for_the_end_of_quiet_hours_at_its_recipients(
        string country, string number, string now, string? due)
    {
        var verdict = Check(Evenings, country, number, now);
        if (due is null)
            Assert.Equal((PolicyOutcome.Pass, 0L), (verdict.Outcome, verdict.DueUnixMs));
        else
            Assert.Equal((PolicyOutcome.Defer, PolicyCode.QuietHours, "evenings", Samples.At(due)),
                (verdict.Outcome, verdict.Code, verdict.Rule, verdict.DueUnixMs));
    }

    [Theory] // A mobile number in Australia tells no zone: Perth is three hours behind Sydney in their summer.
    [InlineData("2026-01-14T22:30:00Z", "2026-01-15T00:00:00Z")] // 9:30 in Sydney; open once it is 8:00 in Perth
    [InlineData("2026-01-15T09:50:00Z", null)] // 20:50 in Sydney
    [InlineData("2026-01-15T10:10:00Z", "2026-01-16T00:00:00Z")] // 21:10 in Sydney, 18:10 in Perth
    public void A_number_that_tells_no_zone_is_safe_in_all_of_its_country(string now, string? due)
    {
        var verdict = Check(Nights, "AU", "61412345678", now);
        Assert.Equal(due is null ? 0 : Samples.At(due), verdict.DueUnixMs);
    }

    [Fact]
    public void A_zone_of_the_rule_is_for_numbers_that_tell_none()
    {
        var rule = Rule(Nights, "AU", "US") with { TimeZone = "Australia/Perth" };
        Assert.Equal(PolicyOutcome.Pass, Check(rule, "AU", "61412345678", "2026-01-15T12:50:00Z").Outcome);
        Assert.Equal(PolicyOutcome.Defer, Check(rule, "AU", "61412345678", "2026-01-15T13:10:00Z").Outcome);
        // 18:00 in New York, 7:00 in Perth.
        Assert.Equal(PolicyOutcome.Pass, Check(rule, "US", "12125550123", "2026-01-14T23:00:00Z").Outcome);
    }

    [Fact]
    public void Refusing_names_the_rule_and_gives_no_time()
    {
        var verdict = Check(Rule(Nights, "FR") with { Defer = false }, "FR", "33612345678", "2026-01-14T23:00:00+01:00");
        Assert.Equal((PolicyOutcome.Refuse, PolicyCode.QuietHours, "evenings", 0L),
            (verdict.Outcome, verdict.Code, verdict.Rule, verdict.DueUnixMs));
    }

    [Fact]
    public void Two_rules_are_both_content_in_the_end()
    {
        QuietWindow[] mornings = [new(DayOfWeek.Thursday, 7 * 60, 11 * 60)];
        var tables = new PolicyTables(new PolicyRules
        {
            QuietHours = [Rule(Nights, "FR"), Rule(mornings, "FR") with { Name = "mornings" }],
        }, Samples.Accounts);
        var verdict = new Samples { Country = "FR", Destination = "33612345678" }
            .Check(tables, Samples.At("2026-01-14T23:00:00+01:00"));
        Assert.Equal((Samples.At("2026-01-15T11:00:00+01:00"), "mornings"), (verdict.DueUnixMs, verdict.Rule));
    }

    [Fact]
    public void Other_classes_and_countries_go_at_any_time()
    {
        var rules = new PolicyRules
        {
            QuietHours = [Rule(Nights, "FR") with { Classes = MessageClasses.Promotional }],
        };
        var night = Samples.At("2026-01-14T23:00:00+01:00");
        var tables = new PolicyTables(rules, Samples.Accounts);
        var otp = new Samples { Country = "FR", Destination = "33612345678", Class = MessageClass.Otp };
        Assert.Equal(PolicyOutcome.Pass, otp.Check(tables, night).Outcome);
        Assert.Equal(PolicyOutcome.Pass, new Samples { Country = "BE" }.Check(tables, night).Outcome);
        Assert.Equal(PolicyOutcome.Pass, new Samples { Country = "" }.Check(tables, night).Outcome);
    }

    [Fact]
    public void Our_zones_are_the_systems_at_any_time() =>
        Prop.ForAll(ZonesAndTimes(), pair =>
        {
            var zone = Zone.Find(pair.Name, out _)!;
            var known = TimeZoneInfo.FindSystemTimeZoneById(pair.Name);
            var time = DateTimeOffset.FromUnixTimeSeconds(pair.Seconds).UtcDateTime;
            var local = TimeZoneInfo.ConvertTimeFromUtc(time, known);
            return zone.OffsetAt(pair.Seconds) == (int)known.GetUtcOffset(time).TotalSeconds
                && zone.MinuteOfWeek(pair.Seconds) == ((int)local.DayOfWeek * 1440) + (int)local.TimeOfDay.TotalMinutes;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(3000).WithQuietOnSuccess(true));

    [Fact]
    public void What_is_put_off_goes_out_at_the_first_minute_that_is_not_quiet() =>
        Prop.ForAll(ZonesAndTimes(), pair =>
        {
            var week = new QuietWeek(Evenings);
            var zone = Zone.Find(pair.Name, out _)!;
            var open = QuietHours.OpenAt(week, [zone], pair.Seconds);
            if (open < pair.Seconds || week.IsQuiet(zone.MinuteOfWeek(open))) return false;
            for (var at = pair.Seconds; at < open; at += 60)
            {
                if (!week.IsQuiet(zone.MinuteOfWeek(at))) return false;
            }

            return true;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500).WithQuietOnSuccess(true));

    [Fact]
    public void Every_zone_of_the_tables_is_one_of_the_systems()
    {
        var names = ZoneFinder.Countries.SelectMany(ZoneFinder.NamesOf).ToHashSet();
        Assert.True(names.Count > 200);
        Assert.All(names, name => Assert.True(Zone.Find(name, out var fault) is not null, $"{name}: {fault}"));
        Assert.InRange(ZoneFinder.Countries.Count(), 240, 250);
    }

    [Theory]
    [InlineData("RU", null, "countries", "never all outside")]
    [InlineData("AQ", null, "countries", "no time zone")]
    [InlineData("FR", "Europe/Atlantis", "time_zone", "Atlantis")]
    [InlineData("FR", null, null, "")]
    [InlineData("RU", "Europe/Moscow", null, "")]
    public void Quiet_hours_that_cannot_work_are_found_before(string country, string? zone, string? member, string found)
    {
        var faults = QuietHoursFaults.Of(Rule(Evenings, country) with { TimeZone = zone }).ToList();
        Assert.Equal(member is null ? [] : [member], faults.Select(fault => fault.Member));
        Assert.All(faults, fault => Assert.Contains(found, fault.Found, StringComparison.Ordinal));
    }

    [Fact]
    public void A_week_without_an_open_minute_is_found_before() =>
        Assert.Equal("quiet", Assert.Single(QuietHoursFaults.Of(Rule(
            [.. Enum.GetValues<DayOfWeek>().Select(day => new QuietWindow(day, 0, 24 * 60))], "FR"))).Member);

    private static Arbitrary<(string Name, long Seconds)> ZonesAndTimes() =>
        (from name in Gen.Elements("Europe/Paris", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "UTC",
            "Africa/Casablanca", "America/Sao_Paulo", "Pacific/Apia", "Asia/Kathmandu", "Africa/Cairo")
         from day in Gen.Choose(0, 365 * 29)
         from second in Gen.Choose(0, 86_399)
         select (name, 1_577_836_800L + (day * 86_400L) + second)).ToArbitrary();

    private static QuietHoursRule Rule(IReadOnlyList<QuietWindow> quiet, params string[] countries) => new()
    {
        Name = "evenings", Quiet = quiet, Countries = [.. countries.Select(code => Country.Parse(code))],
    };

    private static PolicyVerdict Check(IReadOnlyList<QuietWindow> quiet, string country, string number, string now) =>
        Check(Rule(quiet, country), country, number, now);

    private static PolicyVerdict Check(QuietHoursRule rule, string country, string number, string now) =>
        new Samples { Country = country, Destination = number }.Check(
            new PolicyTables(new PolicyRules { QuietHours = [rule] }, Samples.Accounts), Samples.At(now));
}
