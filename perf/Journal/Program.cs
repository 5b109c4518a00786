// Measures the journal's write path: perf-journal [SECONDS [RECORDS_A_COMMIT [COMPRESSION [FOLDER]]]]
// Records look like a message's life: one of 220 bytes with a text of words, then two short events of 24 bytes.
using System.Globalization;
using System.Text.Json;
using Perf.Journals;
using Store;

var seconds = args.Length > 0 ? double.Parse(args[0], CultureInfo.InvariantCulture) : 10;
var perCommit = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 1000;
var compression = args.Length > 2 ? Enum.Parse<LogCompression>(args[2], ignoreCase: true) : LogCompression.Lz4;
var folder = Directory.CreateTempSubdirectory("perf-journal-").FullName;
if (args.Length > 3)
{
    Directory.Delete(folder);
    folder = Directory.CreateDirectory(args[3]).FullName;
}
try
{
    var result = WritePath.Measure(folder, seconds, perCommit, compression);
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
