using System.CommandLine;
using System.Globalization;
using Appliance.Operate;
using Appliance.Operate.Http;

namespace Appliance.Commands;

/// <summary><c>appliance ctl fraud list|release</c>: pumped ranges and receipts that look made up.</summary>
internal static class CtlFraudCommand
{
    public static Command Create() => new("fraud", "Inflated traffic and fake receipts")
    {
        CreateList(),
        CreateRelease(),
    };

    private static Command CreateList()
    {
        var config = AdminOptions.Config();
        var raw = new Option<bool>("--json") { Description = "Print the answer as JSON" };
        var command = new Command("list", "Ranges that were found or are blocked, and carriers' receipts")
        {
            config, raw,
        };
        command.SetAction(parsed => AdminOptions.WithAsync(parsed.GetRequiredValue(config), async configuration =>
        {
            using var client = AdminClient.For(configuration);
            if (parsed.GetValue(raw)) await Console.Out.WriteLineAsync(await client.GetTextAsync("fraud"));
            else Write(await client.GetAsync("fraud", AdminJson.Default.FraudDocument));
            return ExitCode.Done;
        }));
        return command;
    }

    private static void Write(FraudDocument fraud)
    {
        var ranges = new TextTable("RANGE", "ACCOUNT", "MESSAGES", "DISTINCT", "SEQUENTIAL", "DELIVERED", "FOUND");
        foreach (var one in fraud.Found.Concat(fraud.Blocked))
        {
            ranges.Add("+" + one.Range, one.Account, Text(one.Messages), Text(one.Distinct), Text(one.Sequential),
                $"{Text(one.Delivered)} of {Text(one.Receipts)}", one.At is { } at ? Time(at) : "blocked now");
        }

        ranges.WriteTo(Console.Out);
        var receipts = new TextTable("CARRIER", "NETWORK", "SCORE", "", "AT");
        foreach (var one in fraud.Receipts)
        {
            receipts.Add(one.Carrier, one.Network ?? "unknown", one.Score.ToString("F3", CultureInfo.InvariantCulture),
                one.Suspected ? "suspected" : "", Time(one.At));
        }

        receipts.WriteTo(Console.Out);
    }

    private static Command CreateRelease()
    {
        var number = new Argument<string>("NUMBER") { Description = "A number of the range" };
        var config = AdminOptions.Config();
        var account = new Option<string>("--account") { Description = "The account's name", Required = true };
        var command = new Command("release", "Let an account's messages to a range pass again")
        {
            number, config, account,
        };
        command.SetAction(parsed => AdminOptions.WithAsync(parsed.GetRequiredValue(config), async configuration =>
        {
            using var client = AdminClient.For(configuration);
            var answer = await client.PostAsync(
                "fraud/release", new FraudRelease(parsed.GetRequiredValue(account), parsed.GetRequiredValue(number)),
                AdminJson.Default.FraudRelease, AdminJson.Default.FraudReleased);
            await Console.Out.WriteLineAsync(answer.Released ? "released" : "was not blocked");
            return answer.Released ? ExitCode.Done : ExitCode.Failed;
        }));
        return command;
    }

    private static string Time(DateTimeOffset at) =>
        at.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
