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
const int WrongUsage = 2;
var command = root.Parse(args);
var code = await command.InvokeAsync();
return command.Errors.Count > 0 ? WrongUsage : code;
