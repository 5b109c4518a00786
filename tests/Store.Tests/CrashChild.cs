using System.Buffers.Binary;
using System.Globalization;

namespace Store.Tests;

/// <summary>
/// The process that the crash tests kill: it appends numbered records without end and, after each commit, says on
/// standard output how far it has come. Run by hand it does nothing but print its usage.
/// </summary>
public static class CrashChild
{
    public static int Main(string[] args)
    {
        if (args is not ["append", var path, var seed])
        {
            Console.Error.WriteLine("usage: Store.Tests append FOLDER SEED");
            return 2;
        }
        Append(path, int.Parse(seed, CultureInfo.InvariantCulture));
        return 0;
    }

    /// <summary>Record n is: n (8 bytes) and then n % 300 bytes of n's low byte.</summary>
    internal static byte[] Record(long n)
    {
        var record = new byte[8 + (n % 300)];
        record.AsSpan(8).Fill((byte)n);
        BinaryPrimitives.WriteInt64LittleEndian(record, n);
        return record;
    }

    private static void Append(string path, int seed)
    {
        using var journal = Journal.Open(new JournalOptions { Path = path, Node = 7, LogWriteBuffer = 1 << 20 });
        using var finished = new FinishedIndex(journal);
        var random = new Random(seed);
        var next = journal.GetMeta("count"u8) is { } count ? BinaryPrimitives.ReadInt64LittleEndian(count) : 0;
        using var output = new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true };
        var value = new byte[8];
        while (true)
        {
            for (var i = random.Next(1, 400); i > 0; i--)
            {
                var position = journal.Append(Record(next++));
                finished.Add(position, position + 1);
            }
            BinaryPrimitives.WriteInt64LittleEndian(value, next);
            journal.PutMeta("count"u8, value);
            journal.Commit();
            output.WriteLine(next);
            if (random.Next(20) == 0)
            {
                finished.Rotate();
            }
        }
    }
}
