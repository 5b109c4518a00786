namespace Store.Tests;

/// <summary>A new empty folder that goes away with the test.</summary>
internal sealed class Folder : IDisposable
{
    internal string Path { get; } = Directory.CreateTempSubdirectory("store-test-").FullName;

    internal string File(string name) => System.IO.Path.Combine(Path, name);

    internal JournalOptions Options => new() { Path = File("journal"), Node = 7, LogWriteBuffer = 8 << 20 };

    /// <summary>The files of the journal with an extension, the oldest first.</summary>
    internal string[] Files(string extension) =>
        [.. Directory.GetFiles(File("journal"), "*" + extension).Order(StringComparer.Ordinal)];

    /// <summary>The journal's files as a kill at this moment would leave them: the page cache outlives a process. The
    /// logs last, for what is in a table is no longer in them. Only while no table file comes or goes.</summary>
    internal void CopyJournal(string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.GetFiles(File("journal")).Order().OrderBy(f => f.EndsWith(".log")))
        {
            System.IO.File.Copy(file, System.IO.Path.Combine(to, System.IO.Path.GetFileName(file)));
        }
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
