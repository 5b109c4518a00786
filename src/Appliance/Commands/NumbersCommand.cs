using System.CommandLine;
using System.Globalization;
using System.Text;
using Appliance.Numbering;
using Appliance.Operate;
using Store.Numbers;

namespace Appliance.Commands;

/// <summary><c>appliance numbers import|get|list</c>: the numbering plan and the ranges over it.</summary>
internal static class NumbersCommand
{
    /// <summary>How long an import waits for a running appliance to take it over.</summary>
    private static readonly TimeSpan TakeOver = TimeSpan.FromMinutes(1);

    public static Command Create() => new("numbers", "The numbering plan: import ranges over it, look numbers up")
    {
        CreateImport(),
        CreateGet(),
        CreateList(),
    };

    private static Command CreateImport()
    {
        var file = new Argument<string>("FILE") { Description = "Text, .gz, .zip or .xlsx" };
        var columns = new Option<string>("--columns") { Description = RangeColumns.Expected, Required = true };
        var delimiter = new Option<string>("--delimiter")
        {
            Description = "One character, or tab",
            DefaultValueFactory = _ => ",",
        };
        var header = new Option<bool>("--header") { Description = "The first line is no range" };
        var share = new Option<double>("--max-bad-share")
        {
            Description = "Bad lines that may be left out; with more nothing is imported",
            DefaultValueFactory = _ => 0.01,
        };
        var badLines = new Option<string?>("--bad-lines")
        {
            Description = $"File that gets the bad lines with their reasons (the first {NumberImport.ListedBadLines})",
        };
        var folder = new FolderOptions();
        var command = new Command("import", "Import ranges in the place of those imported before, whole or not at "
            + "all; a running appliance takes them over while it works")
        {
            file, columns, delimiter, header, share, badLines, folder.Data, folder.Config,
        };
        command.SetAction(parsed => Guard(() => Import(
            parsed.GetRequiredValue(file),
            new RangeFormat(RangeColumns.Parse(parsed.GetRequiredValue(columns)),
                ReadDelimiter(parsed.GetRequiredValue(delimiter)), parsed.GetValue(header),
                ReadShare(parsed.GetValue(share))),
            parsed.GetValue(badLines), new RangeFile(folder.Read(parsed)))));
        return command;
    }

    private static Command CreateGet()
    {
        var numbers = new Argument<string[]>("NUMBER")
        {
            Description = "Numbers in any form",
            Arity = ArgumentArity.OneOrMore,
        };
        numbers.RefuseOptions();
        var country = new Option<string?>("--country") { Description = "Country of national numbers, such as DE" };
        var folder = new FolderOptions();
        var command = new Command("get", "What a number is: one JSON object a number")
        {
            numbers, country, folder.Data, folder.Config,
        };
        command.SetAction(parsed => Guard(() =>
            Get(parsed.GetRequiredValue(numbers), parsed.GetValue(country), new RangeFile(folder.Read(parsed)))));
        return command;
    }

    private static Command CreateList()
    {
        var folder = new FolderOptions();
        var command = new Command("list", "What the plan is made of") { folder.Data, folder.Config };
        command.SetAction(parsed => Guard(() => List(new RangeFile(folder.Read(parsed)))));
        return command;
    }

    private static Task<int> Guard(Func<int> action) => AdminOptions.GuardAsync(() => Task.FromResult(action()));

    private static char ReadDelimiter(string text) => text switch
    {
        "tab" => '\t',
        [var one] when one is > ' ' and < '\x7f' and not '"' || one == '\t' => one,
        _ => throw new FormatException($"--delimiter: \"{text}\", expected one character, or tab"),
    };

    private static double ReadShare(double share) => share is >= 0 and <= 1
        ? share
        : throw new FormatException(string.Create(
            CultureInfo.InvariantCulture, $"--max-bad-share: {share}, expected a number from 0 to 1"));

    private static int Import(string file, RangeFormat format, string? badLines, RangeFile target)
    {
        var report = BadLineList.Telling(badLines, () => RangeImport.Read(NumberPlan.Shipped, format, file));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{report.Lines} lines, {report.Ranges.Count} ranges, {report.Bad} bad"));
        BadLineList.Tell(badLines, report.BadLines, report.Bad);
        return PutInEffect(target, target.Write(report.Ranges, DateTime.UtcNow));
    }

    /// <summary>Waits for the appliance that runs, if one does, to say that it has read the file.</summary>
    private static int PutInEffect(RangeFile target, string digest)
    {
        using (var free = target.TryLock())
        {
            if (free is not null)
            {
                Console.WriteLine("in effect from the next start on");
                return ExitCode.Done;
            }
        }

        if (!SpinWait.SpinUntil(() => target.AnswerTo(digest) != null, TakeOver))
        {
            Console.Error.WriteLine($"The appliance that runs has not taken {target.Path} over yet.");
            return ExitCode.Failed;
        }

        var answer = target.AnswerTo(digest);
        Console.WriteLine(answer == "" ? "in effect" : "not in effect: " + answer);
        return answer == "" ? ExitCode.Done : ExitCode.Failed;
    }

    private static int Get(string[] numbers, string? countryName, RangeFile ranges)
    {
        var plan = NumberPlan.Shipped.With(ranges.Read(out _));
        var country = countryName is null ? null : plan.CountryOf(countryName.ToUpperInvariant())
            ?? throw new FormatException($"--country: \"{countryName}\", expected two letters of ISO 3166, such as DE");
        foreach (var number in numbers)
            Console.WriteLine(Encoding.UTF8.GetString(PlanAnswer.Write(plan, number, country).Span));
        return ExitCode.Done;
    }

    private static int List(RangeFile file)
    {
        var plan = NumberPlan.Shipped;
        Console.WriteLine($"plan: {plan.Countries.Count} countries, {plan.Networks.Count} networks, from "
            + string.Join(", ", plan.Sources));
        var ranges = file.Read(out _);
        Console.WriteLine(ranges.Count == 0 ? "imported: nothing" : string.Create(CultureInfo.InvariantCulture,
            $"imported: {ranges.Count} ranges at {ranges.ImportedAt:yyyy-MM-dd'T'HH:mm:ss'Z'}"));
        return ExitCode.Done;
    }
}
