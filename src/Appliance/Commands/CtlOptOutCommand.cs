using System.CommandLine;
using System.Globalization;
using Appliance.Operate;
using Appliance.Operate.Http;
using Appliance.Policy.OptOuts;
using Appliance.Policy.Senders;
using Store.Numbers;

namespace Appliance.Commands;

/// <summary><c>appliance ctl optout import|add|remove|list</c>: who does not want an account's messages.</summary>
internal static class CtlOptOutCommand
{
    /// <summary>Bad lines that are kept to be told.</summary>
    private const int MostBad = 10_000;

    public static Command Create() => new("optout", "Opt-outs: who does not want an account's messages")
    {
        CreateImport(),
        CreateChange("add", "Opt numbers out", remove: false),
        CreateChange("remove", "Opt numbers in again", remove: true),
        CreateList(),
    };

    private static Option<string> Account() => new("--account") { Description = "The account's name", Required = true };

    private static Command CreateImport()
    {
        var file = new Argument<string>("FILE")
        {
            Description = "Lines with a number and, after a comma, the sender it is about; none for all senders",
        };
        var config = AdminOptions.Config();
        var account = Account();
        var remove = new Option<bool>("--remove") { Description = "Take them off the list" };
        var bad = new Option<string?>("--bad-lines") { Description = "File that gets bad lines with their reasons" };
        var command = new Command("import", "Import a file of opt-outs: all of its good lines, or nothing where it has "
            + "a bad one and no --bad-lines") { file, config, account, remove, bad };
        command.SetAction(parsed => AdminOptions.WithAsync(
            parsed.GetRequiredValue(config), configuration => ImportAsync(
                configuration, parsed.GetRequiredValue(file), parsed.GetRequiredValue(account),
                parsed.GetValue(remove), parsed.GetValue(bad))));
        return command;
    }

    private static async Task<int> ImportAsync(
        Configuration configuration, string file, string account, bool remove, string? badFile)
    {
        var badLines = new List<BadLine>();
        // Read twice, so that nothing is done with a file that has bad lines.
        long bad = 0;
        foreach (var (line, _, reason, text) in Read(file))
        {
            if (reason is null) continue;
            if (bad++ < MostBad) badLines.Add(new BadLine(line, reason, text));
        }

        BadLineList.Tell(badFile, badLines, bad);
        if (bad > 0 && badFile is null)
        {
            await Console.Error.WriteLineAsync("Nothing was imported.");
            return ExitCode.Failed;
        }

        using var client = AdminClient.For(configuration);
        long taken = 0;
        foreach (var bite in Read(file).Where(line => line.Entry is not null).Chunk(OptOutRequest.Most))
            taken += await SendAsync(client, account, [.. bite.Select(line => line.Entry!)], remove);
        await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
            $"{taken} opt-outs {(remove ? "removed" : "in force")}, {bad} bad lines"));
        return ExitCode.Done;
    }

    private static IEnumerable<(int Line, OptOutRequestEntry? Entry, string? Reason, string Text)> Read(string file)
    {
        var number = 0;
        foreach (var text in File.ReadLines(file))
        {
            number++;
            var line = text.Trim();
            if (line.Length == 0 || line[0] == '#') continue;
            var comma = line.IndexOf(',', StringComparison.Ordinal);
            var to = (comma < 0 ? line : line[..comma]).Trim();
            var sender = comma < 0 ? "" : line[(comma + 1)..].Trim();
            var reason = OptOutWish.NumberOf(to) is null ? $"\"{to}\", expected {OptOutWish.NumberExpected}"
                : sender.Length > 0 && SenderAddress.Fault(sender) is { } fault ? $"\"{sender}\", expected {fault}"
                : null;
            var entry = reason is null ? new OptOutRequestEntry { Number = to, Sender = sender } : null;
            yield return (number, entry, reason, text);
        }
    }

    private static Command CreateChange(string name, string description, bool remove)
    {
        var numbers = new Argument<string[]>("NUMBER")
        {
            Description = "International numbers, with or without +",
            Arity = ArgumentArity.OneOrMore,
        };
        numbers.RefuseOptions();
        var config = AdminOptions.Config();
        var account = Account();
        var sender = new Option<string?>("--sender") { Description = "Only of this sender; else all of the account's" };
        var command = new Command(name, description) { numbers, config, account, sender };
        command.SetAction(parsed => AdminOptions.WithAsync(parsed.GetRequiredValue(config), async configuration =>
        {
            using var client = AdminClient.For(configuration);
            var entries = parsed.GetRequiredValue(numbers)
                .Select(number => new OptOutRequestEntry { Number = number, Sender = parsed.GetValue(sender) });
            var taken = await SendAsync(client, parsed.GetRequiredValue(account), [.. entries], remove);
            await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
                $"{taken} opt-outs {(remove ? "removed" : "in force")}"));
            return ExitCode.Done;
        }));
        return command;
    }

    private static async Task<int> SendAsync(
        AdminClient client, string account, IReadOnlyList<OptOutRequestEntry> entries, bool remove)
    {
        var request = new OptOutRequest { Account = account, OptOuts = entries, Remove = remove };
        var result = await client.PostAsync(
            "opt-outs", request, AdminJson.Default.OptOutRequest, AdminJson.Default.OptOutResult);
        return result.Taken;
    }

    private static Command CreateList()
    {
        var config = AdminOptions.Config();
        var account = Account();
        var number = new Option<string?>("--number") { Description = "Of this number" };
        var ended = new Option<bool>("--ended") { Description = "Those that have ended as well" };
        var limit = TextOption.Number("--limit", "At most so many", OptOutQuery.UsualPage, 1, OptOutQuery.LargestPage);
        var cursor = new Option<string?>("--cursor") { Description = "Where the page before ended" };
        var raw = new Option<bool>("--json") { Description = "Print the answer as JSON" };
        var command = new Command("list", "List an account's, with when and how they came")
        {
            config, account, number, ended, limit, cursor, raw,
        };
        command.SetAction(parsed => AdminOptions.WithAsync(parsed.GetRequiredValue(config), async configuration =>
        {
            using var client = AdminClient.For(configuration);
            var call = string.Create(CultureInfo.InvariantCulture,
                $"opt-outs?limit={limit.Read(parsed)}&ended={(parsed.GetValue(ended) ? "true" : "false")}")
                + $"&account={Escape(parsed.GetValue(account))}&number={Escape(parsed.GetValue(number))}"
                + $"&cursor={Escape(parsed.GetValue(cursor))}";
            if (parsed.GetValue(raw)) await Console.Out.WriteLineAsync(await client.GetTextAsync(call));
            else Write(await client.GetAsync(call, AdminJson.Default.OptOutPage));
            return ExitCode.Done;
        }));
        return command;
    }

    private static void Write(OptOutPage page)
    {
        var table = new TextTable("NUMBER", "SENDER", "STATUS", "SOURCE", "KEYWORD", "AT");
        foreach (var one in page.OptOuts)
        {
            table.Add(one.Number, one.Sender ?? "any", one.Status, one.Source, one.Keyword ?? "",
                one.At.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        }

        table.WriteTo(Console.Out);
        if (page.Next is { } next) Console.WriteLine($"more: --cursor {next}");
    }

    private static string Escape(string? text) => Uri.EscapeDataString(text ?? "");
}
