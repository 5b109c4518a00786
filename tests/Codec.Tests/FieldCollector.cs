using System.Text;

namespace Codec.Tests;

/// <summary>A PDU's fields by name, as the vectors have them: numbers, texts, hexadecimal octets, lists.</summary>
internal struct FieldCollector() : IPduVisitor
{
    public Dictionary<string, object> Fields { get; } = [];

    public readonly void Number(ReadOnlySpan<byte> name, uint value) => Fields[Name(name)] = (long)value;

    public readonly void Text(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) =>
        Fields[Name(name)] = Encoding.Latin1.GetString(value);

    public readonly void Octets(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) =>
        Fields[Name(name) + "_hex"] = Convert.ToHexStringLower(value);

    public readonly void List(ReadOnlySpan<byte> name, DestAddressList value)
    {
        var entries = new List<string>();
        foreach (var entry in value)
        {
            entries.Add(entry.DestFlag == 2
                ? $"dl_name={Encoding.Latin1.GetString(entry.DlName)}"
                : $"dest_addr_ton={entry.DestAddrTon},dest_addr_npi={entry.DestAddrNpi},"
                    + $"destination_addr={Encoding.Latin1.GetString(entry.DestinationAddr)}");
        }

        Fields[Name(name)] = string.Join(";", entries);
    }

    public readonly void List(ReadOnlySpan<byte> name, UnsuccessSmeList value)
    {
        var entries = new List<string>();
        foreach (var entry in value)
        {
            entries.Add($"dest_addr_ton={entry.DestAddrTon},dest_addr_npi={entry.DestAddrNpi},"
                + $"destination_addr={Encoding.Latin1.GetString(entry.DestinationAddr)},"
                + $"error_status_code={(uint)entry.ErrorStatusCode}");
        }

        Fields[Name(name)] = string.Join(";", entries);
    }

    private static string Name(ReadOnlySpan<byte> name) => Encoding.ASCII.GetString(name);
}
