using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Appliance.Ingress.Http;
using Appliance.Operate;
using Appliance.Operate.Http;

namespace Appliance.Commands;

/// <summary><c>appliance ctl trace</c>: the story of a message, or of those to a number or with a carrier's id.
/// </summary>
internal static class CtlTraceCommand
{
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    public static Command Create()
    {
        var id = new Argument<string?>("MESSAGE_ID")
        {
            Description = "As the 202 or the submit_sm_resp gave it; or --to, or --carrier-id",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var config = AdminOptions.Config();
        var to = new Option<string?>("--to") { Description = "Messages to this number, the newest first" };
        var carrierId = new Option<string?>("--carrier-id")
        {
            Description = "Messages that a carrier calls so, in whatever form; reads the journal from --since on",
        };
        var since = TextOption.Create(
            "--since", "With --carrier-id: from this time on, such as 2026-11-21T09:30:00Z; an hour ago without it",
            null, Time);
        var limit = TextOption.Number("--limit", "At most so many messages", 10, 1, 100);
        var raw = new Option<bool>("--json") { Description = "Print the answer as JSON" };
        var command = new Command("trace", "What happened to a message, event by event")
        {
            id, config, to, carrierId, since, limit, raw,
        };
        command.SetAction(parsed =>
        {
            string?[] ways = [parsed.GetValue(id), parsed.GetValue(to), parsed.GetValue(carrierId)];
            if (ways.Count(way => way is not null) != 1)
            {
                Console.Error.WriteLine("ctl trace: expected one of MESSAGE_ID, --to NUMBER and --carrier-id ID");
                return Task.FromResult(ExitCode.WrongUsage);
            }

            return AdminOptions.WithAsync(parsed.GetRequiredValue(config), configuration => ways[0] is { } one
                ? OneAsync(configuration, one, parsed.GetValue(raw))
                : ManyAsync(configuration, ways[1], ways[2], since.Read(parsed), limit.Read(parsed),
                    parsed.GetValue(raw)));
        });
        return command;
    }

    private static async Task<int> OneAsync(Configuration configuration, string id, bool raw)
    {
        using var client = AdminClient.For(configuration);
        var call = "messages/" + Uri.EscapeDataString(id);
        if (raw) await Console.Out.WriteLineAsync(await client.GetTextAsync(call));
        else Write(await client.GetAsync(call, AdminJson.Default.TraceDocument));
        return ExitCode.Done;
    }

    private static async Task<int> ManyAsync(
        Configuration configuration, string? to, string? carrierId, string? since, int limit, bool raw)
    {
        using var client = AdminClient.For(configuration);
        var found = new Dictionary<string, TraceDocument>();
        string? next = null;
        do
        {
            // A call looks at a bounded piece, which may have none of them.
            var query = to is not null
                ? "to=" + Uri.EscapeDataString(to)
                : $"carrier_id={Uri.EscapeDataString(carrierId!)}&since={Uri.EscapeDataString(since ?? "")}";
            var left = (limit - found.Count).ToString(CultureInfo.InvariantCulture);
            var page = await client.GetAsync(
                $"messages?{query}&limit={left}&after={next}", AdminJson.Default.TraceList);
            foreach (var one in page.Messages) found.TryAdd(one.MessageId, one);
            next = page.Next;
        }
        while (next is not null && found.Count < limit);
        if (raw)
        {
            await Console.Out.WriteLineAsync(JsonSerializer.Serialize(
                new TraceList { Messages = [.. found.Values], Next = next }, AdminJson.Default.TraceList));
            return ExitCode.Done;
        }

        if (found.Count == 0)
        {
            await Console.Error.WriteLineAsync(to is not null
                ? $"No message to {to} is known here."
                : $"No message has the carrier's id {carrierId} since {since ?? "an hour ago"}; "
                    + "--since goes back further.");
            return ExitCode.Failed;
        }

        foreach (var (index, one) in found.Values.Index())
        {
            if (index > 0) Console.WriteLine();
            Write(one);
        }

        if (next is not null) await Console.Error.WriteLineAsync("There may be more: --limit shows up to 100.");
        return ExitCode.Done;
    }

    private static void Write(TraceDocument one)
    {
        var output = Console.Out;
        output.WriteLine($"{one.MessageId}  {one.Status}" + (one.Dead ? ", a dead letter (ctl dead)" : "")
            + (one.PossibleDuplicate ? ", POSSIBLE DUPLICATE" : ""));
        output.WriteLine((one.Direction == "inbound" ? "inbound, " : "")
            + $"from {one.From} to {one.To}, account {one.Account}, {Text(one.Parts)} "
            + $"{(one.Parts == 1 ? "part" : "parts")} of {one.Encoding}, priority {Text(one.Priority)}"
            + (one.PriorityAsked is { } asked ? $" (asked for {Text(asked)}, the account's max_priority)" : "")
            + (one.SendAt is { } due ? $", scheduled for {Text(due)}" : "")
            + (one.ValidUntil is { } end ? $", valid until {Text(end)}" : ""));
        if (one.CarrierIds.Count > 0) output.WriteLine("carrier's id: " + string.Join(", ", one.CarrierIds));
        var table = new TextTable("TIME", "AFTER", "STATE", "PART", "CARRIER", "ATTEMPT", "CODE", "WHAT");
        foreach (var happened in one.Events)
        {
            table.Add(Text(happened.Time), happened.SecondsAfter.ToString("0.000", CultureInfo.InvariantCulture),
                happened.State, Text(happened.Part), happened.Carrier ?? "",
                happened.Attempt == 0 ? "" : Text(happened.Attempt), happened.Code ?? "", happened.Reason);
        }

        table.WriteTo(output);
    }

    private static string Time(string text) => Rfc3339.TryParse(text, out _)
        ? text
        : throw new FormatException($"'{text}': expected {Rfc3339.Expected}");

    private static string Text(DateTimeOffset time) =>
        time.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
