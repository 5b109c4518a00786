using System.CommandLine;
using System.Globalization;
using Appliance.Operate;
using Appliance.Operate.Http;

namespace Appliance.Commands;

/// <summary><c>appliance ctl dead list|retry|drop</c>: messages that no carrier took.</summary>
internal static class CtlDeadCommand
{
    public static Command Create() => new("dead", "Dead letters: messages that no carrier took")
    {
        CreateList(),
        CreateChange("retry", "Let messages go out again as if they came in now",
            (client, id) => client.PostAsync($"dead/{id}/retry", AdminJson.Default.DeadResult)),
        CreateChange("drop", "Take messages off the list; their history stays",
            (client, id) => client.DeleteAsync($"dead/{id}", AdminJson.Default.DeadResult)),
    };

    private static Command CreateList()
    {
        var config = AdminOptions.Config();
        var limit = TextOption.Number("--limit", "At most so many", 100, 1, 1000);
        var after = new Option<string?>("--after") { Description = "Those after this message_id" };
        var raw = new Option<bool>("--json") { Description = "Print the answer as JSON" };
        var command = new Command("list", "List them, the oldest first") { config, limit, after, raw };
        command.SetAction(parsed => AdminOptions.WithAsync(parsed.GetRequiredValue(config), async configuration =>
        {
            using var client = AdminClient.For(configuration);
            var call = string.Create(CultureInfo.InvariantCulture,
                $"dead?limit={limit.Read(parsed)}&after={Uri.EscapeDataString(parsed.GetValue(after) ?? "")}");
            if (parsed.GetValue(raw)) await Console.Out.WriteLineAsync(await client.GetTextAsync(call));
            else Write(await client.GetAsync(call, AdminJson.Default.DeadDocument));
            return ExitCode.Done;
        }));
        return command;
    }

    private static void Write(DeadDocument page)
    {
        var table = new TextTable("MESSAGE", "TO", "ACCOUNT", "CARRIER", "FAILED", "REASON");
        foreach (var one in page.Letters)
        {
            table.Add(one.MessageId, one.To, one.Account, one.Carrier,
                one.FailedAt.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture), one.Reason);
        }

        table.WriteTo(Console.Out);
        if (page.Next is { } next) Console.WriteLine($"more: --after {next}");
    }

    private static Command CreateChange(
        string name, string description, Func<AdminClient, string, Task<DeadResult>> change)
    {
        var ids = new Argument<string[]>("MESSAGE_ID") { Arity = ArgumentArity.OneOrMore };
        var config = AdminOptions.Config();
        var command = new Command(name, description) { ids, config };
        command.SetAction(parsed => AdminOptions.WithAsync(parsed.GetRequiredValue(config), async configuration =>
        {
            using var client = AdminClient.For(configuration);
            var failed = false;
            foreach (var id in parsed.GetRequiredValue(ids))
            {
                try
                {
                    var result = await change(client, Uri.EscapeDataString(id));
                    await Console.Out.WriteLineAsync($"{id} {result.Result}");
                }
                catch (AdminException error)
                {
                    failed = true;
                    await Console.Error.WriteLineAsync($"{id}: {error.Message}");
                }
            }

            return failed ? ExitCode.Failed : ExitCode.Done;
        }));
        return command;
    }
}
