using System.Text;
using Microsoft.CodeAnalysis;

namespace Codec.Generator;

/// <summary>How a field is encoded.</summary>
internal enum FieldKind
{
    Octet,
    CString,
    CountedOctets,
    CountedList,
    Tlvs,
}

/// <summary>A field of a PDU: what its property and attribute say.</summary>
internal sealed class Field
{
    private Field(IPropertySymbol property, AttributeData attribute, FieldKind kind)
    {
        Property = property.Name;
        Type = property.Type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat);
        Name = SnakeCase(property.Name);
        Kind = kind;
        Argument = attribute.ConstructorArguments.Select(a => a.Value?.ToString() ?? "").FirstOrDefault() ?? "";
        Status = "(CommandStatus)" + Named(attribute, "Status", "2u");
        HasOffset = Named(attribute, "Offset", "False") == "True";
    }

    public string Property { get; }

    public string Type { get; }

    /// <summary>The specification's name.</summary>
    public string Name { get; }

    public FieldKind Kind { get; }

    /// <summary>A C-octet string's limit, or the name of the octet that counts.</summary>
    public string Argument { get; }

    public string Status { get; }

    public bool HasOffset { get; }

    public static Field? From(ISymbol member)
    {
        if (member is not IPropertySymbol property)
        {
            return null;
        }

        foreach (var attribute in property.GetAttributes())
        {
            switch (attribute.AttributeClass?.ToDisplayString())
            {
                case "Codec.OctetAttribute": return new Field(property, attribute, FieldKind.Octet);
                case "Codec.CStringAttribute": return new Field(property, attribute, FieldKind.CString);
                case "Codec.CountedOctetsAttribute": return new Field(property, attribute, FieldKind.CountedOctets);
                case "Codec.CountedListAttribute": return new Field(property, attribute, FieldKind.CountedList);
                case "Codec.TlvsAttribute": return new Field(property, attribute, FieldKind.Tlvs);
            }
        }

        return null;
    }

    internal static string Named(AttributeData attribute, string name, string otherwise)
    {
        foreach (var pair in attribute.NamedArguments)
        {
            if (pair.Key == name)
            {
                return pair.Value.Value?.ToString() ?? otherwise;
            }
        }

        return otherwise;
    }

    /// <summary>SourceAddrTon becomes source_addr_ton.</summary>
    private static string SnakeCase(string name)
    {
        var text = new StringBuilder();
        foreach (char c in name)
        {
            if (char.IsUpper(c) && text.Length > 0)
            {
                text.Append('_');
            }

            text.Append(char.ToLowerInvariant(c));
        }

        return text.ToString();
    }
}

/// <summary>A PDU: its command ids and its fields in the order of the wire.</summary>
internal sealed class PduModel
{
    public PduModel(INamedTypeSymbol type, AttributeData attribute)
    {
        Name = type.Name;
        Commands = attribute.ConstructorArguments[0].Values.Select(v => (uint)v.Value!).ToList();
        LenientTlvs = Field.Named(attribute, "LenientTlvs", "False") == "True";
        Fields = type.GetMembers().Select(Field.From).Where(f => f is not null).Select(f => f!).ToList();
    }

    public string Name { get; }

    public List<uint> Commands { get; }

    public bool LenientTlvs { get; }

    public List<Field> Fields { get; }

    public bool IsResponse => (Commands[0] & 0x8000_0000) != 0;

    public bool HasManyCommands => Commands.Count > 1;

    /// <summary>The mandatory fields: all but the TLVs.</summary>
    public List<Field> Mandatory => Fields.Where(f => f.Kind != FieldKind.Tlvs).ToList();

    /// <summary>A pattern that the command ids match.</summary>
    public string CommandPattern => string.Join(" or ", Commands.Select(c => $"(CommandId)0x{c:X8}u"));
}
