using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Appliance.Operate;
using Appliance.Operate.Http;

namespace Appliance.Commands;

/// <summary><c>appliance ctl route explain NUMBER</c>: how a message to a number would be routed now.</summary>
internal static class CtlRouteCommand
{
    public static Command Create() => new("route", "Routes of messages")
    {
        CreateExplain(),
        CreateReplay(),
    };

    private static Command CreateReplay()
    {
        var config = AdminOptions.Config();
        var file = new Argument<string>("FILE")
        {
            Description = "JSON with routes and money; a whole configuration will do",
        };
        var hours = TextOption.Number("--hours", "Messages of so many hours", 24, 1, 24 * 90);
        var rate = TextOption.Number(
            "--rate", "Messages a second that are looked at, at the most", 100_000, 1, 10_000_000);
        var raw = new Option<bool>("--json") { Description = "Print the answer as JSON" };
        var command = new Command("replay", "Show what stored messages would do with other routes and prices")
        {
            file, config, hours, rate, raw,
        };
        command.SetAction((parsed, stop) => AdminOptions.WithAsync(parsed.GetRequiredValue(config), async found =>
        {
            var request = new ReplayRequest
            {
                Tables = CtlTablesCommand.Read(parsed.GetRequiredValue(file)),
                Hours = hours.Read(parsed),
                Rate = rate.Read(parsed),
                Progress = true,
            };
            if (await ReplayAsync(found, request, stop) is not { } result) return ExitCode.Interrupted;
            if (parsed.GetValue(raw))
                Console.WriteLine(JsonSerializer.Serialize(result, AdminJson.Default.ReplayResult));
            else
                Write(result);
            return ExitCode.Done;
        }));
        return command;
    }

    /// <summary>Shows how far it is on the error output, which is none of the answer's.</summary>
    /// <returns>Null where the user has ended it; the appliance ends it too, since nobody waits for it any more.
    /// </returns>
    private static async Task<ReplayResult?> ReplayAsync(
        Configuration configuration, ReplayRequest request, CancellationToken stop)
    {
        using var client = AdminClient.For(configuration);
        var last = new ReplayLine(0, 0, 0);
        try
        {
            await client.StreamAsync("routes/replay", request, AdminJson.Default.ReplayRequest,
                AdminJson.Default.ReplayLine, line =>
                {
                    last = line;
                    var text = string.Create(CultureInfo.InvariantCulture,
                        $"{line.Share * 100:0.0} %, {line.Messages} messages, {line.Changed} changed");
                    if (Console.IsErrorRedirected) Console.Error.WriteLine(text);
                    else Console.Error.Write($"\r{text}  ");
                }, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return null;
        }
        finally
        {
            if (!Console.IsErrorRedirected) Console.Error.WriteLine();
        }

        return last.Result ?? throw new AdminException(
            last.Error ?? "The appliance has ended its answer before the result.");
    }

    private static void Write(ReplayResult result)
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{result.Changed} of {result.Messages} messages would take another carrier"));
        if (result.CostBefore is { } before)
            Console.WriteLine($"cost, where it is known: {before} {result.Currency}, then {result.CostAfter}");
        if (result.Rows.Count == 0) return;
        var table = new TextTable("MESSAGES", "NOW", "THEN");
        foreach (var row in result.Rows)
            table.Add(row.Messages.ToString(CultureInfo.InvariantCulture), row.Before, row.After);
        table.WriteTo(Console.Out);
    }

    private static Command CreateExplain()
    {
        var config = AdminOptions.Config();
        var number = new Argument<string>("NUMBER") { Description = "The destination, in any form" };
        Option<string?>[] options =
        [
            new("--account") { Description = "The account that sends it" },
            new("--sender") { Description = "Its sender's address" },
            new("--class") { Description = "transactional, promotional or otp" },
            new("--body") { Description = "Its text, for rules to read and for the count of segments" },
            new("--dlt-entity-id") { Description = "India's principal entity id" },
            new("--dlt-template-id") { Description = "India's template id" },
            new("--dlt-chain") { Description = "India's telemarketer chain" },
        ];
        var hlr = new Option<bool>("--hlr")
        {
            Description = "Ask the HLR provider where it has not been asked lately",
        };
        var raw = new Option<bool>("--json") { Description = "Print the answer as JSON" };
        var command = new Command("explain", "Show each step of a message's way to its carrier, with its numbers")
        {
            number, config, hlr, raw,
        };
        foreach (var option in options) command.Add(option);
        command.SetAction(parsed => AdminOptions.WithAsync(parsed.GetRequiredValue(config), async configuration =>
        {
            var query = "routes/explain?number=" + Uri.EscapeDataString(parsed.GetRequiredValue(number));
            foreach (var option in options)
                if (parsed.GetValue(option) is { } value)
                    query += $"&{option.Name[2..].Replace('-', '_')}={Uri.EscapeDataString(value)}";
            if (parsed.GetValue(hlr)) query += "&hlr=true";
            using var client = AdminClient.For(
                configuration, parsed.GetValue(hlr) ? configuration.Numbers.Hlr?.Timeout ?? default : default);
            if (parsed.GetValue(raw))
            {
                Console.WriteLine(await client.GetTextAsync(query));
                return ExitCode.Done;
            }

            var answer = await client.GetAsync(query, AdminJson.Default.ExplainDocument);
            Console.Write(answer.Text);
            return ExitCode.Done;
        }));
        return command;
    }
}
