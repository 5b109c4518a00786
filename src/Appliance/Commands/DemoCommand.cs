using System.CommandLine;
using System.Net;
using Appliance.Operate;
using Appliance.Simulator.Smsc;

namespace Appliance.Commands;

/// <summary><c>appliance demo</c>: the appliance with two simulated carriers and one account.</summary>
internal static class DemoCommand
{
    private const int FirstCarrierPort = 2801;
    private const int SecondCarrierPort = 2802;

    public static Command Create()
    {
        var data = new Option<string>("--data")
        {
            Description = "The folder of the journal.",
            DefaultValueFactory = _ => "./data/demo",
        };
        var command = new Command("demo", "Runs the appliance with two simulated carriers, to try it out.") { data };
        command.SetAction((result, cancellation) => RunAsync(result.GetRequiredValue(data), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(string data, CancellationToken cancellation)
    {
        await using var alpha = Carrier(FirstCarrierPort);
        await using var beta = Carrier(SecondCarrierPort);
        var configuration = Configuration.Demo(data, FirstCarrierPort, SecondCarrierPort);
        var (http, smpp, admin) = (configuration.Http.Listen, configuration.Smpp.Listen, configuration.Admin.Listen);
        return await RunCommand.RunAsync(configuration, cancellation, () => Console.WriteLine(
            $$"""

            The demo runs. Try:

              curl -s http://{{http}}/api/v1/messages -H 'Authorization: Bearer demo-key' \
                -H 'Content-Type: application/json' -d '{"from":"Shop","to":"+4915112345678","body":"Hello"}'
              curl -s http://{{http}}/api/v1/messages/MESSAGE_ID -H 'Authorization: Bearer demo-key'

              SMPP client:  host {{smpp.Address}}  port {{smpp.Port}}  system_id demo  password demo
              Load:         out/appliance load smpp --server {{smpp}} --duration 10s
              Metrics:      http://{{admin}}/metrics    Health: http://{{admin}}/readyz

            Receipts follow after about a second. Data is in {{configuration.Data}}. Ctrl+C ends it.

            """));
    }

    /// <summary>Receipts after about a second, as the demo promises.</summary>
    private static SmscSimulator Carrier(int port) =>
        SmscSimulator.Start(new SmscOptions { Listen = new IPEndPoint(IPAddress.Loopback, port) });
}
