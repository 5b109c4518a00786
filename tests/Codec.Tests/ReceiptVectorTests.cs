using System.Text;
using System.Text.Json;

namespace Codec.Tests;

/// <summary>Every delivery receipt of the shared vectors, by its text and by the PDU that carries it.</summary>
public class ReceiptVectorTests
{
    [VectorFact]
    public void Every_text_is_read_as_expected() => Vectors.CheckAll("dlr_vectors.jsonl", row =>
    {
        byte[] text = Octets(row.GetProperty("raw").GetString()!);
        if (text.Length == 0)
        {
            return null;
        }

        bool read = Receipt.TryRead(text, out var receipt);
        var expect = row.GetProperty("expect");
        return !read ? "not read"
            : Differs(expect, "id", receipt.Has(ReceiptFields.Id), receipt.Id)
            ?? Differs(expect, "sub", receipt.Has(ReceiptFields.Sub), receipt.Sub)
            ?? Differs(expect, "dlvrd", receipt.Has(ReceiptFields.Dlvrd), receipt.Dlvrd)
            ?? Differs(expect, "submit_date", receipt.Has(ReceiptFields.SubmitDate), receipt.SubmitDate)
            ?? Differs(expect, "done_date", receipt.Has(ReceiptFields.DoneDate), receipt.DoneDate)
            ?? Differs(expect, "stat", receipt.Has(ReceiptFields.Stat), receipt.Stat)
            ?? Differs(expect, "err", receipt.Has(ReceiptFields.Err), receipt.Err)
            ?? Differs(expect, "text", receipt.Has(ReceiptFields.Text), receipt.Text)
            ?? DiffersInDates(row, receipt);
    });

    [VectorFact]
    public void Every_carrying_PDU_says_the_same() => Vectors.CheckAll("dlr_vectors.jsonl", row =>
    {
        var expect = row.GetProperty("expect");
        byte[] scratch = new byte[512];
        bool read;
        ReceiptFacts facts;
        if (row.TryGetProperty("pdu_hex", out var hex))
        {
            DeliverSm.TryRead(Convert.FromHexString(hex.GetString()!), out var pdu);
            read = ReceiptFacts.TryRead(pdu, scratch, out facts);
        }
        else if (row.TryGetProperty("carrier_pdu", out _))
        {
            read = ReceiptFacts.TryRead(DataSmOf(row.GetProperty("tlv"), new byte[256]), scratch, out facts);
        }
        else
        {
            return null;
        }

        string id = row.TryGetProperty("tlv", out var tlvs) && tlvs.TryGetProperty("receipted_message_id", out var own)
            ? own.GetString()!
            : expect.GetProperty("id").GetString()!;
        bool known = MessageStateExtensions.TryParseStat(
            Octets(expect.GetProperty("stat").GetString()!), out var state);
        return read && known && Encoding.Latin1.GetString(facts.Id) == id && facts.State == state && facts.HasState
            ? null
            : $"{read}, id {Encoding.Latin1.GetString(facts.Id)}, {facts.State}";
    });

    [VectorFact]
    public void Receipts_are_written_as_expected() => Vectors.CheckAll("dlr_vectors.jsonl", row =>
    {
        if (!row.TryGetProperty("encode_from", out var from))
        {
            return null;
        }

        string raw = row.GetProperty("raw").GetString()!;
        Receipt.TryRead(Octets(raw), out var receipt);
        receipt.Text = Octets(from.GetProperty("text").GetString()!);
        byte[] written = new byte[256];
        string text = Encoding.Latin1.GetString(written, 0, receipt.Write(written));
        return text == raw ? null : text;
    });

    private static DataSm DataSmOf(JsonElement tlvs, byte[] room)
    {
        var writer = new TlvWriter(room);
        writer.AddCString(TlvTag.ReceiptedMessageId, Octets(tlvs.GetProperty("receipted_message_id").GetString()!));
        writer.AddByte(TlvTag.MessageState, tlvs.GetProperty("message_state").GetByte());
        return new DataSm { EsmClass = 4, Tlvs = writer.Written };
    }

    private static string? DiffersInDates(JsonElement row, in Receipt receipt)
    {
        if (!row.TryGetProperty("iso", out var iso))
        {
            return null;
        }

        bool read = SmppTime.TryParseReceiptDate(receipt.SubmitDate, out var submit)
            & SmppTime.TryParseReceiptDate(receipt.DoneDate, out var done);
        return read && submit.DateTime == iso.GetProperty("submit").GetDateTime()
            && done.DateTime == iso.GetProperty("done").GetDateTime()
            ? null
            : $"dates: {submit}, {done}";
    }

    private static string? Differs(JsonElement expect, string name, bool present, ReadOnlySpan<byte> value)
    {
        string? read = present ? Encoding.Latin1.GetString(value) : null;
        string? wanted = expect.GetProperty(name).GetString();
        return read == wanted ? null : $"{name}: {read ?? "absent"}";
    }

    private static byte[] Octets(string text) => Encoding.Latin1.GetBytes(text);
}
