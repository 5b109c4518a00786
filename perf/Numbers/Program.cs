// Measures the store of ported numbers: perf-numbers [COUNT [FOLDER [RESULT.json]]]
// COUNT (default 100,000,000) generated numbers in shuffled order are imported as a snapshot, then looked up at random.
using System.Globalization;
using System.Text.Json;
using Perf.Numbers;

var count = args.Length > 0 ? long.Parse(args[0].Replace(",", ""), CultureInfo.InvariantCulture) : 100_000_000;
var folder = args.Length > 1 && args[1].Length > 0 ? Directory.CreateDirectory(args[1]).FullName
    : Directory.CreateTempSubdirectory("perf-numbers-").FullName;
try
{
    var result = Measurement.Run(Path.Combine(folder, "numbers"), count);
    var json = JsonSerializer.Serialize(result, new JsonSerializerOptions
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
    });
    Console.WriteLine(json);
    if (args.Length > 2)
    {
        File.WriteAllText(args[2], json + "\n");
    }
}
finally
{
    // Who names a folder goes on with what is in it.
    if (args.Length < 2 || args[1].Length == 0) Directory.Delete(folder, recursive: true);
}
