using System.Globalization;
using Appliance.Peers.Spec;
using Codec;

namespace Appliance.Simulator.Smsc;

/// <summary>One setting of a <see cref="SmscBehaviour"/>: its name, what it means, how its text is read.</summary>
internal sealed record BehaviourSetting(
    string Name, string Value, string Help, Func<SmscBehaviour, string, SmscBehaviour> Set);

/// <summary>All settings, once: options of `simulate smsc` (--name) and members of POST /faults (name).</summary>
internal static class BehaviourTable
{
    internal static readonly BehaviourSetting[] Settings =
    [
        new("latency", "0", "time to submit_sm_resp: 5ms, uniform:1ms,9ms, exponential:5ms, lognormal:5ms,0.5",
            (b, text) => b with { Latency = Distribution.Parse(text) }),
        new("errors", "none", "percentages of command_status: ESME_RTHROTTLED=1%,0x64=0.5%",
            (b, text) => b with { Errors = Mix<CommandStatus>.ParsePercentages(text, Status, CommandStatus.ESME_ROK) }),
        new("tps", "0", "messages a second and system_id, with a burst if wanted (100/10); ESME_RTHROTTLED above",
            (b, text) => b with { Tps = Rate.Parse(text) }),
        new("window", "0", "unanswered submit_sm a session; ESME_RTHROTTLED above; 0 is no limit",
            (b, text) => b with { Window = Count(text) }),
        new("no-answer", "0%", "share of messages taken but never answered",
            (b, text) => b with { NoAnswer = Chance.Parse(text) }),
        new("drop-every", "0", "a session's connection drops with every so many messages; 0 is never",
            (b, text) => b with { DropEvery = Count(text) }),
        new("drop-after", "0", "a session's connection drops after this time (a distribution); 0 is never",
            (b, text) => b with { DropAfter = Distribution.Parse(text) }),
        new("drop-when", "before-response", "for drop-every: before-response, after-response or before-message",
            (b, text) => b with { DropWhen = Moment(text) }),
        new("refuse-binds", "false", "answers a bind with ESME_RBINDFAIL",
            (b, text) => b with { RefuseBinds = YesNo(text) }),
        new("ignore-enquire-link", "false", "never answers enquire_link",
            (b, text) => b with { IgnoreEnquireLink = YesNo(text) }),
        new("hang", "false", "stops reading: connections stay open and nothing is answered",
            (b, text) => b with { Hang = YesNo(text) }),
        new("id", "uuid", "message_id in the response: uuid, UUID, dec, hex, HEX, padded, sequence; hex:16 for a width",
            (b, text) => b with { ResponseId = IdFormat.Parse(text) }),
        new("receipts", "requested", "requested, all or none",
            (b, text) => b with { Receipts = For(text) }),
        new("receipt-delay", "1s", "from the message to its receipt: a distribution as for latency",
            (b, text) => b with { ReceiptDelay = Distribution.Parse(text) }),
        new("receipt-mix", "DELIVRD", "outcomes and weights: DELIVRD=95,UNDELIV=3,EXPIRED=2",
            (b, text) => b with { ReceiptMix = Mix<ReceiptOutcome>.Parse(text, ReceiptOutcome.Parse) }),
        new("receipt-form", "both", "both (text and TLVs), text or tlv; or weights: both=90,text=5,tlv=5",
            (b, text) => b with { ReceiptForm = Mix<ReceiptForm>.Parse(text, Form) }),
        new("receipt-in", "deliver_sm", "deliver_sm, message_payload (of a deliver_sm) or data_sm; or weights",
            (b, text) => b with { ReceiptPlace = Mix<ReceiptPlace>.Parse(text, Place) }),
        new("receipt-id", "uuid", "message id in the receipt, formats as for id; or weights; without it as id",
            (b, text) => b with { ReceiptId = Mix<IdFormat>.Parse(text, IdFormat.Parse) }),
        new("receipt-duplicates", "0%", "share of receipts sent twice",
            (b, text) => b with { ReceiptDuplicates = Chance.Parse(text) }),
        new("receipt-first", "0%", "share of receipts sent before the submit_sm_resp",
            (b, text) => b with { ReceiptFirst = Chance.Parse(text) }),
        new("receipt-elsewhere", "0%", "share of receipts sent on another session of the same system_id",
            (b, text) => b with { ReceiptElsewhere = Chance.Parse(text) }),
        new("receipt-intermediate", "0%", "share of messages with an ENROUTE receipt ahead of the final one",
            (b, text) => b with { ReceiptIntermediate = Chance.Parse(text) }),
        new("receipt-unswapped", "false", "receipts have the message's own source and destination, not swapped",
            (b, text) => b with { ReceiptUnswapped = YesNo(text) }),
        new("mo-rate", "0", "messages a second from mobiles to the bound receivers",
            (b, text) => b with { MobileOriginated = Rate.Parse(text) }),
        new("mo-text", "Message #", "what mobiles write, up to 160 ASCII characters; # is a number that counts up",
            (b, text) => b with { MobileText = MobileText(text) }),
    ];

    private static string MobileText(string text) => text.Length <= 160 && System.Text.Ascii.IsValid(text)
        ? text
        : throw new FormatException($"expected up to 160 ASCII characters, found {text.Length} characters");

    /// <summary>Applies settings by name.</summary>
    /// <exception cref="FormatException">An unknown name, or a value that its setting does not take.</exception>
    internal static SmscBehaviour Apply(
        SmscBehaviour behaviour, IEnumerable<KeyValuePair<string, string>> settings)
    {
        bool receiptIds = false;
        foreach (var (name, text) in settings)
        {
            var setting = Array.Find(Settings, setting => setting.Name == name)
                ?? throw new FormatException(
                    $"'{name}' is not a setting: expected one of {string.Join(", ", Settings.Select(s => s.Name))}");
            try
            {
                behaviour = setting.Set(behaviour, text);
            }
            catch (FormatException error)
            {
                throw new FormatException($"{name}: {error.Message}");
            }
            receiptIds |= name == "receipt-id";
            if (name == "id" && !receiptIds) behaviour = behaviour with { ReceiptId = SameAsResponse(text) };
        }
        behaviour.Validate();
        return behaviour;
    }

    private static Mix<IdFormat> SameAsResponse(string text) => Mix<IdFormat>.Only(IdFormat.Parse(text), text);

    internal static CommandStatus Status(string text)
    {
        if (text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
            && uint.TryParse(text.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out uint code))
        {
            return (CommandStatus)code;
        }
        if (Enum.TryParse(text, out CommandStatus status) && !char.IsDigit(text[0])) return status;
        throw new FormatException(
            $"'{text}' is not a command_status: expected a name of the specification (ESME_RTHROTTLED) or 0x58");
    }

    private static int Count(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int count)
            ? count
            : throw new FormatException($"'{text}' is not a number from 0 up");

    private static bool YesNo(string text) =>
        bool.TryParse(text, out bool yes) ? yes : throw new FormatException($"'{text}': expected true or false");

    private static DropMoment Moment(string text) => text switch
    {
        "before-response" => DropMoment.BeforeResponse,
        "after-response" => DropMoment.AfterResponse,
        "before-message" => DropMoment.BeforeMessage,
        _ => throw new FormatException($"'{text}': expected before-response, after-response or before-message"),
    };

    private static ReceiptsFor For(string text) => text switch
    {
        "requested" => ReceiptsFor.Requested,
        "all" => ReceiptsFor.All,
        "none" => ReceiptsFor.None,
        _ => throw new FormatException($"'{text}': expected requested, all or none"),
    };

    private static ReceiptForm Form(string text) => text switch
    {
        "both" => ReceiptForm.Both,
        "text" => ReceiptForm.Text,
        "tlv" => ReceiptForm.Tlv,
        _ => throw new FormatException($"'{text}' is not a receipt form: expected both, text or tlv"),
    };

    private static ReceiptPlace Place(string text) => text switch
    {
        "deliver_sm" => ReceiptPlace.DeliverSm,
        "message_payload" => ReceiptPlace.MessagePayload,
        "data_sm" => ReceiptPlace.DataSm,
        _ => throw new FormatException(
            $"'{text}' is not where a receipt can be: expected deliver_sm, message_payload or data_sm"),
    };
}
