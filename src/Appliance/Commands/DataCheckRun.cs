using Appliance.Money;
using Appliance.Numbering;
using Appliance.Operate;
using Appliance.Operate.Storage;
using Appliance.Routing.Versions;
using Store;
using Store.Numbers;
using static System.FormattableString;

namespace Appliance.Commands;

/// <summary>The part of <c>appliance check --data</c> that reads a data folder; it changes nothing in it.</summary>
internal static class DataCheckRun
{
    /// <summary>Returns 0 when all is whole, else what a start that meets the same ends with, of several damages the
    /// one it meets first.</summary>
    public static int Run(string data, TextWriter output, TextWriter errors)
    {
        BalanceCheck balances = new();
        var report = DataCheck.Run(data, () => balances = new BalanceCheck());
        Tell("journal", report.Findings, output, errors);
        output.WriteLine(Invariant(
            $"journal {data}: {report.TableFiles} table files, {report.WriteAheadRecords} records of ")
            + "write-ahead logs, "
            + Invariant($"{report.Frames} frames, {report.Records} records of {report.Bytes} bytes, ")
            + Invariant($"{report.FinishedMessages} finished messages indexed"));
        if (balances.Accounts > 0) output.WriteLine(Invariant($"balances counted: {balances.Accounts}"));
        var fault = report.Worst?.Fault;
        var numbers = PortedNumbers.Folder(data);
        var others = Directory.Exists(numbers) ? CheckNumbers(numbers, output, errors) : null;
        fault ??= others;
        others = CheckRanges(data, output, errors);
        fault ??= others;
        others = CheckTables(data, output, errors);
        fault ??= others;
        output.WriteLine(fault is null ? "whole" : "damaged");
        return fault is { } found ? ExitCode.Of(found) : ExitCode.Done;
    }

    private static void Tell(
        string what, IReadOnlyList<CheckFinding> findings, TextWriter output, TextWriter errors)
    {
        foreach (var finding in findings)
        {
            var damage = finding.Severity == CheckSeverity.Damage;
            (damage ? errors : output).WriteLine(
                $"{what}: {(damage ? "damage" : "note")}: {finding.What} What to do: {finding.Remedy}");
        }
    }

    private static StoreFault? CheckRanges(string data, TextWriter output, TextWriter errors)
    {
        try
        {
            var ranges = new RangeFile(data).Read(out _);
            if (ranges.Count > 0) output.WriteLine(Invariant($"imported ranges: {ranges.Count}"));
            return null;
        }
        catch (StoreException error)
        {
            Tell("imported ranges", [new CheckFinding(CheckSeverity.Damage, error.Message,
                "Restore them from a backup, or import them again.", error.Fault)], output, errors);
            return error.Fault;
        }
    }

    private static StoreFault? CheckTables(string data, TextWriter output, TextWriter errors)
    {
        try
        {
            var versions = new VersionFolder(data).Verify();
            if (versions > 0) output.WriteLine(Invariant($"versions of routes and prices: {versions}"));
            return null;
        }
        catch (StoreException error)
        {
            Tell("routes and prices", [new CheckFinding(CheckSeverity.Damage, error.Message,
                "Restore them from a backup, or move them away.", error.Fault)], output, errors);
            return error.Fault;
        }
    }

    private static StoreFault? CheckNumbers(string folder, TextWriter output, TextWriter errors)
    {
        try
        {
            using var store = NumberStore.OpenReadOnly(folder);
            var entries = store.Verify();
            output.WriteLine(Invariant(
                $"ported numbers {folder}: {store.Datasets.Count} data sets, {entries} entries"));
            return null;
        }
        catch (StoreException error)
        {
            Tell("ported numbers", [new CheckFinding(CheckSeverity.Damage, error.Message,
                $"Restore them from a backup, or move {folder} away and import the national files again.",
                error.Fault)], output, errors);
            return error.Fault;
        }
    }
}
