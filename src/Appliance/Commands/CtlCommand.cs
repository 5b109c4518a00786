using System.CommandLine;
using System.Globalization;
using Appliance.Operate;
using Appliance.Operate.Http;

namespace Appliance.Commands;

/// <summary><c>appliance ctl ...</c>: asks a running appliance. Each subcommand is one entry of the list.</summary>
internal static class CtlCommand
{
    private const double Mebibyte = 1 << 20;

    public static Command Create() => new("ctl", "Ask a running appliance over its admin listener")
    {
        Table("status", "The node at a glance", StatusAsync),
        Table("carriers", "Carriers with their sessions, windows and queues", CarriersAsync),
        Table("sessions", "SMPP sessions that are bound", SessionsAsync),
        Table("queues", "What waits, by carrier and account", QueuesAsync),
        CtlRouteCommand.Create(),
        CtlTablesCommand.CreateReload(),
        CtlTablesCommand.Create(),
        CtlTraceCommand.Create(),
        CtlDeadCommand.Create(),
        CtlClockCommand.Create(),
        CtlBalanceCommand.Create(),
        CtlChargesCommand.Create(),
        CtlOptOutCommand.Create(),
        CtlFraudCommand.Create(),
    };

    /// <summary>A subcommand that asks one call and shows the answer as a table, or with --json as it came.</summary>
    private static Command Table(string name, string description, Func<AdminClient, Task<TextTable>> ask)
    {
        var config = AdminOptions.Config();
        var raw = new Option<bool>("--json") { Description = "Print the answer as JSON" };
        var command = new Command(name, description) { config, raw };
        command.SetAction(parsed => AdminOptions.WithAsync(parsed.GetRequiredValue(config), async configuration =>
        {
            using var client = AdminClient.For(configuration);
            if (parsed.GetValue(raw)) await Console.Out.WriteLineAsync(await client.GetTextAsync(name));
            else (await ask(client)).WriteTo(Console.Out);
            return ExitCode.Done;
        }));
        return command;
    }

    private static async Task<TextTable> StatusAsync(AdminClient client)
    {
        var status = await client.GetAsync("status", AdminJson.Default.StatusDocument);
        var table = new TextTable("", "");
        table.Add("version", status.Version);
        table.Add("node", Text(status.Node));
        table.Add("started", status.StartedAt.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        table.Add("ready", status.Ready ? "yes" : "no");
        foreach (var (check, what) in status.Checks.Where(check => check.Value != "ok")) table.Add("  " + check, what);
        table.Add("unfinished messages", $"{Text(status.LiveMessages)} of {Text(status.LiveMessagesLimit)}");
        table.Add("waiting for carriers", Text(status.QueuedMessages));
        table.Add("carrier sessions",
            $"{Text(status.CarrierSessions)} of {Text(status.CarrierSessionsConfigured)} bound");
        table.Add("ESME sessions", Text(status.EsmeSessions));
        table.Add("data", status.Data);
        table.Add("disk free", $"{Mib(status.DiskFreeBytes)} of {Mib(status.DiskSizeBytes)}");
        table.Add("journal", Mib(status.JournalBytes));
        table.Add("ported numbers", Text(status.PortedNumbers));
        return table;
    }

    private static async Task<TextTable> CarriersAsync(AdminClient client)
    {
        var table = new TextTable(
            "CARRIER", "ADDRESS", "BOUND", "SESSIONS", "UNANSWERED", "WINDOW", "WAITING", "TPS", "THROTTLED",
            "RECEIPTS");
        foreach (var one in await client.GetAsync("carriers", AdminJson.Default.IReadOnlyListCarrierDocument))
        {
            table.Add(one.Name, $"{one.Host}:{Text(one.Port)}", Text(one.SessionsBound), Text(one.Sessions),
                Text(one.WindowUsed), Text(one.Window), Text(one.Waiting),
                one.Throughput == 0 ? "" : Text(one.Throughput), Text(one.Throttles), Text(one.ReceiptsMatched));
        }

        return table;
    }

    private static async Task<TextTable> SessionsAsync(AdminClient client)
    {
        var table = new TextTable("SIDE", "NAME", "SESSION", "BIND", "ADDRESS", "UNANSWERED", "WINDOW", "SINCE");
        foreach (var one in await client.GetAsync("sessions", AdminJson.Default.IReadOnlyListSessionDocument))
        {
            table.Add(one.Side, one.Name, Text(one.Session), one.Bind, one.Remote, Text(one.WindowUsed),
                one.Window == 0 ? "" : Text(one.Window),
                one.BoundAt.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        }

        return table;
    }

    private static async Task<TextTable> QueuesAsync(AdminClient client)
    {
        var table = new TextTable("QUEUE", "NAME", "DEPTH", "LIMIT");
        foreach (var one in await client.GetAsync("queues", AdminJson.Default.IReadOnlyListQueueDocument))
            table.Add(one.Queue, one.Name, Text(one.Depth), one.Limit == 0 ? "" : Text(one.Limit));
        return table;
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Mib(long bytes) =>
        (bytes / Mebibyte).ToString("0.0", CultureInfo.InvariantCulture) + " MiB";
}
