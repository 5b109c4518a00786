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
        CreateChange(new Change("retry", "retried", "Let messages go out again as if they came in now",
            (client, id) => client.PostAsync($"dead/{id}/retry", AdminJson.Default.DeadResult))),
        CreateChange(new Change("drop", "dropped", "Take messages off the list; their history stays",
            (client, id) => client.DeleteAsync($"dead/{id}", AdminJson.Default.DeadResult))),
    };

    /// <summary>What is done to letters, one by one or many at a time.</summary>
    private sealed record Change(
        string Name, string Done, string Description, Func<AdminClient, string, Task<DeadResult>> One);

    private static Command CreateList()
    {
        var config = AdminOptions.Config();
        var limit = TextOption.Number("--limit", "At most so many", 100, 1, 1000);
        var after = new Option<string?>("--after") { Description = "Those after this message_id" };
        var raw = new Option<bool>("--json") { Description = "Print the answer as JSON" };
        var choice = new DeadChoice();
        var command = new Command("list", "List them, the oldest first") { config, limit, after, raw };
        choice.AddTo(command);
        command.SetAction(parsed => AdminOptions.WithAsync(parsed.GetRequiredValue(config), async configuration =>
        {
            using var client = AdminClient.For(configuration);
            var call = string.Create(CultureInfo.InvariantCulture,
                $"dead?limit={limit.Read(parsed)}&after={Escape(parsed.GetValue(after))}") + Query(choice.Read(parsed));
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

    private static string Query(DeadChangeRequest choice) => $"&account={Escape(choice.Account)}"
        + $"&carrier={Escape(choice.Carrier)}&reason={Escape(choice.Reason)}&before={Escape(choice.Before)}";

    private static string Escape(string? text) => Uri.EscapeDataString(text ?? "");

    private static Command CreateChange(Change change)
    {
        var ids = new Argument<string[]>("MESSAGE_ID")
        {
            Description = "Or by --all, or by what they have in common",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var config = AdminOptions.Config();
        var all = new Option<bool>("--all") { Description = "All of them" };
        var dry = new Option<bool>("--dry-run") { Description = "Count them, change nothing" };
        var choice = new DeadChoice();
        var command = new Command(change.Name, change.Description) { ids, config, all, dry };
        choice.AddTo(command);
        command.SetAction(parsed =>
        {
            var request = choice.Read(parsed) with { All = parsed.GetValue(all), DryRun = parsed.GetValue(dry) };
            var named = parsed.GetValue(ids) ?? [];
            var ways = (named.Length > 0 ? 1 : 0) + (request.All ? 1 : 0) + (DeadChoice.IsEmpty(request) ? 0 : 1);
            if (ways != 1 || (named.Length > 0 && request.DryRun))
            {
                Console.Error.WriteLine($"ctl dead {change.Name}: expected message ids, or --all, or --account, "
                    + "--carrier, --reason and --before, one of the three; --dry-run goes with the last two");
                return Task.FromResult(ExitCode.WrongUsage);
            }

            return AdminOptions.WithAsync(parsed.GetRequiredValue(config), configuration => named.Length > 0
                ? ChangeNamedAsync(configuration, change, named)
                : ChangeManyAsync(configuration, change, request));
        });
        return command;
    }

    private static async Task<int> ChangeNamedAsync(Configuration configuration, Change change, string[] ids)
    {
        using var client = AdminClient.For(configuration);
        var failed = false;
        foreach (var id in ids)
        {
            try
            {
                var result = await change.One(client, Uri.EscapeDataString(id));
                await Console.Out.WriteLineAsync($"{id} {result.Result}");
            }
            catch (AdminException error)
            {
                failed = true;
                await Console.Error.WriteLineAsync($"{id}: {error.Message}");
            }
        }

        return failed ? ExitCode.Failed : ExitCode.Done;
    }

    /// <summary>A call does a piece; goes on until all were looked at, or memory has no room for more.</summary>
    private static async Task<int> ChangeManyAsync(
        Configuration configuration, Change change, DeadChangeRequest request)
    {
        using var client = AdminClient.For(configuration);
        long matched = 0, changed = 0, underWay = 0, waiting = 0;
        do
        {
            var piece = await client.PostAsync("dead/" + change.Name, request, AdminJson.Default.DeadChangeRequest,
                AdminJson.Default.DeadChangeResult);
            matched += piece.Matched;
            changed += piece.Changed;
            underWay += piece.UnderWay;
            waiting += piece.Waiting;
            request = request with { After = piece.Next };
        }
        while (request.After is not null && waiting == 0);
        if (request.DryRun)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{matched} would be {change.Done}"));
            return ExitCode.Done;
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{changed} {change.Done}"));
        if (underWay > 0)
        {
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{underWay} left: their failure is still being told to the customer; again when that is done"));
        }

        if (waiting > 0)
        {
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{waiting} wait for room in memory, and what came after them was left; ")
                + "again when the queues are shorter");
        }

        return underWay + waiting == 0 ? ExitCode.Done : ExitCode.Failed;
    }
}
