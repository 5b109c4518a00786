using System.CommandLine;
using System.Net.Sockets;
using Appliance.Simulator.Smsc;
using Appliance.Peers.Spec;

namespace Appliance.Commands;

/// <summary>appliance simulate smsc.</summary>
internal static class SimulateSmscCommand
{
    internal static Command Create()
    {
        var listen = TextOption.Create("--listen", "address to listen on", "127.0.0.1:2776", TextOption.Address);
        var systemId = new Option<string?>("--system-id") { Description = "the one to accept; any if not given" };
        var password = new Option<string?>("--password") { Description = "the one to accept; any if not given" };
        var maxBinds = TextOption.Number(
            "--max-binds", "sessions a system_id, ESME_RALYBND above; 0: no limit", 0, 0, int.MaxValue);
        var seed = TextOption.Create("--seed", "same seed, same traffic: same faults", "1", TextOption.Unsigned);
        var firstId = TextOption.Create(
            "--first-id", "number of the first message id; by default one that no earlier start gave", null,
            text => (ulong?)TextOption.Unsigned(text));
        var window = TextOption.Number("--receipt-window", "unanswered deliver_sm a session", 1000, 1, 1_000_000);
        var retry = TextOption.Create(
            "--receipt-retry", "until a refused receipt is sent again", "5s", Duration.Parse);
        var attempts = TextOption.Number("--receipt-attempts", "how often a receipt is sent", 10, 1, 255);
        var store = TextOption.Number(
            "--receipt-store", "receipts kept in all, about 170 bytes each", 10_000_000, 1, 100_000_000);
        var enquire = TextOption.Create("--enquire-link", "after so much silence; 0: never", "30s", Duration.Parse);
        var timeout = TextOption.Create("--response-timeout", "for deliver_sm_resp", "30s", Duration.Parse);
        var from = TextOption.Create("--mo-from", "numbers that mobiles send from", "26377#######", Checked);
        var to = TextOption.Create("--mo-to", "number that mobiles send to", "12345", text => text);
        var record = new Option<string?>("--record") { Description = "file for a line about everything seen and said" };
        var control = TextOption.Create(
            "--control", "HTTP: GET /stats, POST /faults, POST /drop", null, TextOption.Address);
        var behaviour = BehaviourTable.Settings.Select(Behaviour).ToArray();
        var command = new Command("smsc", "A simulated SMSC with faults to order.")
        {
            listen, systemId, password, maxBinds, seed, firstId, window, retry, attempts, store, enquire, timeout,
            from, to, record, control,
        };
        foreach (var option in behaviour) command.Options.Add(option);
        command.SetAction((parsed, cancellation) => RunAsync(
            new SmscOptions
            {
                Listen = listen.Read(parsed)!,
                SystemId = parsed.GetValue(systemId),
                Password = parsed.GetValue(password),
                MaxBinds = maxBinds.Read(parsed),
                Seed = seed.Read(parsed),
                FirstId = firstId.Read(parsed),
                ReceiptWindow = window.Read(parsed),
                ReceiptRetry = Span(retry.Read(parsed)),
                ReceiptAttempts = attempts.Read(parsed),
                ReceiptStore = store.Read(parsed),
                EnquireLink = Span(enquire.Read(parsed)),
                ResponseTimeout = Span(timeout.Read(parsed)),
                MobileFrom = from.Read(parsed)!,
                MobileTo = to.Read(parsed)!,
                Record = parsed.GetValue(record),
                Behaviour = Given(parsed, behaviour),
            },
            control.Read(parsed), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(
        SmscOptions options, System.Net.IPEndPoint? control, CancellationToken cancellation)
    {
        // The command line listens for signals only once this has begun; the control address would take them all.
        await Task.Yield();
        try
        {
            await using var simulator = SmscSimulator.Start(options);
            await using var controller =
                control is null ? null : await SmscControl.StartAsync(simulator, control);
            Console.WriteLine($"SMSC simulator listening on {simulator.EndPoint}");
            await Task.WhenAny(simulator.Completion, Task.Delay(Timeout.Infinite, cancellation));
            if (simulator.Completion.IsFaulted) await simulator.Completion;
            return 0;
        }
        catch (Exception error) when (error is SocketException or IOException or FormatException)
        {
            await Console.Error.WriteLineAsync(error.Message);
            return 1;
        }
    }

    /// <summary>The value stays a text; reading it once here gives the error its option's name.</summary>
    private static Option<string?> Behaviour(BehaviourSetting setting) =>
        TextOption.Create(
            "--" + setting.Name, setting.Help, setting.Value, text => setting.Set(new SmscBehaviour(), text));

    private static Dictionary<string, string> Given(ParseResult parsed, Option<string?>[] options)
    {
        var given = new Dictionary<string, string>();
        foreach (var option in options)
        {
            // Only what was given: receipt-id without a word of its own follows id.
            if (parsed.GetResult(option) is not { Implicit: false }) continue;
            given.Add(option.Name[2..], parsed.GetValue(option)!);
        }
        return given;
    }

    private static string Checked(string pattern)
    {
        Pattern.Parse(pattern);
        return pattern;
    }

    private static TimeSpan Span(long nanoseconds) => TimeSpan.FromTicks(nanoseconds / 100);
}
