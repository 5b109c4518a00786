using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Appliance.Operate;
using Appliance.Operate.Http;

namespace Appliance.Commands;

/// <summary><c>appliance ctl reload</c> and <c>appliance ctl tables ...</c>: what of a configuration changes while
/// the appliance runs.</summary>
internal static class CtlTablesCommand
{
    public static Command Create() => new("tables", "Versions of routes, prices, carriers, accounts and rules")
    {
        CreateList(),
        CreateShow(),
        CreateDiff(),
        CreateApply(),
        CreateRollBack(),
    };

    public static Command CreateReload() => Make("reload", "Read the configuration's file again", [],
        async (client, _) => Tell(await client.PostAsync("tables/reload", AdminJson.Default.TableResult)));

    private static Command CreateList() => Make("list", "List them, the newest first", [], async (client, _) =>
    {
        var versions = await client.GetAsync("tables", AdminJson.Default.TablesDocument);
        var table = new TextTable("", "VERSION", "WHO", "AT", "NOTE");
        foreach (var one in versions.Versions)
        {
            table.Add(one.Version == versions.InForce ? "*" : "", Text(one.Version), one.Who,
                one.At.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture), one.Note);
        }

        table.WriteTo(Console.Out);
    });

    private static Command CreateShow()
    {
        var number = Version("VERSION");
        return Make("show", "Print one as JSON, without secrets", [number], async (client, parsed) =>
            Console.WriteLine(await client.GetTextAsync("tables/" + Text(parsed.GetRequiredValue(number)))));
    }

    private static Command CreateDiff()
    {
        var (from, to) = (Version("FROM"), Version("TO"));
        return Make("diff", "Show what differs between two", [from, to], async (client, parsed) =>
        {
            var answer = await client.GetAsync(
                $"tables/diff?from={Text(parsed.GetRequiredValue(from))}&to={Text(parsed.GetRequiredValue(to))}",
                AdminJson.Default.TableDiffDocument);
            foreach (var line in answer.Changes) Console.WriteLine(line);
        });
    }

    private static Command CreateApply()
    {
        var file = new Argument<string>("FILE")
        {
            Description = "JSON with some of routes, money, carriers, accounts and policy",
        };
        var note = new Option<string>("--note") { Description = "Why", DefaultValueFactory = _ => "" };
        var made = new Option<int?>("--base") { Description = "Refuse where another version than this is in force" };
        var dry = new Option<bool>("--dry-run") { Description = "Show what would change, change nothing" };
        return Make("apply", "Put others in force", [file, note, made, dry], async (client, parsed) =>
        {
            var request = new TableRequest
            {
                Tables = Read(parsed.GetRequiredValue(file)),
                Who = Environment.UserName,
                Note = parsed.GetValue(note) ?? "",
                Base = parsed.GetValue(made),
                DryRun = parsed.GetValue(dry),
            };
            Tell(await client.PostAsync(
                "tables", request, AdminJson.Default.TableRequest, AdminJson.Default.TableResult));
        });
    }

    private static Command CreateRollBack()
    {
        var number = Version("VERSION");
        return Make("rollback", "Put an earlier version in force again", [number], async (client, parsed) =>
        {
            var request = new TableRollBack { Version = parsed.GetRequiredValue(number), Who = Environment.UserName };
            Tell(await client.PostAsync(
                "tables/rollback", request, AdminJson.Default.TableRollBack, AdminJson.Default.TableResult));
        });
    }

    private static Command Make(
        string name, string description, IReadOnlyList<Symbol> symbols, Func<AdminClient, ParseResult, Task> run)
    {
        var config = AdminOptions.Config();
        var command = new Command(name, description) { config };
        foreach (var symbol in symbols)
        {
            if (symbol is Argument argument) command.Add(argument);
            else if (symbol is Option option) command.Add(option);
        }

        command.SetAction(parsed => AdminOptions.WithAsync(parsed.GetRequiredValue(config), async configuration =>
        {
            using var client = AdminClient.For(configuration);
            await run(client, parsed);
            return ExitCode.Done;
        }));
        return command;
    }

    private static Argument<int> Version(string name) => new(name) { Description = "A version's number" };

    /// <summary>A file's JSON.</summary>
    internal static JsonElement Read(string path)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path), new JsonDocumentOptions
            {
                AllowTrailingCommas = true,
                CommentHandling = JsonCommentHandling.Skip,
            });
            return document.RootElement.Clone();
        }
        catch (JsonException error)
        {
            throw new FormatException($"{path}: no JSON: {error.Message}", error);
        }
    }

    private static void Tell(TableResult result)
    {
        foreach (var line in result.Changes) Console.WriteLine(line);
        Console.WriteLine($"{result.Result}: version {Text(result.Version)} is in force");
        if (result.NeedsRestart.Count > 0)
            Console.WriteLine("not in force before a restart: " + string.Join(", ", result.NeedsRestart));
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
