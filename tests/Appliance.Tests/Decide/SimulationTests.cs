using System.Globalization;
using System.Text;
using Appliance.History;
using Appliance.Records;
using Store;
using Xunit;

namespace Appliance.Tests.Decide;

/// <summary>
/// Seeds of a virtual world with lost answers, dropped sessions, throttling, refusals and crashes. SIM_SEEDS says how
/// many, SIM_FIRST_SEED where to begin; a seed that fails is named and replays.
/// </summary>
public sealed class SimulationTests
{
    private const int Steps = 300;
    private const int CalmSteps = 4000;

    [Fact]
    public void Every_acknowledged_message_ends_and_is_told_whatever_happens()
    {
        var first = Number("SIM_FIRST_SEED", 1);
        var seeds = Number("SIM_SEEDS", 150);
        for (var seed = first; seed < first + seeds; seed++)
        {
            try
            {
                Run(seed);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"seed {seed}: {e.Message}", e);
            }
        }
    }

    private static void Run(int seed)
    {
        var world = new VirtualWorld(seed);
        for (var step = 0; step < Steps; step++) world.Step();
        world.IsCalm = true;
        for (var step = 0; step < CalmSteps && world.Decider.Ledger.Table.Count > 0; step++) world.Step();
        // The last answers were read after the last commit.
        world.Step();

        var table = world.Decider.Ledger.Table;
        var oldest = table.Count == 0 ? "" : $"{table[table.Oldest].Stage} {table[table.Oldest].State}";
        Assert.True(table.Count == 0, $"{table.Count} messages never end; the oldest is {oldest}");
        Assert.Equal(0, world.Decider.Notices.Account(1).Live);
        Assert.NotEmpty(world.Acknowledged);
        foreach (var (token, id) in world.Acknowledged)
        {
            Assert.Contains(id, world.Told);
            Assert.True(MessageId.TryParse(Encoding.ASCII.GetBytes(id), out var position, out _, out _));
            Assert.True(world.Log.Finished.TryGetValue(position, out var last), $"{id} is not filed");
            var story = Story.Read(world.Log.Read, position, last);
            Assert.True(story is not null, $"the story of {id} breaks: {Chain(world.Log, position, last)}");
            Assert.True(story.State is not (State.Queued or State.Submitted), $"{id} ended as {story.State}");
            var doubts = story.Events.Count(one => one.Reason == Reason.InDoubtResend);
            // Taken twice only where the story says that it may have been.
            Assert.InRange(world.Taken.GetValueOrDefault(token), 0, 1 + doubts);
        }
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
