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
return await root.Parse(args).InvokeAsync();
