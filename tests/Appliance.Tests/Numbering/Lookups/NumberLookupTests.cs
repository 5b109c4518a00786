using System.Text;
using Appliance.Numbering;
using Appliance.Numbering.Lookups;
using Appliance.Operate;
using Appliance.Operate.Metrics;
using Appliance.Operate.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Store.Numbers;
using Xunit;

namespace Appliance.Tests.Numbering.Lookups;

public sealed class NumberLookupTests : IAsyncLifetime, IDisposable
{
    private const string German = "491711234567";

    private readonly string _data = Directory.CreateTempSubdirectory("lookups").FullName;
    private readonly MetricsRegistry _metrics = new();
    private readonly SteppedTime _time = new();
    private PortedNumbers _ported = null!;
    private FakeProvider _provider = null!;

    public async Task InitializeAsync()
    {
        Import("lv", "1;x;20000001;BC2;2020.01.01 00:00:00\n");
        _ported = new PortedNumbers(_data, _metrics, NullLogger.Instance);
        _ported.TakeOver();
        _provider = await FakeProvider.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _provider.DisposeAsync();
        Dispose();
        Directory.Delete(_data, recursive: true);
    }

    public void Dispose() => _ported.Dispose();

    [Fact]
    public async Task Without_other_sources_the_plan_answers()
    {
        var answer = await Lookup(null).LookUpAsync("+49 171 1234567", null, default);
        Assert.Equal(new LookupAnswer(true, "+491711234567", "T-Mobile", "262", "01", "mobile", false, "DE", 49, "prefix", null), answer);
        Assert.Equal(answer, await Lookup(null).LookUpAsync("0171 1234567", "DE", default));
        Assert.Equal(new LookupAnswer(true, "+12025550123", null, null, null, "fixed_or_mobile", false, "US", 1, "prefix", null),
            await Lookup(null).LookUpAsync("12025550123", null, default));
    }

    [Theory]
    [InlineData("44123", "GB", 44, "it has fewer digits than any number of its country")]
    [InlineData("ACME", null, null, "it has characters other than digits, one + before them, and separators")]
    [InlineData("٤٤٧٧٠٠٩٠٠١٢٣", null, null, "it has characters other than digits, one + before them, and separators")]
    [InlineData("0171", null, null, "it begins with 0 and has no country code")]
    public async Task What_is_no_number_is_answered_with_the_reason(string text, string? country, int? code, string reason)
    {
        var answer = await Lookup(Hlr()).LookUpAsync(text, null, default);
        // Guernsey, Jersey and Man share +44: which country it would be is not known.
        Assert.Equal(new LookupAnswer(false, text, null, null, null, "unknown", false, code == 44 ? null : country, code, null, reason), answer);
        Assert.Empty(_provider.Asked);
    }

    [Fact]
    public async Task Ported_numbers_come_before_the_prefix_and_what_is_not_among_them_is_not_ported()
    {
        _provider.Answer = () => Task.FromResult((200, """{"mcc":"247","mnc":"05"}"""));
        var lookup = Lookup(Hlr());
        var ported = await lookup.LookUpAsync("+37120000001", null, default);
        Assert.Equal(("mnp", true, "247", "02"), (ported.Source, ported.Ported, ported.Mcc, ported.Mnc));
        var still = await lookup.LookUpAsync("+37129200002", null, default);
        Assert.Equal(("mnp", false, "247", "01"), (still.Source, still.Ported, still.Mcc, still.Mnc));
        Assert.Empty(_provider.Asked);
        // The other way round the provider is asked first.
        ported = await Lookup(Hlr(), LookupSource.Hlr, LookupSource.Mnp).LookUpAsync("+37120000001", null, default);
        Assert.Equal(("hlr", "05"), (ported.Source, ported.Mnc));
    }

    [Fact]
    public async Task The_provider_is_asked_with_its_key_and_its_answer_is_kept()
    {
        _provider.Answer = () => Task.FromResult((200, """{"network":{"mccmnc":"26202"},"who":"Vodafone DE","moved":true}"""));
        var fields = new HlrFields { Mcc = "network.mccmnc", Mnc = "network.mnc", Carrier = "who", Ported = "moved" };
        var lookup = Lookup(Hlr(fields: fields));
        for (var i = 0; i < 3; i++)
        {
            var answer = await lookup.LookUpAsync(German, null, default);
            Assert.Equal(("hlr", "262", "02", "Vodafone DE", true), (answer.Source, answer.Mcc, answer.Mnc, answer.Carrier, answer.Ported));
        }

        Assert.Equal([("/v1/491711234567/network", "Bearer secret")], _provider.Asked);
        _time.Move(TimeSpan.FromHours(24));
        await lookup.LookUpAsync(German, null, default);
        Assert.Equal(2, _provider.Asked.Count);
        Assert.Contains("sms_hlr_requests_total{outcome=\"cached\"} 2", Scrape(), StringComparison.Ordinal);
        Assert.Contains("sms_lookups_total{source=\"hlr\"} 4", Scrape(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_network_other_than_the_first_means_ported_and_its_name_comes_from_the_list()
    {
        _provider.Answer = () => Task.FromResult((200, """{"mcc":"262","mnc":"02"}"""));
        var answer = await Lookup(Hlr()).LookUpAsync(German, null, default);
        Assert.Equal(("Vodafone", true), (answer.Carrier, answer.Ported));
        _provider.Answer = () => Task.FromResult((200, """{"mcc":"262","mnc":"01"}"""));
        Assert.False((await Lookup(Hlr()).LookUpAsync(German, null, default)).Ported);
    }

    [Fact]
    public async Task Who_can_be_no_mobile_subscriber_is_not_asked_for()
    {
        var answer = await Lookup(Hlr()).LookUpAsync("4930123456", null, default);
        Assert.Equal((true, "fixed", "prefix"), (answer.Valid, answer.NumberType, answer.Source));
        Assert.Empty(_provider.Asked);
    }

    [Theory]
    [InlineData(500, "{}")]
    [InlineData(429, "{}")]
    [InlineData(200, "no JSON")]
    [InlineData(200, "")]
    [InlineData(302, "{}")]
    public async Task A_provider_that_fails_is_passed_over_then_left_alone_then_tried_again(int status, string body)
    {
        _provider.Answer = () => Task.FromResult((status, body));
        var lookup = Lookup(Hlr());
        for (var i = 0; i < 3 * Breaker.Failures; i++)
        {
            var answer = await lookup.LookUpAsync($"4917112345{i:D2}", null, default);
            Assert.Equal(("prefix", "T-Mobile"), (answer.Source, answer.Carrier));
        }

        Assert.Equal(Breaker.Failures, _provider.Asked.Count);
        Assert.Contains("\nsms_hlr_open 1\n", Scrape(), StringComparison.Ordinal);
        Assert.Contains($"sms_hlr_requests_total{{outcome=\"skipped\"}} {2 * Breaker.Failures}", Scrape(), StringComparison.Ordinal);
        _time.Move(Breaker.Pause);
        _provider.Answer = () => Task.FromResult((200, """{"mcc":"262","mnc":"02"}"""));
        Assert.Equal("hlr", (await lookup.LookUpAsync(German, null, default)).Source);
        Assert.Contains("\nsms_hlr_open 0\n", Scrape(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(404, "")]
    [InlineData(200, "{}")]
    [InlineData(200, """{"mcc":262,"mnc":1}""")]
    [InlineData(200, """{"mcc":"26","mnc":"01"}""")]
    public async Task A_provider_that_does_not_know_is_no_failure_and_not_asked_again(int status, string body)
    {
        _provider.Answer = () => Task.FromResult((status, body));
        var lookup = Lookup(Hlr());
        for (var i = 0; i < 10; i++)
            Assert.Equal("prefix", (await lookup.LookUpAsync(German, null, default)).Source);
        Assert.Single(_provider.Asked);
        Assert.Contains("sms_hlr_requests_total{outcome=\"unknown\"} 1", Scrape(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_provider_that_is_too_slow_is_not_waited_for()
    {
        var never = new TaskCompletionSource<(int, string)>();
        _provider.Answer = () => never.Task;
        var clock = System.Diagnostics.Stopwatch.StartNew();
        var answer = await Lookup(Hlr(TimeSpan.FromMilliseconds(200))).LookUpAsync(German, null, default);
        Assert.Equal("prefix", answer.Source);
        Assert.InRange(clock.ElapsedMilliseconds, 150, 10_000);
        Assert.Contains("sms_hlr_requests_total{outcome=\"failed\"} 1", Scrape(), StringComparison.Ordinal);
        never.SetResult((404, ""));
    }

    [Fact]
    public async Task A_number_that_is_being_asked_for_is_not_asked_for_twice()
    {
        var answered = new TaskCompletionSource<(int, string)>();
        _provider.Answer = () => answered.Task;
        var lookup = Lookup(Hlr(TimeSpan.FromSeconds(30)));
        var all = Enumerable.Range(0, 20).Select(_ => lookup.LookUpAsync(German, null, default).AsTask()).ToArray();
        answered.SetResult((200, """{"mcc":"262","mnc":"02"}"""));
        Assert.All(await Task.WhenAll(all), answer => Assert.Equal("hlr", answer.Source));
        Assert.Single(_provider.Asked);
    }

    private NumberLookup Lookup(HlrClient? hlr, params LookupSource[] order) => new(new LivePlan(NumberPlan.Shipped), _ported,
        order.Length > 0 ? order : new NumbersConfiguration().Order, hlr, _metrics);

    private HlrClient Hlr(TimeSpan? timeout = null, HlrFields? fields = null) => new(
        new HlrConfiguration { Url = _provider.Url, Key = "secret", Timeout = timeout ?? TimeSpan.FromSeconds(20), Fields = fields ?? new HlrFields() },
        _metrics, _time);

    private string Scrape()
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        _metrics.Write(buffer);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private void Import(string format, string text)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text));
        NumberImport.Prepare(ImportFormat.Load(format), stream, PortedNumbers.Folder(_data));
    }
}
