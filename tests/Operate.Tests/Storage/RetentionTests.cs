using Appliance.Operate.Storage;
using Appliance.Records;
using Microsoft.Extensions.Logging.Abstractions;
using Store;

namespace Operate.Tests.Storage;

public sealed class RetentionTests : IDisposable
{
    private const long Day = 86_400_000;
    private const long Start = 20_000 * Day;

    private readonly DataFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_place_of_a_time_is_found_to_the_frame()
    {
        using var journal = _folder.Open();
        Assert.Equal(Position.None, Retention.FirstSince(journal, Start));
        var positions = new List<ulong>();
        for (var i = 0; i < 2000; i++)
        {
            positions.Add(DataFolder.Accept(journal, Start + (i * 1000)));
            if (i % 7 == 0) journal.Append([(byte)RecordKind.ReceiptParked, 0, 0, 0]);
            if (i % 10 == 0) journal.Commit();
        }

        journal.Commit();
        for (var i = 0; i < 2000; i += 37)
        {
            var found = Retention.FirstSince(journal, Start + (i * 1000));
            // All before it is older, and no more than a frame or two of what is older stays.
            Assert.True(found <= positions[i], $"message {i}");
            Assert.InRange(Position.Frame(positions[i]) - Position.Frame(found), 0UL, i < 80 ? 3UL : 2UL);
        }

        Assert.Equal(Position.None, Retention.FirstSince(journal, Start - 1));
        Assert.InRange(Retention.FirstSince(journal, Start + (100 * Day)), Position.OfFrame(
            Position.Frame(positions[^1]) - 1), positions[^1]);
    }

    [Fact]
    public void What_is_old_goes_and_what_a_restart_needs_stays()
    {
        using var journal = _folder.Open();
        var positions = Enumerable.Range(0, 40_000).Select(i => Accept(journal, i)).ToArray();
        journal.Commit();
        var needed = positions[5_000];
        var retention = new Retention(journal, days: 2, () => needed, NullLogger.Instance);
        // 40 days of 1,000 messages each; the last is written on day 40.
        var now = Start + (40 * Day);
        retention.Run(now);
        Assert.True(Kept(positions[5_000]));
        Assert.False(Kept(positions[0]));
        Assert.Equal((now - (2 * Day)) / 1000.0, retention.KeptSince);
        needed = ulong.MaxValue;
        // Whole files go: which they are depends on what has been compacted into one by then.
        Assert.InRange(Retention.FirstSince(journal, now - (2 * Day)), positions[37_000], positions[38_000]);
        retention.Run(now);
        Assert.All(positions[38_000..], position => Assert.True(Kept(position)));

        bool Kept(ulong position) => journal.Read(position, []) > 0;
    }

    [Fact]
    public void A_clock_that_went_back_between_two_starts_keeps_more_not_less()
    {
        using var journal = _folder.Open();
        var late = Enumerable.Range(0, 1000).Select(i => Accept(journal, i + 5000)).ToArray();
        var back = Enumerable.Range(0, 1000).Select(i => Accept(journal, i + 2000)).ToArray();
        journal.Commit();
        // Everything but the second half is younger than day 5: nothing young may be in front of the place.
        var found = Retention.FirstSince(journal, Start + (5 * Day));
        Assert.True(found <= late[0] || found > late[^1]);
        Assert.NotEmpty(back);
    }

    private static ulong Accept(Journal journal, int number)
    {
        var position = DataFolder.Accept(journal, Start + (number * (Day / 1000)), 200);
        if (number % 200 == 0) journal.Commit();
        return position;
    }
}
