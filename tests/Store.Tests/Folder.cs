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

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
