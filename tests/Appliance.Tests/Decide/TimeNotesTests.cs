using Appliance.Act;
using Appliance.Decide;
using Xunit;

namespace Appliance.Tests.Decide;

/// <summary>What the journal knows of the time, for a start to compare the wall clock with.</summary>
public sealed class TimeNotesTests
{
    [Fact]
    public void The_time_is_noted_each_minute_and_records_after_it_count_too()
    {
        var stage = Stage();
        stage.Pass(130_000, step: 1000);
        var noted = stage.Log.Fact(TimeNotes.Key)!;
        Assert.InRange(stage.Now - TimeNotes.Newest(noted, 0), 0, 61_000);
        Assert.Equal(stage.Now + 5, TimeNotes.Newest(noted, stage.Now + 5));
    }

    [Fact]
    public void A_start_reads_the_newest_time_of_the_records_after_the_note()
    {
        var stage = Stage();
        stage.Pass(61_000, step: 1000);
        stage.Now += 20_000;
        stage.Submit("49151", "text");
        stage.Commit();
        var noted = stage.Log.Fact(TimeNotes.Key);
        Assert.Equal(stage.Now, NewestFrom(stage, TimeNotes.From(noted)));
        Assert.Equal(0, NewestFrom(stage, stage.Log.NextPosition));
    }

    [Fact]
    public void What_an_operator_accepts_counts_more_than_records_of_a_wrong_time_until_the_next_start()
    {
        var stage = Stage();
        stage.Pass(61_000, step: 1000);
        var told = new VirtualSender();
        stage.Event(EventKind.ClockAccepted, told, (ref Slot slot) => slot.Position = 1_600_000_000_000);
        stage.Commit();
        stage.Pass(130_000, step: 1000);
        Assert.Equal(ChangeResult.Done, told.Result);
        Assert.Equal(1_600_000_000_000, TimeNotes.Newest(stage.Log.Fact(TimeNotes.Key), stage.Now));
    }

    [Fact]
    public void Without_a_note_the_records_say_what_time_it_was() =>
        Assert.Equal(12, TimeNotes.Newest(null, 12));

    private static long NewestFrom(DecideRig stage, ulong position)
    {
        var recovery = new Decider(Options(), stage.Log, stage.Log, new ActStage(stage.Log, new(1024), static _ => { })).RecoveryOf(position);
        recovery.Begin();
        foreach (var (at, record) in stage.Log.Records.ToArray()) recovery.Apply(at, record);
        return recovery.Newest;
    }

    private static DeciderOptions Options() =>
        DecideRig.Options(2000, [new("", [1])], DecideRig.Carrier(1));

    private static DecideRig Stage() => new(Options());
}
