using System.Globalization;
using Store.Native;
using Xunit;

namespace Store.Tests;

/// <summary>What flush and compaction take from the threads that messages wait for.</summary>
public sealed class BackgroundThreadsTests
{
    /// <summary>proc(5): the name is in brackets and may hold blanks; niceness is field 19, the one after the name 3.</summary>
    private const int AfterName = 19 - 3;

    [Fact]
    public void The_librarys_threads_give_way_once_a_journal_is_open()
    {
        using var folder = new Folder();
        using var journal = Journal.Open(new JournalOptions { Path = folder.Path });
        var threads = Directory.GetDirectories("/proc/self/task").Select(Niceness).ToList();
        Assert.Contains(threads, one => one.Name.StartsWith("rocksdb:", StringComparison.Ordinal));
        var (_, usual) = Niceness("/proc/thread-self");
        Assert.All(threads.Where(one => one.Name.StartsWith("rocksdb:", StringComparison.Ordinal)),
            one => Assert.Equal(Math.Max(10, usual), one.Niceness));
    }

    [Fact]
    public void Files_go_past_the_page_cache_where_the_file_system_lets_them_and_the_probe_is_gone()
    {
        using var folder = new Folder();
        Assert.True(DirectFiles.WorkIn(folder.Path));
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
        Assert.False(DirectFiles.WorkIn(Path.Combine(folder.Path, "absent")));
        Assert.False(DirectFiles.WorkIn("/proc/self"));
    }

    private static (string Name, int Niceness) Niceness(string task)
    {
        try
        {
            var name = File.ReadAllText(Path.Combine(task, "comm")).Trim();
            var stat = File.ReadAllText(Path.Combine(task, "stat"));
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return (name, int.Parse(fields[AfterName], CultureInfo.InvariantCulture));
        }
        catch (IOException)
        {
            return ("ended", 0);
        }
    }
}
