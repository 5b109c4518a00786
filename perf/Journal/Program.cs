// Measures the store: perf-journal write [SECONDS [RECORDS_A_COMMIT [COMPRESSION]]]
//                     perf-journal keys [ENTRIES [CACHE_MIB]]  |  perf-journal history [MESSAGES [ACCOUNTS
// [DESTINATIONS]]]
// Records look like a message's life: one of 220 bytes with a text of words, then two short events of 24 bytes.
using System.Globalization;
using System.Text.Json;
using Perf.Journals;
using Store;

var folder = Directory.CreateTempSubdirectory("perf-journal-").FullName;
try
{
    object result = args.FirstOrDefault() switch
    {
        "keys" => Indexes.MeasureKeys(folder, Number(1, 10_000_000), Number(2, 32)),
        "history" => Indexes.MeasureHistory(folder, Number(1, 10_000_000), Number(2, 1000), Number(3, 5_000_000)),
        null or "write" => WritePath.Measure(folder, Number(1, 10), Number(2, 1000),
            args.Length > 3 ? Enum.Parse<LogCompression>(args[3], ignoreCase: true) : LogCompression.Lz4),
        var other => throw new ArgumentException($"\"{other}\" is none of write, keys, history."),
    };
    Console.WriteLine(JsonSerializer.Serialize(result, new JsonSerializerOptions
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
    }));
}
finally
{
    Directory.Delete(folder, recursive: true);
}

int Number(int at, int otherwise) => args.Length > at ? int.Parse(args[at], CultureInfo.InvariantCulture) : otherwise;
