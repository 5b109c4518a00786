using Appliance.Peers.Spec;
using Codec;

namespace Appliance.Simulator.Smsc;

/// <summary>
/// Everything about a simulated SMSC that may change while it runs. <see cref="BehaviourTable"/> has the names, the
/// texts and the help of each; the command line and POST /faults go through it.
/// </summary>
internal sealed record SmscBehaviour
{
    internal Distribution Latency { get; init; } = Distribution.Zero;

    /// <summary>command_status of submit_sm_resp; ESME_ROK for what the percentages leave.</summary>
    internal Mix<CommandStatus> Errors { get; init; } = Mix<CommandStatus>.Only(CommandStatus.ESME_ROK, "none");

    /// <summary>Messages a second and system_id; ESME_RTHROTTLED above.</summary>
    internal Rate Tps { get; init; }

    /// <summary>Unanswered submit_sm of a session; ESME_RTHROTTLED above. 0: no limit.</summary>
    internal int Window { get; init; }

    internal Chance NoAnswer { get; init; }

    /// <summary>A session drops with every so many messages; 0: never.</summary>
    internal int DropEvery { get; init; }

    /// <summary>A session drops after a time drawn from this; zero: never.</summary>
    internal Distribution DropAfter { get; init; } = Distribution.Zero;

    internal DropMoment DropWhen { get; init; }

    internal bool RefuseBinds { get; init; }

    internal bool IgnoreEnquireLink { get; init; }

    /// <summary>Reads nothing more and so answers nothing: a hung carrier.</summary>
    internal bool Hang { get; init; }

    internal IdFormat ResponseId { get; init; }

    internal ReceiptsFor Receipts { get; init; }

    internal Distribution ReceiptDelay { get; init; } = Distribution.Fixed(Duration.Second);

    internal Mix<ReceiptOutcome> ReceiptMix { get; init; } =
        Mix<ReceiptOutcome>.Only(ReceiptOutcome.Delivered, ReceiptOutcome.Delivered.Stat);

    internal Mix<ReceiptForm> ReceiptForm { get; init; } = Mix<ReceiptForm>.Only(Smsc.ReceiptForm.Both, "both");

    internal Mix<ReceiptPlace> ReceiptPlace { get; init; } =
        Mix<ReceiptPlace>.Only(Smsc.ReceiptPlace.DeliverSm, "deliver_sm");

    internal Mix<IdFormat> ReceiptId { get; init; } = Mix<IdFormat>.Only(default, "uuid");

    internal Chance ReceiptDuplicates { get; init; }

    internal Chance ReceiptFirst { get; init; }

    internal Chance ReceiptElsewhere { get; init; }

    /// <summary>An ENROUTE receipt ahead of the final one.</summary>
    internal Chance ReceiptIntermediate { get; init; }

    /// <summary>Source and destination as in the submit_sm instead of swapped.</summary>
    internal bool ReceiptUnswapped { get; init; }

    /// <summary>Mobile-originated messages a second, over all accounts with a receiver.</summary>
    internal Rate MobileOriginated { get; init; }

    /// <summary>A # stands for the message's number.</summary>
    internal string MobileText { get; init; } = "Message #";

    /// <summary>Nothing but a good answer at once: the path without dice.</summary>
    internal bool AnswersPlainly =>
        Latency.IsZero && Errors.Values.Count == 1 && !Tps.IsLimited && Window == 0 && !NoAnswer.Possible
        && DropEvery == 0 && !ReceiptFirst.Possible;

    /// <exception cref="FormatException">The response's ids cannot be told from the receipts'.</exception>
    internal void Validate()
    {
        bool uuid = ResponseId.Kind is IdKind.Uuid or IdKind.UpperUuid;
        foreach (var format in ReceiptId.Values)
        {
            if (uuid != format.Kind is IdKind.Uuid or IdKind.UpperUuid)
            {
                throw new FormatException(
                    $"receipt-id '{ReceiptId}': a UUID in one and a number in the other can never be matched; "
                    + "expected the same kind as id");
            }
        }
    }
}
