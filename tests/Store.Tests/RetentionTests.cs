using Xunit;

namespace Store.Tests;

public sealed class RetentionTests
{
    [Fact]
    public void Whole_files_before_a_position_go_and_positions_go_on()
    {
        using var folder = new Folder();
        var options = folder.Options with { LogWriteBuffer = 1 << 20, Compression = LogCompression.None };
        var positions = new List<ulong>();
        using (var journal = Journal.Open(options))
        {
            for (var i = 0; i < 60_000; i++)
            {
                positions.Add(journal.Append(JournalTests.Content(200)));
                if (i % 100 == 99)
                {
                    journal.Commit();
                }
            }
            for (var family = 0; family < 3; family++)
            {
                journal.Database.Flush(family);
            }
            // Level 0 is moved down by the background; what is there stays until it has been.
            var middle = positions[positions.Count / 2];
            Assert.True(SpinWait.SpinUntil(() =>
            {
                journal.DropBefore(middle);
                return JournalTests.Scan(journal, 0).Count < positions.Count * 3 / 4;
            }, TimeSpan.FromSeconds(30)));
            var left = JournalTests.Scan(journal, 0).Select(r => r.Position).ToList();
            Assert.InRange(left.Count, positions.Count / 2, positions.Count * 3 / 4);
            Assert.Equal(positions.Where(p => p >= middle), left.Where(p => p >= middle));
            Assert.Empty(left.Except(positions));
            journal.DropBefore(journal.NextPosition);
            Assert.Empty(JournalTests.Scan(journal, 0).Select(r => r.Position).Except(left));
        }
        File.Delete(folder.File("journal/WATERMARK"));
        using var again = Journal.Open(options);
        Assert.True(again.NextPosition > positions[^1]);
    }
}
