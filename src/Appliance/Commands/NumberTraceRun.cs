using System.Text;
using Appliance.Operate;
using Appliance.Operate.Storage;
using Appliance.Records;
using Store;
using static System.FormattableString;

namespace Appliance.Commands;

/// <summary><c>appliance check --data --number NUMBER</c>: proves that nothing of a number is left, or says where it
/// is.</summary>
internal static class NumberTraceRun
{
    /// <summary>Returns 0 when nothing is left, 1 when something is.</summary>
    /// <exception cref="FormatException">The number is none.</exception>
    public static int Run(string data, string number, TextWriter output)
    {
        if (!NumberAnswer.TryParse(number, out var text, out _))
            throw new FormatException($"--number: expected {NumberAnswer.Expected}");
        var digits = Encoding.ASCII.GetBytes(text);
        var search = new NumberSearch(digits);
        var trace = NumberTrace.Run(data, digits, AddressHash.Long(digits),
            (position, record) => search.Names(position, record, out _));
        output.WriteLine(Invariant($"looked at {trace.RecordsRead} records, the history, the facts and the bytes of ")
            + Invariant($"{trace.FilesRead} files"));
        output.WriteLine(Invariant($"records from or to the number: {trace.Records}"));
        output.WriteLine(Invariant($"other records with its digits in them: {trace.Texts}"));
        output.WriteLine(Invariant($"entries of the history: {trace.HistoryEntries}"));
        output.WriteLine(Invariant($"facts: {trace.Facts}"));
        output.WriteLine(Invariant($"files with its digits in them: {trace.Files.Count}"));
        foreach (var file in trace.Files) output.WriteLine("  " + file);
        output.WriteLine(trace.IsClean ? "nothing is left" : "something is left");
        return trace.IsClean ? ExitCode.Done : ExitCode.Failed;
    }
}
