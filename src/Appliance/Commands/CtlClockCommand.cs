using System.CommandLine;
using System.Globalization;
using Appliance.Operate;
using Appliance.Operate.Http;

namespace Appliance.Commands;

/// <summary><c>appliance ctl clock accept</c>: the wall clock is right, though the journal's times say
/// otherwise.</summary>
internal static class CtlClockCommand
{
    public static Command Create() => new("clock", "The wall clock, where the appliance does not follow it")
    {
        CreateAccept(),
    };

    private static Command CreateAccept()
    {
        var config = AdminOptions.Config();
        var command = new Command("accept", "Say that the machine's wall clock is right") { config };
        command.SetAction(parsed => AdminOptions.WithAsync(parsed.GetRequiredValue(config), async configuration =>
        {
            using var client = AdminClient.For(configuration);
            var result = await client.PostAsync("clock", AdminJson.Default.ClockResult);
            var time = result.Time.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
            Console.WriteLine($"accepted: it is {time}");
            if (result.NeedsRestart)
                Console.WriteLine("it is behind the appliance's clock, which goes back only at a start: restart it");
            return ExitCode.Done;
        }));
        return command;
    }
}
