using System.Diagnostics;
using System.Globalization;

namespace Rig;

/// <summary>Ported numbers in the data folder of an appliance that is to be measured, by its own command.</summary>
internal static class PortedImport
{
    private const string Map =
        """
        {
          "name": "rig", "country_code": "263", "min_digits": 9, "max_digits": 9, "mcc": "648", "mnc_digits": 2,
          "columns": { "number": "1", "mnc": "2" }
        }
        """;

    /// <param name="numbers">Up to a million: +2637 00 00 00 00, 01 00 and so on, to one of three networks.</param>
    internal static void Run(string folder, int numbers)
    {
        var map = Path.Combine(folder, "ported.json");
        File.WriteAllText(map, Map);
        var file = Path.Combine(folder, "ported.csv");
        File.WriteAllLines(file, Enumerable.Range(0, numbers).Select(i =>
            string.Create(CultureInfo.InvariantCulture, $"7{i * 100L:D8},{(i % 3) + 1:D2}")));
        string[] arguments =
            ["mnp", "import", file, "--format", map, "--data", Path.Combine(folder, "data")];
        using var import = Process.Start(new ProcessStartInfo(Place.Binary, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        }) ?? throw new InvalidOperationException($"{Place.Binary} does not start");
        var said = import.StandardError.ReadToEndAsync();
        var told = import.StandardOutput.ReadToEnd();
        import.WaitForExit();
        if (import.ExitCode != 0) throw new InvalidOperationException($"mnp import: {told}{said.Result}");
    }
}
