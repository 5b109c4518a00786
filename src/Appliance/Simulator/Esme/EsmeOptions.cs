using Appliance.Peers.Sending;
using System.Net;
using Appliance.Peers.Spec;
using Codec;

namespace Appliance.Simulator.Esme;

/// <summary>What a simulated ESME is to do.</summary>
internal sealed record EsmeOptions
{
    internal required EndPoint Server { get; init; }

    internal required BindRequest Bind { get; init; }

    internal int Sessions { get; init; } = 1;

    /// <summary>Messages to send in all; 0: it only listens, or sends at the rate until it is stopped.</summary>
    internal long Count { get; init; }

    /// <summary>Messages a second; 0: as many as the window lets through.</summary>
    internal double Rate { get; init; }

    internal int Window { get; init; } = 10;

    /// <summary>Stops after that; 0: when all is answered and receipted, or when it is stopped.</summary>
    internal long DurationNs { get; init; }

    internal long EnquireLinkNs { get; init; } = 30 * Duration.Second;

    internal required Destinations Destinations { get; init; }

    internal required MessageShape Message { get; init; }

    internal ulong Seed { get; init; } = 1;

    /// <summary>Reads once in so long, into a small receive buffer; 0: as it comes.</summary>
    internal long SlowReadNs { get; init; }

    /// <summary>Share of deliver_sm that are never answered.</summary>
    internal Chance NoAnswer { get; init; }

    /// <summary>command_status of deliver_sm_resp.</summary>
    internal Mix<CommandStatus> Answers { get; init; } =
        Mix<CommandStatus>.Only(CommandStatus.ESME_ROK, "none");

    /// <summary>Connections drop after a time drawn from this; zero: never.</summary>
    internal Distribution DropAfter { get; init; } = Distribution.Zero;

    /// <summary>Wrong PDUs sent in place of messages.</summary>
    internal Mix<WrongPdu> Wrong { get; init; } = Mix<WrongPdu>.Only(WrongPdu.None, "none");
}
