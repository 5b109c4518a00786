using System.CommandLine;
using Appliance.Commands;

// Exit codes: 0 done, 1 failed, 2 wrong usage.
const int wrongUsage = 2;
var root = new RootCommand("The SMS gateway appliance.")
{
    RunCommand.Create(),
    DemoCommand.Create(),
    CheckCommand.Create(),
    SimulateCommand.Create(),
    LoadCommand.Create(),
    MnpCommand.Create(),
    DecodeCommand.Create(),
    SegmentsCommand.Create(),
};
var parsed = root.Parse(args);
// A command that is told to end takes the time it needs: the appliance has its own, shorter limits for going down.
var exit = await parsed.InvokeAsync(
    new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromMinutes(1) });
return parsed.Errors.Count > 0 ? wrongUsage : exit;
