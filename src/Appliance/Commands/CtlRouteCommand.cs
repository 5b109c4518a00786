using System.CommandLine;
using Appliance.Operate;
using Appliance.Operate.Http;

namespace Appliance.Commands;

/// <summary><c>appliance ctl route explain NUMBER</c>: how a message to a number would be routed now.</summary>
internal static class CtlRouteCommand
{
    public static Command Create() => new("route", "Routes of messages")
    {
        CreateExplain(),
    };

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
