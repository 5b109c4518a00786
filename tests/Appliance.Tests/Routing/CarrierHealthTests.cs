using Appliance.Routing.Live;
using Xunit;

namespace Appliance.Tests.Routing;

/// <summary>When carriers lose traffic, and how they get it back.</summary>
public class CarrierHealthTests
{
    private const long Start = 1_777_464_000_000;

    private readonly CarrierHealth _health = new(new HealthOptions());
    private long _now = Start;

    public CarrierHealthTests() => _health.Bound(Start);

    [Fact]
    public void A_carrier_without_a_session_gets_nothing()
    {
        Assert.Equal(0, new CarrierHealth(new HealthOptions()).Factor(Start));
        Assert.Equal(1, _health.Factor(Start));
        _health.Unbound();
        Assert.Equal(0, _health.Factor(Start));
    }

    /// <summary>At each rate of messages a second.</summary>
    [Theory]
    [InlineData(1, CarrierAnswer.Failed, 10)]
    [InlineData(10, CarrierAnswer.Failed, 10)]
    [InlineData(1000, CarrierAnswer.Failed, 10)]
    [InlineData(1000, CarrierAnswer.Throttled, 10)]
    [InlineData(10, CarrierAnswer.Good, 6_000)]
    public void Traffic_is_gone_within_ten_seconds(int rate, CarrierAnswer answer, long took)
    {
        Run(rate, 60_000, CarrierAnswer.Good, 10);
        Assert.Equal(1, _health.Factor(_now));
        var from = _now;
        while (_health.Factor(_now) > 0) Answer(answer, took, 1000 / rate);
        Assert.InRange(_now - from, 0, 10_000);
    }

    [Fact]
    public void Half_of_the_answers_bad_are_enough()
    {
        Run(100, 10_000, CarrierAnswer.Good, 10);
        var from = _now;
        for (var i = 0; _health.Factor(_now) > 0; i++)
            Answer(i % 5 < 3 ? CarrierAnswer.Failed : CarrierAnswer.Good, 10, 10);
        Assert.InRange(_now - from, 0, 10_000);
    }

    [Fact]
    public void A_carrier_that_does_not_answer_loses_its_traffic()
    {
        _health.Sent(_now);
        Assert.Equal(1, _health.Factor(_now + 5_000));
        Assert.Equal(0, _health.Factor(_now + 5_001));
        // Nor does it get it back while it goes on: the pause doubles.
        var open = 0;
        for (var at = _now + 5_001; at < _now + 120_000; at += 100) open += _health.Factor(at) > 0 ? 1 : 0;
        Assert.Equal(0, open);
        Assert.Equal(5, _health.Cuts);
    }

    [Fact]
    public void Refusals_for_the_message_itself_do_not_count()
    {
        Run(100, 20_000, CarrierAnswer.Refused, 10);
        Assert.Equal(1, _health.Factor(_now));
    }

    [Fact]
    public void A_few_bad_answers_do_not_count()
    {
        for (var i = 0; i < 10_000; i++) Answer(i % 5 == 0 ? CarrierAnswer.Failed : CarrierAnswer.Good, 10, 10);
        Assert.Equal(0, _health.Cuts);
    }

    [Fact]
    public void Traffic_comes_back_gradually()
    {
        Run(10, 1_000, CarrierAnswer.Failed, 10);
        Assert.Equal(0, _health.Factor(_now));
        var back = _now;
        while (_health.Factor(back) == 0) back += 10;
        Assert.InRange(back - _now, 3_000, 5_000);
        var last = 0.0;
        for (var at = back; at <= back + 30_000; at += 100)
        {
            var factor = _health.Factor(at);
            Assert.InRange(factor - last, 0, 0.03);
            last = factor;
        }

        Assert.Equal(1, last);
    }

    [Fact]
    public void Each_relapse_doubles_the_pause()
    {
        var pauses = new List<long>();
        while (pauses.Count < 6)
        {
            Run(10, 1_000, CarrierAnswer.Failed, 10);
            var from = _now;
            while (_health.Factor(_now) == 0) _now += 100;
            pauses.Add((long)Math.Round((_now - from) / 1000.0));
        }

        Assert.Equal([5, 10, 20, 40, 60, 60], pauses.Select(pause => pause is 4 or 9 or 19 or 39 or 59 ? pause + 1 : pause));
    }

    [Fact]
    public void A_new_session_begins_slowly()
    {
        _health.Unbound();
        _health.Bound(Start + 1000);
        Assert.Equal(0.02, _health.Factor(Start + 1000), 0.001);
        Assert.Equal(0.52, _health.Factor(Start + 16_000), 0.001);
        Assert.Equal(1, _health.Factor(Start + 31_000));
    }

    private void Run(int rate, long milliseconds, CarrierAnswer answer, long took)
    {
        for (var until = _now + milliseconds; _now < until;) Answer(answer, took, 1000 / rate);
    }

    private void Answer(CarrierAnswer answer, long took, long after)
    {
        _health.Sent(_now);
        _now += after;
        _health.Answered(answer, took, _now);
    }
}
