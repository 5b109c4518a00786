using System.CommandLine;
using System.Globalization;
using Appliance.Operate;
using Appliance.Operate.Http;

namespace Appliance.Commands;

/// <summary>
/// <c>appliance erase NUMBER --config FILE</c>: all that a running appliance has about messages to a number goes, for
/// good.
/// </summary>
internal static class EraseCommand
{
    public static Command Create()
    {
        var number = new Argument<string>("NUMBER") { Description = "International number, with or without +" };
        var config = AdminOptions.Config();
        var command = new Command("erase", "Erase bodies, numbers and history of all messages to one number; backups "
            + "made before keep them")
        {
            number, config,
        };
        command.SetAction(parsed => AdminOptions.WithAsync(parsed.GetRequiredValue(config),
            configuration => RunAsync(configuration, parsed.GetRequiredValue(number))));
        return command;
    }

    private static async Task<int> RunAsync(Configuration configuration, string number)
    {
        using var client = AdminClient.For(configuration);
        await client.RequireAsync(configuration);
        var result = await client.PostAsync("erasures", new ErasureRequest(number), AdminJson.Default.ErasureRequest,
            AdminJson.Default.ErasureResult);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{result.Messages} messages erased, {result.Records} records rewritten"));
        if (result.Unfinished == 0) return ExitCode.Done;
        await Console.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
            $"{result.Unfinished} messages to this number are still under way; erase again when they are done"));
        return ExitCode.Failed;
    }
}
