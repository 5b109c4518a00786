namespace Codec;

/// <summary>Writing in the form of Appendix B.</summary>
public ref partial struct Receipt
{
    /// <summary>
    /// Writes the fields that are set, in Appendix B's order, the text cut to <see cref="TextMax"/> octets. Gives the
    /// octets written, or -1 if they do not fit or a value but the text's is empty or holds white space.
    /// </summary>
    /// <param name="isSound">Whether it is known that none does; it is not looked at then.</param>
    public readonly int Write(Span<byte> destination, bool isSound = false)
    {
        int at = 0;
        bool written = Put(destination, ref at, isSound, "id:"u8, ReceiptFields.Id, Id)
            && Put(destination, ref at, isSound, "sub:"u8, ReceiptFields.Sub, Sub)
            && Put(destination, ref at, isSound, "dlvrd:"u8, ReceiptFields.Dlvrd, Dlvrd)
            && Put(destination, ref at, isSound, "submit date:"u8, ReceiptFields.SubmitDate, SubmitDate)
            && Put(destination, ref at, isSound, "done date:"u8, ReceiptFields.DoneDate, DoneDate)
            && Put(destination, ref at, isSound, "stat:"u8, ReceiptFields.Stat, Stat)
            && Put(destination, ref at, isSound, "err:"u8, ReceiptFields.Err, Err)
            && Put(destination, ref at, isSound, "text:"u8, ReceiptFields.Text,
                Text.Length > TextMax ? Text[..TextMax] : Text);
        return written ? at : -1;
    }

    private readonly bool Put(
        Span<byte> destination, ref int at, bool isSound, ReadOnlySpan<byte> name, ReceiptFields field,
        ReadOnlySpan<byte> value)
    {
        if (!Has(field))
        {
            return true;
        }

        int space = at == 0 ? 0 : 1;
        bool sound = isSound || field == ReceiptFields.Text
            || (!value.IsEmpty && !value.ContainsAny(" \t\r\n"u8));
        if (!sound || destination.Length - at < space + name.Length + value.Length)
        {
            return false;
        }

        if (space == 1)
        {
            destination[at++] = (byte)' ';
        }

        name.CopyTo(destination[at..]);
        at += name.Length;
        value.CopyTo(destination[at..]);
        at += value.Length;
        return true;
    }
}
