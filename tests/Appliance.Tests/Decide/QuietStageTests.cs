using Appliance.Decide;
using Appliance.Policy;
using Appliance.Policy.Hours;
using Appliance.Records;
using Codec;
using Xunit;

namespace Appliance.Tests.Decide;

/// <summary>Quiet hours that begin while a message waits: it is not sent in them.</summary>
public sealed class QuietStageTests
{
    private const string Number = "447700900001";

    // 2023-11-14, a Tuesday, 22:13:20 UTC, which is London's time then; it is quiet from 22:14 to 22:16.
    private static readonly QuietHoursRule Night = new()
    {
        Name = "night",
        Classes = MessageClasses.Promotional,
        Quiet = [new QuietWindow(DayOfWeek.Tuesday, (22 * 60) + 14, (22 * 60) + 16)],
        TimeZone = "Europe/London",
    };

    private readonly DecideRig _rig = new(Options(Night));

    [Theory]
    [InlineData(1, false)]
    [InlineData(3, false)]
    [InlineData(3, true)]
    public void What_waited_for_its_carrier_until_it_is_quiet_waits_for_the_end(int parts, bool restarts)
    {
        _rig.Submit(Number, "a sale", parts: parts, messageClass: MessageClass.Promotional);
        _rig.Submit(Number, "a code", messageClass: MessageClass.Otp);
        _rig.Commit();
        _rig.Pass(60_000, step: 1000);
        var carrier = _rig.Bind(1);
        _rig.Pass(1000);
        var code = Assert.Single(DecidingStage.Written(carrier));
        Assert.Equal("a code", code.Text);
        _rig.Answer(carrier, code.Sequence);
        _rig.Commit();
        Assert.Equal(1, _rig.Decider.Dispatch.PutOffCount);
        Assert.Equal(parts, _rig.Log.Kinds().Count(kind => kind == "Changed QuietHours"));
        Structure.Check(_rig.Decider, _rig.Log);
        if (restarts)
        {
            _rig.Restart(Options(Night));
            carrier = _rig.Bind(1);
        }

        Structure.Check(_rig.Decider, _rig.Log);
        _rig.Pass(95_000, step: 100);
        Assert.Empty(DecidingStage.Written(carrier));
        _rig.Pass(10_000, step: 100);
        Assert.Equal(parts, DecidingStage.Written(carrier).Count(written => written.Text == "a sale"));
    }

    [Fact]
    public void What_expires_before_the_end_expires_when_it_would_have_without_quiet_hours()
    {
        _rig.Submit(Number, "a flash sale", validity: 90, messageClass: MessageClass.Promotional);
        _rig.Commit();
        _rig.Pass(60_000, step: 1000);
        var carrier = _rig.Bind(1);
        _rig.Pass(28_000, step: 100);
        Assert.Equal(0, _rig.Count(State.Expired));
        _rig.Pass(5_000, step: 100);
        Assert.Equal(1, _rig.Count(State.Expired));
        Assert.Empty(DecidingStage.Written(carrier));
    }

    [Fact]
    public void What_is_tried_again_in_quiet_hours_waits_and_half_a_message_that_is_out_does_not()
    {
        var carrier = _rig.Bind(1);
        _rig.Submit("447700900002", "tried", messageClass: MessageClass.Promotional);
        _rig.Submit(Number, "half out", parts: 2, messageClass: MessageClass.Promotional);
        _rig.Commit();
        _rig.Pass(39_900, step: 100);
        var written = DecidingStage.Written(carrier);
        Assert.Equal(3, written.Count);
        // One is refused for the time being, of two parts the one is taken and the other is not.
        _rig.Answer(carrier, written[0].Sequence, CommandStatus.ESME_RSYSERR);
        _rig.Answer(carrier, written[1].Sequence);
        _rig.Answer(carrier, written[2].Sequence, CommandStatus.ESME_RSYSERR);
        _rig.Commit();
        _rig.Pass(10_000, step: 100);
        var half = Assert.Single(DecidingStage.Written(carrier));
        Assert.Equal("half out", half.Text);
        _rig.Answer(carrier, half.Sequence);
        _rig.Pass(120_000, step: 100);
        Assert.Equal("tried", Assert.Single(DecidingStage.Written(carrier)).Text);
    }

    [Fact]
    public void Other_rules_count_for_what_waits()
    {
        _rig.Submit(Number, "a sale", messageClass: MessageClass.Promotional);
        _rig.Commit();
        _rig.Pass(60_000, step: 1000);
        _rig.Decider.Dispatch.Quiet.Replace(Tables());
        var carrier = _rig.Bind(1);
        _rig.Pass(1000);
        Assert.Single(DecidingStage.Written(carrier));
    }

    private static PolicyTables Tables(params QuietHoursRule[] rules) =>
        new(new PolicyRules { QuietHours = rules }, new Dictionary<string, ushort> { ["a"] = 1 });

    private static DeciderOptions Options(params QuietHoursRule[] rules) =>
        DecideRig.Options(10_000, [new Route("", [1])], DecideRig.Carrier(1)) with { Policy = Tables(rules) };
}
