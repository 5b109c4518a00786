using System.CommandLine;
using Appliance.Commands;
using Appliance.Operate;

// The store's library ends a process by abort() where it cannot go on: with a word about what to do then.
LastWords.ExplainAborts(ExitCode.Of(Store.StoreFault.Failed));
var root = new RootCommand("The SMS gateway appliance.")
{
    RunCommand.Create(),
    DemoCommand.Create(),
    CheckCommand.Create(),
    SimulateCommand.Create(),
    LoadCommand.Create(),
    CtlCommand.Create(),
    MnpCommand.Create(),
    NumbersCommand.Create(),
    BackupCommand.Create(),
    EraseCommand.Create(),
    RestoreCommand.Create(),
    DecodeCommand.Create(),
    SegmentsCommand.Create(),
};
Usage.Complete(root, "appliance");
var parsed = root.Parse(args);
// A command that is told to end takes the time it needs: the appliance has its own, shorter limits for going down.
var exit = await parsed.InvokeAsync(
    new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromMinutes(1) });
return parsed.Errors.Count > 0 ? ExitCode.WrongUsage : exit;
