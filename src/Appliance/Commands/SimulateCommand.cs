using System.CommandLine;

namespace Appliance.Commands;

/// <summary>appliance simulate smsc|esme: the other ends of the line, with faults.</summary>
public static class SimulateCommand
{
    public static Command Create() => new("simulate", "Simulate a carrier's SMSC or a customer's ESME.")
    {
        SimulateSmscCommand.Create(),
        SimulateEsmeCommand.Create(),
    };
}
