using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Appliance.Records;

namespace Appliance.Money;

/// <summary>What a finished message cost, for the account's bill and the carrier's.</summary>
public readonly record struct ChargeLine
{
    /// <summary>
    /// The position of the event that finished the message: grows from line to line, and tells whether a line is
    /// written.
    /// </summary>
    public required ulong Sequence { get; init; }

    public required Guid MessageId { get; init; }

    public required string Account { get; init; }

    /// <summary>Digits of MCC and MNC as they are written, or empty where not known.</summary>
    public required string MccMnc { get; init; }

    public required int Segments { get; init; }

    /// <summary>Micro-units a segment, or <see cref="RateCard.None"/>.</summary>
    public required long Price { get; init; }

    /// <summary>Micro-units a segment of the carrier that had it last, or <see cref="RateCard.None"/>.</summary>
    public required long Cost { get; init; }

    /// <summary>Micro-units charged: the price of all segments; of a message that went out again only what was charged
    /// for that.</summary>
    public required long Charged { get; init; }

    /// <summary>Micro-units given back.</summary>
    public long Refunded { get; init; }

    /// <summary>Empty where none had it.</summary>
    public required string Carrier { get; init; }

    public required State State { get; init; }

    /// <summary>Milliseconds since 1970.</summary>
    public required long AcceptedAt { get; init; }

    /// <summary>Milliseconds since 1970; 0 where no carrier took it.</summary>
    public long SubmittedAt { get; init; }

    /// <summary>Milliseconds since 1970.</summary>
    public required long FinishedAt { get; init; }

    /// <summary>What the account owes for it.</summary>
    public long Amount => Charged - Refunded;
}

/// <summary>Charge records as text: one line a message, which ends with \n.</summary>
public static class ChargeText
{
    private static readonly string[] Columns =
    [
        "sequence", "message_id", "account", "mcc_mnc", "segments", "price", "cost", "refunded", "amount", "carrier",
        "state", "accepted", "submitted", "finished",
    ];

    private const string Time = "yyyy-MM-ddTHH:mm:ss.fffZ";

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The first line of a CSV file.</summary>
    public static ReadOnlySpan<byte> Header => Encoding.ASCII.GetBytes(string.Join(',', Columns) + "\n");

    /// <summary>Names of accounts and carriers hold nothing that CSV would need quotes for.</summary>
    public static void WriteCsv(IBufferWriter<byte> output, in ChargeLine line)
    {
        var text = string.Create(CultureInfo.InvariantCulture,
            $"{line.Sequence},{line.MessageId},{line.Account},{line.MccMnc},{line.Segments},{Text(line.Price)},"
            + $"{Text(line.Cost)},{Micros.Format(line.Refunded)},{Micros.Format(line.Amount)},{line.Carrier},"
            + $"{Name(line.State)},{Format(line.AcceptedAt)},{Format(line.SubmittedAt)},{Format(line.FinishedAt)}\n");
        Encoding.UTF8.GetBytes(text, output);
    }

    /// <summary>The same names as the CSV's columns; what is not known is null, amounts are texts.</summary>
    public static void WriteJson(IBufferWriter<byte> output, in ChargeLine line)
    {
        using (var json = new Utf8JsonWriter(output, Options))
        {
            json.WriteStartObject();
            json.WriteNumber("sequence"u8, line.Sequence);
            json.WriteString("message_id"u8, line.MessageId);
            json.WriteString("account"u8, line.Account);
            json.WriteString("mcc_mnc"u8, NullIfEmpty(line.MccMnc));
            json.WriteNumber("segments"u8, line.Segments);
            json.WriteString("price"u8, NullIfEmpty(Text(line.Price)));
            json.WriteString("cost"u8, NullIfEmpty(Text(line.Cost)));
            json.WriteString("refunded"u8, Micros.Format(line.Refunded));
            json.WriteString("amount"u8, Micros.Format(line.Amount));
            json.WriteString("carrier"u8, NullIfEmpty(line.Carrier));
            json.WriteString("state"u8, Name(line.State));
            json.WriteString("accepted"u8, Format(line.AcceptedAt));
            json.WriteString("submitted"u8, NullIfEmpty(Format(line.SubmittedAt)));
            json.WriteString("finished"u8, Format(line.FinishedAt));
            json.WriteEndObject();
        }

        output.Write("\n"u8);
    }

    /// <summary>The sequence of a line of either form; false for a header.</summary>
    internal static bool TryReadSequence(ReadOnlySpan<byte> line, out ulong sequence)
    {
        var json = "{\"sequence\":"u8;
        if (line.StartsWith(json)) line = line[json.Length..];
        return Utf8Parser.TryParse(line, out sequence, out var read) && read < line.Length && line[read] == (byte)',';
    }

    /// <summary>Whether a file's only octets can be what a crash left of its first line.</summary>
    internal static bool IsBeginning(ReadOnlySpan<byte> octets, bool isJson)
    {
        var start = isJson ? "{\"sequence\":"u8 : Header;
        return octets.Length <= start.Length ? start.StartsWith(octets) : isJson && octets.StartsWith(start);
    }

    private static string Text(long micros) => micros == RateCard.None ? "" : Micros.Format(micros);

    private static string Format(long milliseconds) => milliseconds == 0
        ? ""
        : DateTimeOffset.FromUnixTimeMilliseconds(milliseconds).ToString(Time, CultureInfo.InvariantCulture);

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;

    private static string Name(State state) => state switch
    {
        State.Delivered => "delivered",
        State.Undelivered => "undelivered",
        State.Expired => "expired",
        State.Rejected => "rejected",
        State.Unknown => "unknown",
        State.Failed => "failed",
        State.Cancelled => "cancelled",
        State.Blocked => "blocked",
        State.Submitted => "submitted",
        _ => "queued",
    };
}
