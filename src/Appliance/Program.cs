using System.CommandLine;
using Appliance.Commands;

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
// A command that is told to end takes the time it needs: the appliance has its own, shorter limits for going down.
return await root.Parse(args).InvokeAsync(
    new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromMinutes(1) });
