namespace Micro;

/// <summary>The PDUs that every compared codec reads and writes: samples.txt, a name and octets a line.</summary>
internal static class Samples
{
    private static readonly Dictionary<string, byte[]> All =
        File.ReadLines(Path.Combine(AppContext.BaseDirectory, "samples.txt"))
            .Select(line => line.Split(' '))
            .ToDictionary(parts => parts[0], parts => Convert.FromHexString(parts[1]));

    public static byte[] Get(string name) => All[name];
}
