using System.Globalization;
using Appliance.Decide;
using Codec;
using Xunit;

namespace Appliance.Tests.Decide;

/// <summary>Messages whose history is not there when they are to go on, and wishes there is no room for.</summary>
public sealed class LostMessageTests
{
    private static readonly Route[] ToOne = [new("", [1])];

    [Fact]
    public void A_message_that_cannot_be_read_back_becomes_a_dead_letter_and_is_counted()
    {
        var stage = new DecideRig(Options());
        var lost = new List<ulong>();
        stage.Decider.Lost = lost.Add;
        var sender = stage.Submit("49151000001", "text", due: Seconds(stage) + 5);
        stage.Commit();
        Forget(stage, sender.Position);
        stage.Pass(10_000);
        Assert.Equal([sender.Position], lost);
        Assert.Equal(1, stage.Decider.Unreadable);
        Assert.Equal([sender.Position], stage.Log.Dead());
        Assert.Equal(0, stage.Decider.Ledger.Table.Count + stage.Decider.Backlog.Lists.Parts);
        Assert.Equal(0, stage.Decider.Notices.Account(1).Live);
    }

    [Fact]
    public void One_that_expires_outside_memory_and_cannot_be_read_is_not_forgotten_either()
    {
        // Enough waits in memory that the last one goes to its carrier's list.
        var stage = new DecideRig(Options() with { MostWaiting = 1, MemoryMessages = 1200 });
        for (var i = 0; i < 1000; i++) stage.Submit("49151000001", "text");
        stage.Commit();
        var sender = stage.Submit("49151000001", "text", validity: 5);
        stage.Commit();
        Assert.Equal(MessageTable.None, stage.Decider.Ledger.Table.Find(sender.Position));
        Forget(stage, sender.Position);
        stage.Pass(10_000);
        Assert.Equal([sender.Position], stage.Log.Dead());
    }

    [Fact]
    public void A_dead_letter_whose_content_is_gone_says_so_when_it_is_retried()
    {
        var stage = new DecideRig(Options());
        var link = stage.Bind(1);
        var sender = stage.Submit("49151000001", "text");
        stage.Commit();
        stage.AnswerAll(link, CommandStatus.ESME_RINVDSTADR);
        stage.Commit();
        Assert.Equal([sender.Position], stage.Log.Dead());
        Forget(stage, sender.Position);
        var retried = stage.Change(EventKind.RetryDead, sender.Position);
        stage.Commit();
        Assert.Equal(ChangeResult.Gone, retried.Result);
        var dropped = stage.Change(EventKind.DropDead, sender.Position);
        stage.Commit();
        Assert.Equal(ChangeResult.Done, dropped.Result);
        Assert.Empty(stage.Log.Dead());
    }

    [Fact]
    public void A_wish_for_which_memory_has_no_room_is_answered_within_seconds()
    {
        var stage = new DecideRig(DecideRig.Options(1000, ToOne, DecideRig.Carrier(1, 700)));
        var link = stage.Bind(1);
        var sender = stage.Submit("49151000001", "text", due: Seconds(stage) + 500);
        for (var i = 0; i < 600; i++)
            stage.Submit(string.Create(CultureInfo.InvariantCulture, $"49151{i:D6}"), "text");
        stage.Commit();
        Assert.Equal(600, DecidingStage.Written(link).Count);
        var cancelled = stage.Change(EventKind.Cancel, sender.Position);
        stage.Commit();
        Assert.Null(cancelled.Result);
        stage.Pass(7000);
        Assert.Equal(ChangeResult.Busy, cancelled.Result);
    }

    [Fact]
    public void Wishes_wait_for_room_only_so_many()
    {
        var stage = new DecideRig(DecideRig.Options(1000, ToOne, DecideRig.Carrier(1, 700)));
        stage.Bind(1);
        var sender = stage.Submit("49151000001", "text", due: Seconds(stage) + 500);
        for (var i = 0; i < 600; i++)
            stage.Submit(string.Create(CultureInfo.InvariantCulture, $"49151{i:D6}"), "text");
        stage.Commit();
        var wishes = Enumerable.Range(0, 1500).Select(_ => stage.Change(EventKind.Cancel, sender.Position)).ToArray();
        stage.Commit();
        Assert.Equal(500, wishes.Count(wish => wish.Result == ChangeResult.Busy));
    }

    [Fact]
    public void The_oldest_message_is_found_a_few_at_a_time_though_some_leave_meanwhile()
    {
        var table = new MessageTable(10_000);
        ulong Frame(int number) => ((ulong)number + 1) << 16;
        for (var i = 0; i < 5000; i++) table.Add(Frame(i + 1000));
        // It was outside memory: its anchor is newer than it is.
        var old = table.Add(Frame(7), Frame(9000));
        Assert.False(table.TryFindOldest(100, out _));
        for (var i = 0; i < 2000; i++) table.Remove(table.Oldest);
        var older = table.Add(Frame(3), Frame(9001));
        ulong oldest;
        var calls = 1;
        while (!table.TryFindOldest(100, out oldest)) calls++;
        Assert.Equal(Frame(3), oldest);
        Assert.InRange(calls, 20, 60);
        table.Remove(old);
        table.Remove(older);
        Assert.True(table.TryFindOldest(1, out oldest));
        Assert.Equal(table.OldestAnchor, oldest);
    }

    private static DeciderOptions Options() => DecideRig.Options(2000, ToOne, DecideRig.Carrier(1));

    private static uint Seconds(DecideRig stage) => (uint)(stage.Now / 1000);

    private static void Forget(DecideRig stage, ulong position) =>
        ((IDictionary<ulong, byte[]>)stage.Log.Records).Remove(position);
}
