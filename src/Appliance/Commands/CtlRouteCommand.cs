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
        var raw = new Option<bool>("--json") { Description = "Print the answer as JSON" };
        var command = new Command("replay", "Show what stored messages would do with other routes and prices")
        {
            file, config, hours, raw,
        };
        command.SetAction(parsed => AdminOptions.WithAsync(parsed.GetRequiredValue(config), async configuration =>
        {
            using var client = AdminClient.For(configuration);
            var request = new ReplayRequest
            {
                Tables = CtlTablesCommand.Read(parsed.GetRequiredValue(file)),
                Hours = (int)hours.Read(parsed),
            };
            var result = await client.PostAsync(
                "routes/replay", request, AdminJson.Default.ReplayRequest, AdminJson.Default.ReplayResult);
            if (parsed.GetValue(raw))
                Console.WriteLine(JsonSerializer.Serialize(result, AdminJson.Default.ReplayResult));
            else
                Write(result);
            return ExitCode.Done;
        }));
        return command;
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
            new("--body") { Description = "Its text, for the count of segments" },
        ];
        var raw = new Option<bool>("--json") { Description = "Print the answer as JSON" };
        var command = new Command("explain", "Show each step of a message's way to its carrier, with its numbers")
        {
            number, config, raw,
        };
        foreach (var option in options) command.Add(option);
        command.SetAction(parsed => AdminOptions.WithAsync(parsed.GetRequiredValue(config), async configuration =>
        {
            var query = "routes/explain?number=" + Uri.EscapeDataString(parsed.GetRequiredValue(number));
            foreach (var option in options)
                if (parsed.GetValue(option) is { } value)
                    query += $"&{option.Name[2..]}={Uri.EscapeDataString(value)}";
            using var client = AdminClient.For(configuration);
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
