namespace Codec;

/// <summary>
/// Reading, as leniently as the field needs and no more: a field's name counts at the start or behind white space, in
/// any case and order, and only the first time; from "text:" on everything is the sender's and names nothing.
/// </summary>
public ref partial struct Receipt
{
    /// <summary>Reads a receipt's text; false if no field is found in it.</summary>
    public static bool TryRead(ReadOnlySpan<byte> text, out Receipt receipt)
    {
        receipt = default;
        int at = 0;
        while (true)
        {
            at = SkipSpace(text, at);
            if (at >= text.Length)
            {
                break;
            }

            var name = ReadName(text, at, out int value);
            if (name == ReceiptFields.None)
            {
                int end = TokenEnd(text, at);
                receipt.TakeBareState(text[at..end]);
                at = end;
            }
            else if (name == ReceiptFields.Text)
            {
                if (!receipt.TextIsEmptyAndNotLast(text, value))
                {
                    receipt.TakeText(text[value..]);
                    break;
                }

                receipt.TakeText(default);
                at = value;
            }
            else
            {
                at = receipt.TakeValue(name, text, value);
            }
        }

        return receipt.Fields != ReceiptFields.None || TryReadCsv(text, out receipt);
    }

    /// <summary>Takes the value that starts at <paramref name="at"/>; gives where it ends.</summary>
    private int TakeValue(ReceiptFields name, ReadOnlySpan<byte> text, int at)
    {
        int start = at;
        if (at < text.Length && IsSpace(text[at]))
        {
            // "err: 0" has a space before the value, "text: stat:DELIVRD" no value.
            int next = SkipSpace(text, at);
            start = next < text.Length && ReadName(text, next, out _) == ReceiptFields.None ? next : at;
        }

        int end = TokenEnd(text, start);
        if (!Has(name))
        {
            Assign(name, text[start..end]);
        }

        return end;
    }

    private void TakeText(ReadOnlySpan<byte> value)
    {
        if (!Has(ReceiptFields.Text))
        {
            Text = value;
        }
    }

    /// <summary>Some leave out "stat:" and write the word alone.</summary>
    private void TakeBareState(ReadOnlySpan<byte> token)
    {
        if (Has(ReceiptFields.Id) && !Has(ReceiptFields.Stat) && MessageStateExtensions.TryParseStat(token, out _))
        {
            Stat = token;
        }
    }

    /// <summary>
    /// Some write an empty text before the other fields. Only while the id is known and the state is not, and only if
    /// the state follows at once: else a message's text could name its own receipt's fields.
    /// </summary>
    private readonly bool TextIsEmptyAndNotLast(ReadOnlySpan<byte> text, int at)
    {
        int next = SkipSpace(text, at);
        return Has(ReceiptFields.Id) && !Has(ReceiptFields.Stat) && !Has(ReceiptFields.Text)
            && next < text.Length && ReadName(text, next, out _) == ReceiptFields.Stat;
    }

    private void Assign(ReceiptFields name, ReadOnlySpan<byte> value)
    {
        switch (name)
        {
            case ReceiptFields.Id: Id = value; break;
            case ReceiptFields.Sub: Sub = value; break;
            case ReceiptFields.Dlvrd: Dlvrd = value; break;
            case ReceiptFields.SubmitDate: SubmitDate = value; break;
            case ReceiptFields.DoneDate: DoneDate = value; break;
            case ReceiptFields.Stat: Stat = value; break;
            default: Err = value; break;
        }
    }

    /// <summary>The field named at <paramref name="at"/>; its value starts at <paramref name="value"/>.</summary>
    private static ReceiptFields ReadName(ReadOnlySpan<byte> text, int at, out int value)
    {
        // The two first letters, in lower case, tell the names apart.
        var rest = text[at..];
        int letters = rest.Length < 3 ? 0 : ((rest[0] | 0x20) << 8) | rest[1] | 0x20;
        bool found;
        ReceiptFields field;
        switch (letters)
        {
            case ('i' << 8) | 'd':
                (found, field) = (Is(rest, "id:"u8, at, out value), ReceiptFields.Id);
                break;
            case ('s' << 8) | 't':
                (found, field) = (Is(rest, "stat:"u8, at, out value), ReceiptFields.Stat);
                break;
            case ('s' << 8) | 'u' when rest[2] is (byte)'b' or (byte)'B' && rest.Length > 3 && rest[3] == ':':
                (found, field) = (true, ReceiptFields.Sub);
                value = at + 4;
                break;
            case ('s' << 8) | 'u':
                found = Is(rest, "submit date:"u8, at, out value) || Is(rest, "submit_date:"u8, at, out value)
                    || Is(rest, "submitdate:"u8, at, out value);
                field = ReceiptFields.SubmitDate;
                break;
            case ('d' << 8) | 'l':
                (found, field) = (Is(rest, "dlvrd:"u8, at, out value), ReceiptFields.Dlvrd);
                break;
            case ('d' << 8) | 'o':
                found = Is(rest, "done date:"u8, at, out value) || Is(rest, "done_date:"u8, at, out value)
                    || Is(rest, "donedate:"u8, at, out value);
                field = ReceiptFields.DoneDate;
                break;
            case ('e' << 8) | 'r':
                (found, field) = (Is(rest, "err:"u8, at, out value), ReceiptFields.Err);
                break;
            case ('t' << 8) | 'e':
                (found, field) = (Is(rest, "text:"u8, at, out value), ReceiptFields.Text);
                break;
            default:
                (found, field, value) = (false, ReceiptFields.None, at);
                break;
        }

        return found ? field : ReceiptFields.None;
    }

    private static bool Is(ReadOnlySpan<byte> rest, ReadOnlySpan<byte> name, int at, out int value)
    {
        value = at + name.Length;
        return rest.Length >= name.Length
            && (rest.StartsWith(name) || System.Text.Ascii.EqualsIgnoreCase(rest[..name.Length], name));
    }

    /// <summary>
    /// A British operator's form: state (00 is delivered), done date, submit date, nothing, destination, source, id.
    /// </summary>
    private static bool TryReadCsv(ReadOnlySpan<byte> text, out Receipt receipt)
    {
        receipt = default;
        text = text.TrimEnd(" \r\n\0"u8);
        if (text.Length < 3 || text[2] != ',' || text.Count((byte)',') != 6)
        {
            return false;
        }

        Span<Range> parts = stackalloc Range[7];
        int count = 0;
        foreach (var part in text.Split((byte)','))
        {
            parts[count++] = part;
        }

        var state = text[parts[0]];
        var done = text[parts[1]];
        var submit = text[parts[2]];
        var id = text[parts[6]];
        if (id.IsEmpty || !IsDigits(state) || done.Length < 10 || !IsDigits(done) || !IsDigits(submit))
        {
            return false;
        }

        receipt.Id = id;
        receipt.SubmitDate = submit;
        receipt.DoneDate = done;
        receipt.Err = state;
        receipt.Stat = state.SequenceEqual("00"u8) ? "DELIVRD"u8 : "UNDELIV"u8;
        return true;
    }

    private static bool IsDigits(ReadOnlySpan<byte> text) => !text.ContainsAnyExceptInRange((byte)'0', (byte)'9');

    private static bool IsSpace(byte octet) => octet is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n';

    private static int SkipSpace(ReadOnlySpan<byte> text, int at)
    {
        while (at < text.Length && IsSpace(text[at]))
        {
            at++;
        }

        return at;
    }

    private static int TokenEnd(ReadOnlySpan<byte> text, int at)
    {
        // Values are short: a plain loop is faster than a vectorised search that has to be set up.
        while (at < text.Length && !IsSpace(text[at]))
        {
            at++;
        }

        return at;
    }
}
