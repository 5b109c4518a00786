using System.CommandLine;
using System.Globalization;
using Appliance.Operate;
using Appliance.Operate.Http;

namespace Appliance.Commands;

/// <summary>
/// <c>appliance erase NUMBER --config FILE</c>: all that a running appliance has about messages from and to a number
/// goes, for good.
/// </summary>
internal static class EraseCommand
{
    public static Command Create()
    {
        var number = new Argument<string>("NUMBER") { Description = "International number, with or without +" };
        var config = AdminOptions.Config();
        var by = new Option<string>("--by")
        {
            Description = "Who asks for it, for the audit",
            DefaultValueFactory = _ => Environment.UserName,
        };
        var command = new Command("erase", "Erase bodies, numbers and history of all messages from and to one number; "
            + "backups made before keep them")
        {
            number, by, config,
        };
        command.SetAction(parsed => AdminOptions.WithAsync(parsed.GetRequiredValue(config), configuration =>
            RunAsync(configuration, parsed.GetRequiredValue(number), parsed.GetRequiredValue(by))));
        return command;
    }

    private static async Task<int> RunAsync(Configuration configuration, string number, string by)
    {
        using var client = AdminClient.For(configuration);
        await client.RequireAsync(configuration);
        var result = await client.PostAsync("erasures", new ErasureRequest(number, by),
            AdminJson.Default.ErasureRequest, AdminJson.Default.ErasureResult);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{result.Messages} messages erased, {result.Records} records rewritten, {result.Cancelled} messages "
            + $"cancelled before they went out"));
        if (result.Pending > 0)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{result.Pending} messages are with a carrier or being told; each is erased when it is final"));
        }

        return ExitCode.Done;
    }
}
