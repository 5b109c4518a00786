namespace Codec;

/// <summary>
/// Says that a ref struct is a PDU: its properties, in order, are the PDU's fields, and their attributes say how
/// each is encoded. Codec.Generator makes TryRead, Write, Check and Describe from that one description.
/// </summary>
[AttributeUsage(AttributeTargets.Struct)]
internal sealed class PduAttribute(params CommandId[] commands) : Attribute
{
    public CommandId[] Commands { get; } = commands;

    /// <summary>Whether a TLV that runs beyond the PDU is taken as far as it goes (some receipts' do).</summary>
    public bool LenientTlvs { get; set; }
}

/// <summary>What every field has: the status that a response carries when the field is wrong.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal abstract class FieldAttribute : Attribute
{
    public CommandStatus Status { get; set; } = CommandStatus.ESME_RINVCMDLEN;

    /// <summary>Whether the reader also tells the field's offset within the PDU, as a property {Name}Offset.</summary>
    public bool Offset { get; set; }
}

/// <summary>One octet.</summary>
internal sealed class OctetAttribute : FieldAttribute;

/// <summary>A C-octet string of at most <paramref name="max"/> octets, its NUL included.</summary>
internal sealed class CStringAttribute(int max) : FieldAttribute
{
    public int Max { get; } = max;
}

/// <summary>Octets, counted by one octet before them that the specification calls <paramref name="length"/>.</summary>
internal sealed class CountedOctetsAttribute(string length) : FieldAttribute
{
    public string Length { get; } = length;
}

/// <summary>A list, counted by one octet before it that the specification calls <paramref name="count"/>.</summary>
internal sealed class CountedListAttribute(string count) : FieldAttribute
{
    public string Count { get; } = count;
}

/// <summary>The TLVs: all that follows the mandatory fields.</summary>
internal sealed class TlvsAttribute : FieldAttribute;
