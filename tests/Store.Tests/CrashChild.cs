using System.Buffers.Binary;
using System.Globalization;

namespace Store.Tests;

/// <summary>
/// The process that the crash tests kill, or whose disk they fill: it appends numbered records without end and, after
/// each commit, says on standard output how far it has come. Run by hand it does nothing but print its usage.
/// </summary>
public static class CrashChild
{
    public static int Main(string[] args)
    {
        if (args is not ["append" or "fill", var path, var seed])
        {
            Console.Error.WriteLine("usage: Store.Tests append|fill FOLDER SEED");
            return 2;
        }
        var options = new JournalOptions { Path = path, Node = 7, LogWriteBuffer = 1 << 20, MaxWal = 8 << 20 };
        var random = new Random(int.Parse(seed, CultureInfo.InvariantCulture));
        if (args[0] == "fill")
        {
            // What is not compressible fills the disk sooner, and flushes meet it full as well as the log does.
            return Fill(options with { Compression = LogCompression.None }, random);
        }
        using var output = Output();
        Append(options, random, output, _ => { });
        return 0;
    }

    private static StreamWriter Output() => new(Console.OpenStandardOutput()) { AutoFlush = true };

    /// <summary>
    /// Appends until the disk is full, says so, waits for a line on standard input, and then tries everything again
    /// that
    /// must still be refused.
    /// </summary>
    private static int Fill(JournalOptions options, Random random)
    {
        using var output = Output();
        Journal? journal = null;
        StoreException? first = null;
        try
        {
            Append(options, random, output, opened => journal = opened);
        }
        catch (StoreException error)
        {
            first = error;
        }
        output.WriteLine($"failed {first!.Fault}");
        Console.In.ReadLine();
        foreach (var call in (Action[])[() => journal!.Commit(), () => journal!.Append(Record(1)), () =>
            journal!.PutMeta("x"u8, "y"u8), () => journal!.DropBefore(journal.NextPosition)])
        {
            try
            {
                call();
                output.WriteLine("a call went through");
                return 1;
            }
            catch (StoreException error) when (error == first)
            {
            }
        }
        journal!.Dispose();
        output.WriteLine("refused");
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

    private static void Append(JournalOptions options, Random random, StreamWriter output, Action<Journal> opened)
    {
        var journal = Journal.Open(options);
        opened(journal);
        using var finished = new FinishedIndex(journal);
        using var history = new HistoryIndex(journal);
        using var awaiting = new KeyIndex(journal, KeyIndexFamily.Awaiting);
        var next = Recover(journal, finished, history, awaiting);
        var value = new byte[8];
        while (true)
        {
            for (var i = random.Next(1, 400); i > 0; i--)
            {
                var position = journal.Append(Record(next));
                finished.Add(position, position + 1);
                history.Add((ushort)(1 + (next % 3)), Key(next), position);
                awaiting.Put(Key(next), new KeyedEntry(position, (ulong)next, 0), position);
                next++;
            }
            BinaryPrimitives.WriteInt64LittleEndian(value, next);
            journal.PutMeta("count"u8, value);
            journal.Commit();
            output.WriteLine(next);
            if (random.Next(20) == 0)
            {
                finished.Rotate();
                awaiting.Rotate();
                history.Rotate(TimeSpan.Zero);
                Checkpoint(journal, finished, history, awaiting);
            }
        }
    }

    internal static ulong Key(long n) => (ulong)(n + 1) * 0x9E3779B97F4A7C15UL;

    private static void Checkpoint(Journal journal, FinishedIndex finished, HistoryIndex history, KeyIndex awaiting)
    {
        var floor = Math.Min(Math.Min(finished.UnflushedFloor, history.UnflushedFloor), awaiting.UnflushedFloor);
        var value = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(value, Math.Min(floor, journal.NextPosition));
        journal.PutMeta("checkpoint"u8, value); // goes with the next commit
    }

    /// <summary>Adds to the indexes again what the log has from the checkpoint on. Returns the next record's number.
    /// </summary>
    internal static long Recover(Journal journal, FinishedIndex finished, HistoryIndex history, KeyIndex awaiting)
    {
        var from = journal.GetMeta("checkpoint"u8) is { } checkpoint
            ? BinaryPrimitives.ReadUInt64LittleEndian(checkpoint) : 0;
        using var scanner = journal.Scan(from);
        while (scanner.MoveNext())
        {
            var n = BinaryPrimitives.ReadInt64LittleEndian(scanner.Record);
            finished.Add(scanner.Position, scanner.Position + 1);
            history.Add((ushort)(1 + (n % 3)), Key(n), scanner.Position);
            awaiting.Put(Key(n), new KeyedEntry(scanner.Position, (ulong)n, 0), scanner.Position);
        }
        return journal.GetMeta("count"u8) is { } count ? BinaryPrimitives.ReadInt64LittleEndian(count) : 0;
    }
}
