namespace Codec;

/// <summary>
/// Is told a PDU's mandatory fields in their order, by the specification's names (ASCII). What prints, compares or
/// logs a PDU is written once over this, and not once a PDU.
/// </summary>
public interface IPduVisitor
{
    /// <summary>A number.</summary>
    void Number(ReadOnlySpan<byte> name, uint value);

    /// <summary>A C-octet string, without its NUL.</summary>
    void Text(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value);

    /// <summary>An octet string.</summary>
    void Octets(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value);

    /// <summary>The destinations of a submit_multi.</summary>
    void List(ReadOnlySpan<byte> name, DestAddressList value);

    /// <summary>The unreached destinations of a submit_multi.</summary>
    void List(ReadOnlySpan<byte> name, UnsuccessSmeList value);
}
