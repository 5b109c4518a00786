using System.CommandLine;
using System.Globalization;
using Appliance.Numbering;
using Appliance.Operate;
using Appliance.Operate.Storage;
using Appliance.Routing.Versions;
using Store;

namespace Appliance.Commands;

/// <summary><c>appliance restore DIR --config FILE</c>: into a data folder that is absent or empty.</summary>
internal static class RestoreCommand
{
    private const double Mebibyte = 1 << 20;

    public static Command Create()
    {
        var directory = new Argument<string>("DIR") { Description = "Where the backups are" };
        var config = AdminOptions.Config();
        var number = TextOption.Create(
            "--backup", "Which backup, by its number; the latest without it", null, TextOption.Positive);
        var list = new Option<bool>("--list") { Description = "List the backups, restore nothing" };
        var command = new Command("restore", "Restore the data folder from a backup; the appliance must not run and "
            + "the folder must be absent or empty")
        {
            directory, config, number, list,
        };
        command.SetAction(parsed => AdminOptions.WithAsync(parsed.GetRequiredValue(config), configuration =>
            parsed.GetValue(list)
                ? Task.FromResult(List(parsed.GetRequiredValue(directory)))
                : RestoreAsync(parsed.GetRequiredValue(directory), configuration, number.Read(parsed))));
        return command;
    }

    private static int List(string directory)
    {
        var table = new TextTable("BACKUP", "MADE", "MIB");
        foreach (var backup in Backup.List(directory))
            table.Add(backup.Id.ToString(CultureInfo.InvariantCulture), Time(backup.Time), Mib(backup.Bytes));
        table.WriteTo(Console.Out);
        return ExitCode.Done;
    }

    private static async Task<int> RestoreAsync(string directory, Configuration configuration, int number)
    {
        var data = configuration.Data;
        if (Directory.Exists(data) && Directory.EnumerateFileSystemEntries(data).Any())
        {
            var stop = await RunsAsync(configuration) ? "The appliance runs: stop it. Then" : "First";
            throw new IOException($"{data} is not empty, and a restore overwrites nothing. "
                + $"{stop} move the folder away (mv {data} {data}.old), and restore again.");
        }

        var node = NodeOf(directory);
        if (node != configuration.Node)
        {
            throw new StoreException(StoreFault.WrongVersion, $"{directory} holds backups of node {node}, but the "
                + $"configuration says node {configuration.Node}. Correct one of the two.");
        }

        var clock = System.Diagnostics.Stopwatch.StartNew();
        var backup = Backup.Restore(directory, data, PortedNumbers.Folder(data), number == 0 ? null : number);
        new RangeFile(data).RestoreFrom(directory);
        new VersionFolder(data).RestoreFrom(directory);
        Console.WriteLine($"backup {backup.Id} of {Time(backup.Time)} is in {data}: {Mib(backup.Bytes)} MiB, "
            + clock.Elapsed.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture) + " s");
        Console.WriteLine("What was unfinished when it was made goes out again at the start, possibly a second time.");
        return ExitCode.Done;
    }

    /// <summary>Whether something answers, or has the folder without answering where it is looked for.</summary>
    private static async Task<bool> RunsAsync(Configuration configuration)
    {
        using var client = AdminClient.For(configuration);
        if (await client.IsRunningAsync()) return true;
        if (!Directory.Exists(Path.Combine(configuration.Data, RangeFile.Folder))) return false;
        using var free = new RangeFile(configuration.Data).TryLock();
        return free is null;
    }

    /// <summary>Whose backups they are: "journal 1 node 7" stands in FORMAT.</summary>
    private static int NodeOf(string directory)
    {
        _ = Backup.List(directory);
        var words = File.ReadAllText(Path.Combine(directory, "journal", "FORMAT")).Split(' ', '\n');
        return words.Length > 3 && int.TryParse(words[3], CultureInfo.InvariantCulture, out var node) ? node
            : throw new StoreException(StoreFault.Corrupt, $"{directory}/journal/FORMAT is damaged: expected "
                + "\"journal VERSION node NUMBER\".");
    }

    private static string Time(DateTime time) =>
        time.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string Mib(long bytes) => (bytes / Mebibyte).ToString("0.0", CultureInfo.InvariantCulture);
}
