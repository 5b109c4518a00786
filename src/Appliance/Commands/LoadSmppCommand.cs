using System.CommandLine;
using Appliance.Load;
using Appliance.Load.Smpp;
using Appliance.Peers.Sending;
using Appliance.Peers.Spec;
using Codec;

namespace Appliance.Commands;

/// <summary>appliance load smpp.</summary>
internal static class LoadSmppCommand
{
    internal static Command Create()
    {
        var shared = new LoadOptions();
        var server = TextOption.Create("--server", "SMPP server", "127.0.0.1:2775", TextOption.Address);
        var systemId = TextOption.Create(
            "--system-id", "system_id; # are the account's number: acct####", "demo", Pattern.Parse);
        var password = TextOption.Create("--password", "password; # as in --system-id", "demo", Pattern.Parse);
        var accounts = TextOption.Number("--accounts", "system_ids to bind as", 1, 1, 1_000_000);
        var sessions = TextOption.Number("--sessions", "sessions of each account", 1, 1, 100_000);
        var window = TextOption.Number("--window", "unanswered submit_sm a session", 100, 1, 100_000);
        var burst = TextOption.Number(
            "--burst", "with --rate: messages a session sends before it is the next one's turn", 1, 1, 100_000);
        var bind = TextOption.Create("--bind", "trx, tx, or tx+rx (a pair for each session)", "trx", Modes);
        var coding = TextOption.Create("--data-coding", "0, 3, 4 or 8 (UCS-2)", "0", Coding);
        var receipts = TextOption.Create("--receipts", "true or false: registered_delivery", "true", TextOption.YesNo);
        var match = TextOption.Create(
            "--match", "id: a receipt must have its response's message_id; destination: its number suffices", "id",
            MatchesIds);
        var enquireLink = TextOption.Create("--enquire-link", "after so much silence", "30s", Duration.Parse);
        var command = new Command("smpp", "submit_sm with a window or at a rate.")
        {
            server, systemId, password, accounts, sessions, window, burst, bind, coding, receipts, match, enquireLink,
        };
        shared.AddTo(command);
        command.SetAction((parsed, cancellation) =>
        {
            var plan = new SmppLoadPlan
            {
                Server = server.Read(parsed)!,
                Binds = Binds(
                    systemId.Read(parsed)!, password.Read(parsed)!, accounts.Read(parsed),
                    sessions.Read(parsed), bind.Read(parsed)!),
                Window = window.Read(parsed),
                Burst = burst.Read(parsed),
                EnquireLinkNs = enquireLink.Read(parsed),
                MatchIds = match.Read(parsed),
                Rate = shared.Rate.Read(parsed),
                Poisson = parsed.GetValue(shared.Poisson),
                Seed = shared.Seed.Read(parsed),
                Count = shared.Count.Read(parsed),
                DurationNs = shared.ReadDuration(parsed),
                WarmupNs = shared.Warmup.Read(parsed),
                SettleNs = shared.Settle.Read(parsed),
                ConnectTimeoutNs = shared.ConnectTimeout.Read(parsed),
                ResponseTimeoutNs = shared.ResponseTimeout.Read(parsed),
                Destinations = shared.ReadDestinations(parsed),
                Track = shared.Track.Read(parsed),
                Quiet = parsed.GetValue(shared.Quiet),
                Message = new MessageShape
                {
                    Source = shared.From.Read(parsed)!,
                    Body = parsed.GetValue(shared.Body),
                    Length = shared.BodyLength.Read(parsed),
                    DataCoding = coding.Read(parsed),
                    RequestReceipt = receipts.Read(parsed),
                },
            };
            return LoadCommand.RunAsync(
                () => new SmppLoad(plan, Console.Out), parsed.GetValue(shared.Json), cancellation);
        });
        return command;
    }

    private static List<BindRequest> Binds(
        Pattern systemId, Pattern password, int accounts, int sessions, CommandId[] modes)
    {
        var binds = new List<BindRequest>();
        for (int session = 0; session < sessions; session++)
        {
            for (int account = 0; account < accounts; account++)
            {
                foreach (var mode in modes)
                {
                    binds.Add(new BindRequest(mode, systemId.Name(account), password.Name(account)));
                }
            }
        }
        return binds;
    }

    private static CommandId[] Modes(string text) => text switch
    {
        "trx" => [CommandId.BindTransceiver],
        "tx" => [CommandId.BindTransmitter],
        "tx+rx" => [CommandId.BindTransmitter, CommandId.BindReceiver],
        _ => throw new FormatException($"'{text}': expected trx, tx or tx+rx"),
    };

    private static byte Coding(string text) => text switch
    {
        "0" => 0,
        "3" => 3,
        "4" => 4,
        "8" => 8,
        _ => throw new FormatException($"'{text}': expected 0, 3, 4 or 8"),
    };

    private static bool MatchesIds(string text) => text switch
    {
        "id" => true,
        "destination" => false,
        _ => throw new FormatException($"'{text}': expected id or destination"),
    };
}
