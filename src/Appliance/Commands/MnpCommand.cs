using System.CommandLine;
using System.Globalization;
using System.Text;
using Appliance.Operate;
using Appliance.Operate.Storage;
using Store;
using Store.Numbers;

namespace Appliance.Commands;

/// <summary><c>appliance mnp import|get|list</c>: ported numbers.</summary>
public static class MnpCommand
{
    /// <summary>How long an import waits for a running appliance to take it over.</summary>
    private static readonly TimeSpan TakeOver = TimeSpan.FromMinutes(2);

    public static Command Create() => new("mnp", "Ported numbers: import national files, look numbers up")
    {
        CreateImport(),
        CreateGet(),
        CreateList(),
    };

    private static Command CreateImport()
    {
        var file = new Argument<string>("FILE") { Description = "Text, .gz, .zip or .xlsx" };
        var format = new Option<string>("--format")
        {
            Description =
                $"A built-in format ({string.Join(", ", ImportFormat.BuiltIn)}) or a JSON file with a column map",
            Required = true,
        };
        var mode = new Option<string?>("--mode")
        {
            Description = "snapshot, delta or event-log, if not as the format says",
        };
        var badLines = new Option<string?>("--bad-lines")
        {
            Description = $"File that gets the bad lines with their reasons (the first {NumberImport.ListedBadLines})",
        };
        var folder = new FolderOptions();
        var command = new Command("import", "Import a file of ported numbers, whole or not at all; a running appliance "
            + "takes it over while it works")
        {
            file, format, mode, badLines, folder.Data, folder.Config,
        };
        command.SetAction(parsed => Guard(() => Import(
            parsed.GetRequiredValue(file), parsed.GetRequiredValue(format),
            parsed.GetValue(mode), parsed.GetValue(badLines),
            PortedNumbers.Folder(folder.Read(parsed)))));
        return command;
    }

    private static Command CreateGet()
    {
        var numbers = new Argument<string[]>("NUMBER")
        {
            Description = "International numbers, with or without +",
            Arity = ArgumentArity.OneOrMore,
        };
        numbers.RefuseOptions();
        var folder = new FolderOptions();
        var command = new Command("get", "Who has a number: one JSON object a number") 
        {
            numbers, folder.Data, folder.Config,
        };
        command.SetAction(parsed => Guard(() =>
            Get(parsed.GetRequiredValue(numbers), PortedNumbers.Folder(folder.Read(parsed)))));
        return command;
    }

    private static Command CreateList()
    {
        var folder = new FolderOptions();
        var command = new Command("list", "The data sets of ported numbers") { folder.Data, folder.Config };
        command.SetAction(parsed => Guard(() => List(PortedNumbers.Folder(folder.Read(parsed)))));
        return command;
    }

    private static Task<int> Guard(Func<int> action) => AdminOptions.GuardAsync(() => Task.FromResult(action()));

    private static int Import(string file, string formatName, string? mode, string? badLines, string folder)
    {
        var format = ImportFormat.Load(formatName);
        if (mode != null)
            format = format with { Mode = ReadMode(mode) };
        var report = BadLineList.Telling(badLines, () => NumberImport.Prepare(format, file, folder));
        Write(report);
        BadLineList.Tell(badLines, report.BadLines, report.Counts.Bad);
        return Apply(report.Package, folder);
    }

    private static ImportMode ReadMode(string text) => text.ToLowerInvariant() switch
    {
        "snapshot" => ImportMode.Snapshot,
        "delta" => ImportMode.Delta,
        "event-log" => ImportMode.EventLog,
        _ => throw new FormatException($"--mode: \"{text}\", expected snapshot, delta or event-log"),
    };

    private static void Write(ImportReport report)
    {
        var counts = report.Counts;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{report.Dataset}: {counts.Lines} lines, {counts.Numbers} numbers, {counts.Blocks} blocks, "
            + $"{counts.Removed} removed, {counts.Duplicates} replaced by a later line, {counts.Filtered} filtered, "
            + $"{counts.Bad} bad, {report.Elapsed.TotalSeconds:F1} s"));
        if (counts.OperatorsUnmapped > 0)
            Console.WriteLine($"{counts.OperatorsUnmapped} operators have no MCC/MNC in the format's map");
    }

    /// <summary>
    /// Applies a package here, or waits for the running appliance, which has the store open, to do it.
    /// </summary>
    private static int Apply(string package, string folder)
    {
        try
        {
            using var store = NumberStore.Open(folder);
            foreach (var (failed, error) in store.ApplyWaiting())
                Console.Error.WriteLine($"{failed}: {error.Message}");
        }
        catch (StoreException error) when (error.Fault == StoreFault.Locked)
        {
            var taken = SpinWait.SpinUntil(() => NumberStore.Outcome(package) != null, TakeOver);
            if (!taken)
            {
                Console.Error.WriteLine(
                    $"The appliance that runs has not taken the import over yet; it waits in {package}.");
                return ExitCode.Failed;
            }
        }
        var outcome = NumberStore.Outcome(package);
        Console.WriteLine(outcome == "" ? "in effect" : "not in effect: " + outcome);
        return outcome == "" ? ExitCode.Done : ExitCode.Failed;
    }

    private static int Get(string[] numbers, string folder)
    {
        using var store = NumberStore.OpenReadOnly(folder);
        var exit = ExitCode.Done;
        foreach (var text in numbers)
        {
            if (!NumberAnswer.TryParse(text, out var digits, out var number))
            {
                Console.Error.WriteLine($"NUMBER: \"{text}\", expected {NumberAnswer.Expected}");
                exit = ExitCode.Failed; // the others are answered all the same
                continue;
            }

            var answer = NumberAnswer.Write(digits, store.TryFind(number, out var found), found);
            Console.WriteLine(Encoding.UTF8.GetString(answer.Span));
        }

        return exit;
    }

    private static int List(string folder)
    {
        using var store = NumberStore.OpenReadOnly(folder);
        foreach (var dataset in store.Datasets)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{dataset.Name}: {dataset.Numbers} numbers, "
                + $"{dataset.Blocks} blocks, imported {dataset.ImportedAt:yyyy-MM-dd'T'HH:mm:ss'Z'}"));
        }
        return 0;
    }
}
