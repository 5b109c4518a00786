using Appliance.Numbering;
using Appliance.Operate;
using Appliance.Operate.Storage;
using Store;
using Store.Numbers;
using static System.FormattableString;

namespace Appliance.Commands;

/// <summary>The part of <c>appliance check --data</c> that reads a data folder; it changes nothing in it.</summary>
internal static class DataCheckRun
{
    /// <summary>
    /// A folder in use loses files to compaction while it is read: a missing file must be missing each time to count.
    /// </summary>
    private const int Looks = 3;

    /// <summary>Returns 0 when all is whole, <see cref="ExitCode.Damaged"/> when something is not.</summary>
    public static int Run(string data, TextWriter output, TextWriter errors)
    {
        var report = DataCheck.Run(data);
        for (var look = 1; look < Looks && LacksFiles(report); look++) report = DataCheck.Run(data);
        var whole = Tell("journal", report.Findings, output, errors);
        output.WriteLine(Invariant(
            $"journal {data}: {report.TableFiles} table files, {report.WriteAheadRecords} records of ")
            + "write-ahead logs, "
            + Invariant($"{report.Frames} frames, {report.Records} records of {report.Bytes} bytes, ")
            + Invariant($"{report.FinishedMessages} finished messages indexed"));
        var numbers = PortedNumbers.Folder(data);
        if (Directory.Exists(numbers)) whole &= CheckNumbers(numbers, output, errors);
        whole &= CheckRanges(data, output, errors);
        output.WriteLine(whole ? "whole" : "damaged");
        return whole ? ExitCode.Done : ExitCode.Damaged;
    }

    private static bool LacksFiles(CheckReport report) => report.Findings.Any(finding =>
        finding.Severity == CheckSeverity.Damage && finding.What.Contains("missing", StringComparison.Ordinal));

    private static bool Tell(
        string what, IReadOnlyList<CheckFinding> findings, TextWriter output, TextWriter errors)
    {
        foreach (var finding in findings)
        {
            var damage = finding.Severity == CheckSeverity.Damage;
            (damage ? errors : output).WriteLine(
                $"{what}: {(damage ? "damage" : "note")}: {finding.What} What to do: {finding.Remedy}");
        }

        return findings.All(finding => finding.Severity != CheckSeverity.Damage);
    }

    private static bool CheckRanges(string data, TextWriter output, TextWriter errors)
    {
        try
        {
            var ranges = new RangeFile(data).Read(out _);
            if (ranges.Count > 0) output.WriteLine(Invariant($"imported ranges: {ranges.Count}"));
            return true;
        }
        catch (StoreException error)
        {
            return Tell("imported ranges", [new CheckFinding(CheckSeverity.Damage, error.Message,
                "Restore them from a backup, or import them again.")], output, errors);
        }
    }

    private static bool CheckNumbers(string folder, TextWriter output, TextWriter errors)
    {
        try
        {
            using var store = NumberStore.OpenReadOnly(folder);
            var entries = store.Verify();
            output.WriteLine(Invariant(
                $"ported numbers {folder}: {store.Datasets.Count} data sets, {entries} entries"));
            return true;
        }
        catch (StoreException error)
        {
            return Tell("ported numbers", [new CheckFinding(CheckSeverity.Damage, error.Message,
                $"Restore them from a backup, or move {folder} away and import the national files again.")],
                output, errors);
        }
    }
}
