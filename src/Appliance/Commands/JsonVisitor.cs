using System.Buffers;
using System.Text;
using System.Text.Json;
using Codec;

namespace Appliance.Commands;

/// <summary>Writes a PDU's fields as JSON: numbers, texts (Latin-1), octets as lower-case hexadecimal digits.</summary>
internal readonly struct JsonVisitor(Utf8JsonWriter json) : IPduVisitor
{
    public void Number(ReadOnlySpan<byte> name, uint value) => json.WriteNumber(name, value);

    public void Text(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) => WriteText(json, name, value);

    public void Octets(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) => WriteHex(json, name, value);

    public void List(ReadOnlySpan<byte> name, DestAddressList value)
    {
        json.WriteStartArray(name);
        foreach (var entry in value)
        {
            json.WriteStartObject();
            json.WriteNumber("dest_flag"u8, entry.DestFlag);
            if (entry.DestFlag == 1)
            {
                json.WriteNumber("dest_addr_ton"u8, entry.DestAddrTon);
                json.WriteNumber("dest_addr_npi"u8, entry.DestAddrNpi);
                WriteText(json, "destination_addr"u8, entry.DestinationAddr);
            }
            else
            {
                WriteText(json, "dl_name"u8, entry.DlName);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    public void List(ReadOnlySpan<byte> name, UnsuccessSmeList value)
    {
        json.WriteStartArray(name);
        foreach (var entry in value)
        {
            json.WriteStartObject();
            json.WriteNumber("dest_addr_ton"u8, entry.DestAddrTon);
            json.WriteNumber("dest_addr_npi"u8, entry.DestAddrNpi);
            WriteText(json, "destination_addr"u8, entry.DestinationAddr);
            json.WriteNumber("error_status_code"u8, (uint)entry.ErrorStatusCode);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    internal static void WriteHex(Utf8JsonWriter json, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        char[]? rented = value.Length > 256 ? ArrayPool<char>.Shared.Rent(value.Length * 2) : null;
        Span<char> digits = rented ?? stackalloc char[512];
        Convert.TryToHexStringLower(value, digits, out int length);
        json.WriteString(name, digits[..length]);
        if (rented is not null)
        {
            ArrayPool<char>.Shared.Return(rented);
        }
    }

    private static void WriteText(Utf8JsonWriter json, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (Ascii.IsValid(value))
        {
            json.WriteString(name, value);
            return;
        }

        json.WriteString(name, Encoding.Latin1.GetString(value));
    }
}
