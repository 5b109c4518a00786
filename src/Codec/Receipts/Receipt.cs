namespace Codec;

/// <summary>Which fields a receipt's text has.</summary>
[Flags]
public enum ReceiptFields
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>id.</summary>
    Id = 1,

    /// <summary>sub.</summary>
    Sub = 2,

    /// <summary>dlvrd.</summary>
    Dlvrd = 4,

    /// <summary>submit date.</summary>
    SubmitDate = 8,

    /// <summary>done date.</summary>
    DoneDate = 16,

    /// <summary>stat.</summary>
    Stat = 32,

    /// <summary>err.</summary>
    Err = 64,

    /// <summary>text.</summary>
    Text = 128,
}

/// <summary>
/// A delivery receipt's text (SMPP 3.4, Appendix B). Values are as they came; a field that is not there is empty, and
/// <see cref="Fields"/> tells it from one that is there and empty.
/// <code>
/// id:IIIIIIIIII sub:SSS dlvrd:DDD submit date:YYMMDDhhmm done date:YYMMDDhhmm stat:DDDDDDD err:E text: ...
/// </code>
/// </summary>
public ref partial struct Receipt
{
    /// <summary>How many octets of the message's text a receipt repeats.</summary>
    public const int TextMax = 20;

    /// <summary>The fields that are there.</summary>
    public ReceiptFields Fields { get; private set; }

    /// <summary>The message's id, as the message centre writes it here.</summary>
    public ReadOnlySpan<byte> Id { readonly get; set => field = Set(value, ReceiptFields.Id); }

    /// <summary>How many messages were submitted.</summary>
    public ReadOnlySpan<byte> Sub { readonly get; set => field = Set(value, ReceiptFields.Sub); }

    /// <summary>How many messages were delivered.</summary>
    public ReadOnlySpan<byte> Dlvrd { readonly get; set => field = Set(value, ReceiptFields.Dlvrd); }

    /// <summary>When the message was submitted; see <see cref="SmppTime.TryParseReceiptDate"/>.</summary>
    public ReadOnlySpan<byte> SubmitDate { readonly get; set => field = Set(value, ReceiptFields.SubmitDate); }

    /// <summary>When it reached its final state.</summary>
    public ReadOnlySpan<byte> DoneDate { readonly get; set => field = Set(value, ReceiptFields.DoneDate); }

    /// <summary>The state's word; see <see cref="MessageStateExtensions.TryParseStat"/>.</summary>
    public ReadOnlySpan<byte> Stat { readonly get; set => field = Set(value, ReceiptFields.Stat); }

    /// <summary>The network's or message centre's error, in its own form.</summary>
    public ReadOnlySpan<byte> Err { readonly get; set => field = Set(value, ReceiptFields.Err); }

    /// <summary>The first octets of the message; whatever its sender wrote, nothing to rely on.</summary>
    public ReadOnlySpan<byte> Text { readonly get; set => field = Set(value, ReceiptFields.Text); }

    /// <summary>Whether all of these fields are there.</summary>
    public readonly bool Has(ReceiptFields fields) => (Fields & fields) == fields;

    private ReadOnlySpan<byte> Set(ReadOnlySpan<byte> value, ReceiptFields fields)
    {
        Fields |= fields;
        return value;
    }
}
