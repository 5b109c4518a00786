using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Appliance.History;
using Appliance.Records;
using Store;
using Xunit;

namespace Appliance.Tests.Decide;

/// <summary>
/// Seeds of a virtual world with lost answers, dropped sessions, throttling, refusals, backlogs, due times, changes and
/// crashes, and mobiles that write, STOP among it. SIM_SEEDS says how many, SIM_FIRST_SEED where to begin; a seed that fails is named and replays.
/// </summary>
[Collection(AloneCollection.Name)]
public sealed class SimulationTests
{
    private const int Steps = 300;
    private const int CalmSteps = 6000;

    /// <summary>What must come to pass in a run of a hundred worlds, else it proves too little.</summary>
    private static readonly string[] Expected =
    [
        "Held Waiting Append", "Held Notices Append", "Held Awaiting Append", "Held Waiting Renew, Begin, End",
        "Held Scheduled Renew, Begin, End", "Held Notices Renew, Begin, End", "Revived Waiting head",
        "Revived Waiting picked", "Revived Scheduled head", "Revived Scheduled picked", "Revived Notices head",
        "Revived Awaiting head", "Revived Dead head", "Revived 0 head", "Accepted Held", "Accepted HandedOver",
        "Accepted Repeat", "Accepted Part", "Replaced None", "Changed Cancelled", "Changed Erased", "Revived Notices picked", "Changed Due", "Changed Retried",
        "Changed ValidityEnded", "Changed ReceiptMissing", "Changed InDoubtResend", "Changed CarrierDown",
        "Changed Deferred", "Changed NoticeExpired", "Changed NoticesFull",
        "Responded CarrierAccepted", "Responded CarrierAcceptedLast",
        "Responded PermanentError", "Responded NextCarrier", "Responded TransientError", "Responded Throttled",
        "ReceiptParked None", "Refunded None", "Charged None", "BalanceMark",
        "Inbound None", "Noticed InboundTaken", "Changed OptedOut", "OptOut Added", "OptOut Removed",
    ];

    private readonly ConcurrentDictionary<string, byte> _seen = new();

    [Fact]
    public void Every_acknowledged_message_ends_and_is_told_whatever_happens()
    {
        var first = Number("SIM_FIRST_SEED", 1);
        var seeds = Number("SIM_SEEDS", 1500);
        // The pool adds threads to those that are busy for long: each is a world more in memory at a time.
        var options = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount };
        Parallel.For(first, first + seeds, options, seed =>
        {
            try
            {
                foreach (var kind in Run(seed).Log.Kinds()) _seen.TryAdd(kind, 0);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"seed {seed}: {e.Message}", e);
            }
        });
        if (seeds >= 100) Assert.Equal("", string.Join("; ", Expected.Except(_seen.Keys)));
    }

    private static VirtualWorld Run(int seed)
    {
        var world = new VirtualWorld(seed);
        for (var step = 0; step < Steps; step++) world.Step();
        world.IsCalm = true;
        for (var step = 0; step < CalmSteps && !world.IsIdle; step++) world.Step();
        // The last answers were read after the last commit.
        world.Step();

        Assert.True(world.IsIdle, Rest(world));
        Assert.Equal(0, world.Decider.Notices.Account(1).Live);
        Assert.Empty(world.WrongRepeats());
        world.CheckBalance();
        var acknowledged = world.Messages.Values.Where(one => one.Id is not null).ToArray();
        if (world.IsRich) Assert.NotEmpty(acknowledged);
        foreach (var message in acknowledged) Check(world, message);
        var records = world.MobileRecords();
        foreach (var mobile in world.Mobiles) Assert.Null(world.WrongMobile(mobile, records));
        return world;
    }

    private static void Check(VirtualWorld world, VirtualMessage message)
    {
        var id = message.Id!;
        Assert.True(MessageId.TryParse(Encoding.ASCII.GetBytes(id), out var position, out _, out _));
        Assert.True(world.Log.Filed.TryGetValue(position, out var last), $"{id} is not filed: {world.Log.Trace(position)}");
        Assert.Contains(position, world.Log.Indexed);
        if (message.ErasedAt != 0) Assert.True(last == message.ErasedAt, $"{id} went on after it was erased: {world.Log.Trace(position)}");
        var story = Story.Read(world.Log.Read, position, last);
        Assert.True(story is not null, $"the story of {id} breaks: {Chain(world.Log, position, last)}");
        Assert.Equal(message.Parts, story.Parts.Count);
        if (message.WantsReceipt && message.ErasedAt == 0)
            Assert.True(world.Told.Contains(id) || MayBeUntold(world, message, story), $"nobody told of {id}: {world.Log.Trace(position)}");
        // What nobody asked a receipt for ends when a carrier has it.
        var open = story.State == State.Queued || (story.State == State.Submitted && message.Registers);
        Assert.False(open, $"{id} ended as {story.State}: {world.Log.Trace(position)}");
        foreach (var one in story.Events) CheckReceipt(message, story, one);
        if (world.WrongCharge(message, story) is { } wrong) Assert.Fail($"{id} {wrong}: {world.Log.Trace(position)}");
        if (message.Cancelled) Assert.Equal(State.Cancelled, story.State);
        for (var part = 1; part <= message.Parts; part++)
        {
            var at = story.Parts[part - 1].Position;
            var again = story.Events.Count(one => one.Accepted == at && one.Reason == Reason.InDoubtResend);
            // Who lets a dead letter go out again begins anew.
            var begun = 1 + story.Events.Count(one => one.Accepted == at && one.Reason == Reason.Retried);
            Assert.True(again <= 5 * begun, $"{id} was sent again {again} times in doubt, begun {begun} times");
            // Taken twice only where the story says that it may have been.
            Assert.True(message.Taken[part] <= 1 + again, $"{id} was taken {message.Taken[part]} times, {again} flagged");
        }
    }

    /// <summary>A receipt is the message's own, and was waited for long enough where it did not come.</summary>
    private static void CheckReceipt(VirtualMessage message, Story story, StoryEvent one)
    {
        if (one.Kind == RecordKind.Receipt)
            Assert.True(message.ReceiptIds.Contains(one.Text), $"{message.Id} has the receipt of {one.Text}");
        if (one.Reason != Reason.ReceiptMissing) return;
        var taken = story.Events.Last(it => it.Reason == Reason.CarrierAccepted && it.Accepted == one.Accepted);
        Assert.True(one.At - taken.At >= VirtualWorld.ReceiptTimer, $"{message.Id} was given up after {one.At - taken.At} ms");
    }

    /// <summary>The story says why the receipt was not sent, and is right.</summary>
    private static bool MayBeUntold(VirtualWorld world, VirtualMessage message, Story story)
    {
        var last = story.Events[^1];
        if (last.Reason == Reason.Erased) return message.ErasureAsked;
        var final = story.Events.Last(one => one.State is not (State.Queued or State.Submitted) && one != last);
        return last.Reason switch
        {
            Reason.NoticeExpired => (last.At / 1000) - (final.At / 1000) >= world.Decider.Options.NoticeTtl,
            Reason.NoticesFull => world.Decider.Options.NoticesLimit == 4,
            _ => false,
        };
    }

    private static string Rest(VirtualWorld world)
    {
        var table = world.Decider.Ledger.Table;
        var oldest = table.Count == 0 ? "" : $"{table[table.Oldest].Stage} {table[table.Oldest].State}";
        return $"{table.Count} in memory ({oldest}), {world.Decider.Backlog.Lists.Parts} in lists, {world.Log.Awaited} awaited";
    }

    private static string Chain(VirtualLog log, ulong position, ulong last)
    {
        var near = log.Records.Where(one => one.Key >= position && one.Key <= last).Select(one => one.Key);
        var kinds = log.Records.Where(one => one.Key == last).Select(one => (RecordKind)one.Value[0]);
        return $"accepted {position}, last {last} ({string.Join(',', kinds)}), records {string.Join(' ', near.Take(9))}";
    }

    private static int Number(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var number)
            ? number
            : otherwise;
}
