using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Appliance.Numbering;
using Appliance.Operate;
using Appliance.Operate.Http;
using Appliance.Operate.Storage;
using Appliance.Routing.Versions;
using Store;
using Store.Numbers;

namespace Appliance.Commands;

/// <summary>
/// <c>appliance backup DIR --config FILE</c>: of a running appliance through its admin listener, of one that is not
/// running directly.
/// </summary>
internal static class BackupCommand
{
    private const double Mebibyte = 1 << 20;

    // 1 TiB/s; no disk is faster.
    private const int FastestRate = 1 << 20;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);

    public static Command Create()
    {
        var directory = new Argument<string>("DIR") { Description = "Where backups are kept; made when absent" };
        var config = AdminOptions.Config();
        var keep = TextOption.Number(
            "--keep", "Backups kept; older ones go", BackupRequest.KeptByDefault, 1, BackupRequest.MostKept);
        var rate = TextOption.Number("--rate", "MiB a second to copy at most, 0 for no limit", 0, 0, FastestRate);
        var command = new Command("backup", "Back up the data folder, also while the appliance runs; only files "
            + "that DIR does not have yet are copied")
        {
            directory, config, keep, rate,
        };
        command.SetAction(parsed => AdminOptions.WithAsync(parsed.GetRequiredValue(config), configuration =>
            RunAsync(configuration, new BackupRequest
            {
                Directory = Path.GetFullPath(parsed.GetRequiredValue(directory)),
                Keep = keep.Read(parsed),
                BytesPerSecond = rate.Read(parsed) * (long)Mebibyte,
            })));
        return command;
    }

    private static async Task<int> RunAsync(Configuration configuration, BackupRequest request)
    {
        using var client = AdminClient.For(configuration);
        if (!await client.IsRunningAsync()) return Directly(configuration, request);
        await client.RequireAsync(configuration);
        var status = await client.PostAsync(
            "backup", request, AdminJson.Default.BackupRequest, AdminJson.Default.BackupStatus);
        using var pause = new PeriodicTimer(Look);
        while (status.State == BackupState.Running && await pause.WaitForNextTickAsync())
        {
            status = await client.GetAsync("backup", AdminJson.Default.BackupStatus);
            if (status.State == BackupState.Running && !Console.IsErrorRedirected)
            {
                await Console.Error.WriteAsync(
                    $"\r{Text(status.Seconds)} s, {Mib(status.Bytes)} in {status.Directory}");
            }
        }

        if (!Console.IsErrorRedirected) await Console.Error.WriteLineAsync();
        if (status.State != BackupState.Done)
        {
            await Console.Error.WriteLineAsync($"The backup failed: {status.Error}");
            return ExitCode.Failed;
        }

        Say(status, request.Directory);
        return ExitCode.Done;
    }

    /// <summary>Nobody has the folder open: this process opens it for the moment.</summary>
    private static int Directly(Configuration configuration, BackupRequest request)
    {
        if (!File.Exists(Path.Combine(configuration.Data, "CURRENT")))
        {
            throw new StoreException(StoreFault.MissingFile,
                $"There is nothing to back up in {configuration.Data}. Does --config name the right configuration?");
        }

        if (BackupTarget.Check(request.Directory) is { } fault) throw new IOException("DIR: " + fault);
        var clock = Stopwatch.StartNew();
        using var journal = Open(configuration);
        using var numbers = Directory.Exists(PortedNumbers.Folder(configuration.Data))
            ? NumberStore.Open(PortedNumbers.Folder(configuration.Data)) : null;
        var made = Backup.Create(
            journal, numbers, request.Directory, request.Keep ?? BackupRequest.KeptByDefault, request.BytesPerSecond);
        new RangeFile(configuration.Data).CopyTo(request.Directory);
        new VersionFolder(configuration.Data).CopyTo(request.Directory);
        Say(new BackupStatus
        {
            State = BackupState.Done,
            Id = made.Id,
            Bytes = made.Bytes,
            Node = configuration.Node,
            Data = Path.GetFullPath(configuration.Data),
            Seconds = clock.Elapsed.TotalSeconds,
        }, request.Directory);
        return ExitCode.Done;
    }

    private static Store.Journal Open(Configuration configuration)
    {
        try
        {
            return Store.Journal.Open(PipelineOptions.Journal(configuration));
        }
        catch (StoreException error) when (error.Fault == StoreFault.Locked)
        {
            throw new StoreException(StoreFault.Locked, $"{configuration.Data} is in use by another process, but no "
                + $"appliance answers on {configuration.Admin.Listen}. If one runs with this data, name its "
                + "configuration with --config; wait for a backup or an appliance that is starting. Stop that process "
                + "if it is none of these.", error);
        }
    }

    private static void Say(BackupStatus made, string directory) => Console.WriteLine(
        $"backup {Text(made.Id, "0")} in {directory}: {Mib(made.Bytes)}, {Text(made.Seconds)} s, of node "
        + $"{Text(made.Node, "0")} with data in {made.Data}");

    private static string Mib(long bytes) => Text(bytes / Mebibyte) + " MiB";

    private static string Text(double number, string format = "0.0") =>
        number.ToString(format, CultureInfo.InvariantCulture);
}
