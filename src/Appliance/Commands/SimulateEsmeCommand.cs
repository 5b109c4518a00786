using System.CommandLine;
using Appliance.Peers.Sending;
using Appliance.Simulator.Esme;
using Appliance.Simulator.Smsc;
using Appliance.Peers.Spec;
using Codec;

namespace Appliance.Commands;

/// <summary>appliance simulate esme.</summary>
internal static class SimulateEsmeCommand
{
    internal static Command Create()
    {
        var server = TextOption.Create("--server", "SMPP server", "127.0.0.1:2775", TextOption.Address);
        var systemId = TextOption.Create("--system-id", "system_id", "demo", text => text);
        var password = TextOption.Create("--password", "password", "demo", text => text);
        var systemType = TextOption.Create("--system-type", "system_type", "", text => text);
        var bind = TextOption.Create("--bind", "trx, tx or rx", "trx", Mode);
        var sessions = TextOption.Number("--sessions", "connections", 1, 1, 100_000);
        var count = TextOption.LongNumber("--count", "messages to send; 0: none, or at --rate without end", 0, 0);
        var rate = TextOption.Create("--rate", "messages a second; 0: as the window lets through", "0", Rate.Parse);
        var window = TextOption.Number("--window", "unanswered submit_sm a session", 10, 1, 100_000);
        var duration = TextOption.Create(
            "--duration", "how long to stay; 0: until all is answered and receipted, or until stopped", "0",
            Duration.Parse);
        var enquire = TextOption.Create("--enquire-link", "after so much silence", "30s", Duration.Parse);
        var from = TextOption.Create("--from", "source address", "Appliance", text => text);
        var to = TextOption.Create(
            "--to", "destinations, as for load smpp", "2637########", text => Destinations.Parse(text, spread: false));
        var body = new Option<string?>("--body") { Description = "text of every message" };
        var length = TextOption.Number("--body-length", "characters, if --body is not given", 160, 0, 60_000);
        var receipts = TextOption.Create("--receipts", "true or false: registered_delivery", "true", TextOption.YesNo);
        var seed = TextOption.Create("--seed", "same seed, same traffic: same faults", "1", TextOption.Unsigned);
        var slow = TextOption.Create("--slow-read", "reads once in so long; 0: as it comes", "0", Duration.Parse);
        var noAnswer = TextOption.Create("--no-answer", "share of deliver_sm never answered", "0%", Chance.Parse);
        var answers = TextOption.Create(
            "--answers", "command_status of deliver_sm_resp: ESME_RX_T_APPN=5%", "none", Answers);
        var drop = TextOption.Create("--drop-after", "a connection drops after this (a distribution)", "0",
            Distribution.Parse);
        var wrong = TextOption.Create(
            "--wrong-pdus", "wrong PDUs in place of messages: unknown-command=1%,bad-tlv=1%", "none",
            text => Mix<WrongPdu>.ParsePercentages(text, WrongPdus.Parse, WrongPdu.None));
        var record = new Option<string?>("--record") { Description = "file for a line about everything told" };
        var quiet = new Option<bool>("--quiet") { Description = "only the summary on the screen" };
        var command = new Command("esme", "A simulated ESME with faults to order.")
        {
            server, systemId, password, systemType, bind, sessions, count, rate, window, duration, enquire, from, to,
            body, length, receipts, seed, slow, noAnswer, answers, drop, wrong, record, quiet,
        };
        command.SetAction((parsed, cancellation) => RunAsync(
            new EsmeOptions
            {
                Server = server.Read(parsed)!,
                Bind = new BindRequest(bind.Read(parsed), systemId.Read(parsed)!, password.Read(parsed)!)
                {
                    SystemType = systemType.Read(parsed)!,
                },
                Sessions = sessions.Read(parsed),
                Count = count.Read(parsed),
                Rate = rate.Read(parsed).PerSecond,
                Window = window.Read(parsed),
                DurationNs = duration.Read(parsed),
                EnquireLinkNs = enquire.Read(parsed),
                Destinations = to.Read(parsed)!,
                Message = new MessageShape
                {
                    Source = from.Read(parsed)!,
                    Body = parsed.GetValue(body),
                    Length = length.Read(parsed),
                    RequestReceipt = receipts.Read(parsed),
                },
                Seed = seed.Read(parsed),
                SlowReadNs = slow.Read(parsed),
                NoAnswer = noAnswer.Read(parsed),
                Answers = answers.Read(parsed)!,
                DropAfter = drop.Read(parsed)!,
                Wrong = wrong.Read(parsed)!,
            },
            parsed.GetValue(record), parsed.GetValue(quiet), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(
        EsmeOptions options, string? record, bool quiet, CancellationToken cancellation)
    {
        try
        {
            using var journal = new EsmeJournal(
                quiet ? null : Console.Out, record is null ? null : new StreamWriter(record));
            using var esme = new EsmeSimulator(options, journal);
            var counters = await esme.RunAsync(cancellation);
            Console.WriteLine(counters);
            return 0;
        }
        catch (Exception error) when (error is IOException or FormatException)
        {
            await Console.Error.WriteLineAsync(error.Message);
            return 1;
        }
    }

    private static CommandId Mode(string text) => text switch
    {
        "trx" => CommandId.BindTransceiver,
        "tx" => CommandId.BindTransmitter,
        "rx" => CommandId.BindReceiver,
        _ => throw new FormatException($"'{text}': expected trx, tx or rx"),
    };

    private static Mix<CommandStatus> Answers(string text) =>
        Mix<CommandStatus>.ParsePercentages(text, BehaviourTable.Status, CommandStatus.ESME_ROK);
}
