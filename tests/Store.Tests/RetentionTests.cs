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
            var middle = positions[positions.Count / 2];
            journal.DropBefore(middle);
            var left = JournalTests.Scan(journal, 0).Select(r => r.Position).ToList();
            Assert.InRange(left.Count, positions.Count / 2, positions.Count * 3 / 4);
            Assert.Equal(positions[^left.Count..], left);
            // A file that is being compacted stays for the next time.
            Assert.True(SpinWait.SpinUntil(() =>
            {
                journal.DropBefore(journal.NextPosition);
                return JournalTests.Scan(journal, 0).Count == 0;
            }, TimeSpan.FromSeconds(30)));
        }
        File.Delete(folder.File("journal/WATERMARK"));
        using var again = Journal.Open(options);
        Assert.True(again.NextPosition > positions[^1]);
    }
}
