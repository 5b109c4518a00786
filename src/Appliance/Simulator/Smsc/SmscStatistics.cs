using System.Text.Json.Serialization;

namespace Appliance.Simulator.Smsc;

/// <summary>Counts since the start, kept on the loop's thread; GET /stats gives a copy.</summary>
public sealed class SmscStatistics
{
    public long Connections { get; set; }

    public long Sessions { get; set; }

    public long BindsRefused { get; set; }

    /// <summary>submit_sm read.</summary>
    public long Submits { get; set; }

    /// <summary>Those taken: they have a message id, whether or not the response was sent.</summary>
    public long Accepted { get; set; }

    /// <summary>Those answered with an error.</summary>
    public long Refused { get; set; }

    public long Throttled { get; set; }

    /// <summary>Taken, never answered.</summary>
    public long Unanswered { get; set; }

    public long Drops { get; set; }

    /// <summary>Receipts written to a session, duplicates and repetitions among them.</summary>
    public long ReceiptsSent { get; set; }

    public long ReceiptsDuplicated { get; set; }

    /// <summary>Receipts the ESME answered with ESME_ROK.</summary>
    public long ReceiptsAccepted { get; set; }

    /// <summary>Receipts the ESME answered with an error; sent again until their attempts are used up.</summary>
    public long ReceiptsRefused { get; set; }

    /// <summary>Receipts whose response was not there in time or whose session ended; sent again.</summary>
    public long ReceiptsUnanswered { get; set; }

    /// <summary>Receipts given up: attempts used up, or no room to keep them.</summary>
    public long ReceiptsDropped { get; set; }

    /// <summary>Mobile-originated messages made.</summary>
    public long MobileOriginated { get; set; }

    public long MobileOriginatedAccepted { get; set; }

    /// <summary>PDUs that could not be read or that a bind does not allow.</summary>
    public long ProtocolErrors { get; set; }

    public long GenericNacks { get; set; }

    /// <summary>What is still to send or to be answered.</summary>
    public long Pending { get; set; }

    /// <summary>User and system time of the process in seconds: the simulator's own when it runs alone.</summary>
    public double CpuSeconds { get; set; }

    internal SmscStatistics Copy() => (SmscStatistics)MemberwiseClone();
}

/// <summary>The control address's JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(SmscStatistics))]
[JsonSerializable(typeof(Dictionary<string, string>))]
internal sealed partial class SmscJson : JsonSerializerContext;
