namespace EndToEnd.Tests.Harness;

/// <summary>What disks and people do to files.</summary>
internal static class Damage
{
    /// <summary>Changes a bit.</summary>
    public static void Flip(string file, long at)
    {
        using var stream = new FileStream(file, FileMode.Open);
        stream.Position = at;
        var value = stream.ReadByte();
        stream.Position = at;
        stream.WriteByte((byte)(value ^ 0x40));
    }

    public static void Cut(string file, long length)
    {
        using var stream = new FileStream(file, FileMode.Open);
        stream.SetLength(length);
    }

    /// <summary>Makes a run of bytes zeros.</summary>
    public static void Zero(string file, long at, int count)
    {
        using var stream = new FileStream(file, FileMode.Open);
        var end = Math.Min(stream.Length, at + count);
        stream.Position = at;
        stream.Write(new byte[Math.Max(0, end - at)]);
    }

    /// <summary>Gives two files each other's content.</summary>
    public static void Swap(string one, string other)
    {
        var (first, second) = (File.ReadAllBytes(one), File.ReadAllBytes(other));
        File.Delete(one);
        File.Delete(other);
        File.WriteAllBytes(one, second);
        File.WriteAllBytes(other, first);
    }
}
