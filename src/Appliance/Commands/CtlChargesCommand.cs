using System.CommandLine;
using Appliance.Ingress.Http;
using Appliance.Money;
using Appliance.Operate;

namespace Appliance.Commands;

/// <summary><c>appliance ctl charges</c>: what finished messages cost, a line each, printed or added to a file.
/// </summary>
internal static class CtlChargesCommand
{
    private const int Page = 5000;

    public static Command Create()
    {
        var config = AdminOptions.Config();
        var output = new Option<string?>("--out")
        {
            Description = "Add to this file what is not in it yet; .ndjson for JSON lines, else CSV",
            HelpName = "FILE",
        };
        var after = TextOption.LongNumber("--after", "Those with a higher sequence than this", 0, 0);
        var from = TextOption.Create("--from", "Ended at this time or later, such as 2026-11-21T00:00:00Z", null, Time);
        var to = TextOption.Create("--to", "Ended before this time", null, Time);
        var json = new Option<bool>("--json") { Description = "Print JSON lines instead of CSV" };
        var command = new Command("charges", "Charge records of finished messages as CSV or NDJSON, each once")
        {
            config, output, after, from, to, json,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(output) is not null && result.GetValue(json))
                result.AddError("--json: goes without --out, whose name says what the file is");
        });
        command.SetAction(parsed => AdminOptions.WithAsync(parsed.GetRequiredValue(config), configuration =>
        {
            var times = $"&from={Escape(from.Read(parsed))}&to={Escape(to.Read(parsed))}";
            var start = (ulong)after.Read(parsed);
            return parsed.GetValue(output) is { } path
                ? AddAsync(configuration, path, start, times)
                : PrintAsync(configuration, parsed.GetValue(json), start, times);
        }));
        return command;
    }

    private static async Task<int> AddAsync(Configuration configuration, string path, ulong after, string times)
    {
        using var client = AdminClient.For(configuration);
        using var file = ChargeFile.Open(path, after);
        long added = 0;
        ulong? next = file.Last;
        while (next is { } from)
        {
            (var lines, next) = await client.GetChargesAsync(Call(file.IsJson, from, times));
            added += file.AddLines(lines);
            file.Flush();
        }

        Console.WriteLine(FormattableString.Invariant($"{added} added to {path}; the last is {file.Last}"));
        return ExitCode.Done;
    }

    private static async Task<int> PrintAsync(Configuration configuration, bool isJson, ulong after, string times)
    {
        using var client = AdminClient.For(configuration);
        await using var output = Console.OpenStandardOutput();
        var isFirst = true;
        ulong? next = after;
        while (next is { } from)
        {
            (var lines, next) = await client.GetChargesAsync(Call(isJson, from, times));
            var skipped = isFirst || isJson ? 0 : ChargeText.Header.Length;
            await output.WriteAsync(lines.AsMemory(skipped));
            isFirst = false;
        }

        return ExitCode.Done;
    }

    private static string Call(bool isJson, ulong after, string times) => FormattableString.Invariant(
        $"charges?limit={Page}&format={(isJson ? "ndjson" : "csv")}&after={after}") + times;

    private static string Escape(string? text) => Uri.EscapeDataString(text ?? "");

    private static string Time(string text) => Rfc3339.TryParse(text, out _)
        ? text
        : throw new FormatException($"'{text}': expected {Rfc3339.Expected}");
}
