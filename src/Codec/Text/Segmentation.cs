namespace Codec;

/// <summary>
/// Splits long texts. A short message carries 140 octets: 160 septets, 140 octets or 70 code units; with a header
/// that ties parts together 153, 134 or 67 (less with a 16-bit reference or national languages). An escape pair or a
/// surrogate pair is never torn.
/// </summary>
public static class Segmentation
{
    private const int MessageOctets = 140;

    /// <summary>
    /// Plans a text in its cheapest encoding: GSM 7-bit if it can be said so, else Latin-1 if that is allowed, else
    /// UTF-16.
    /// </summary>
    public static SegmentPlan Plan(
        ReadOnlySpan<char> text, ConcatenationForm form = ConcatenationForm.Udh8, bool allowLatin1 = false)
    {
        if (Gsm7.IndexOfUnencodable(text) < 0)
        {
            return PlanGsm7(text, form, default, default);
        }

        bool latin1 = allowLatin1 && Latin1.IndexOfUnencodable(text) < 0;
        return PlanUnits(text, latin1 ? TextEncoding.Latin1 : TextEncoding.Ucs2, form);
    }

    /// <summary>
    /// Plans a text in its cheapest encoding, where the peer also takes national languages' shift tables: one of them
    /// is used if that makes fewer messages than without.
    /// </summary>
    public static SegmentPlan Plan(
        ReadOnlySpan<char> text, ConcatenationForm form, bool allowLatin1, ReadOnlySpan<NationalLanguage> languages)
    {
        var best = Plan(text, form, allowLatin1);
        if (best.Encoding == TextEncoding.Gsm7)
        {
            return best;
        }

        foreach (var language in languages)
        {
            Improve(text, form, default, language, ref best);
            Improve(text, form, language, default, ref best);
            Improve(text, form, language, language, ref best);
        }

        return best;
    }

    /// <summary>Plans a text in a given encoding; false if it cannot be said in it.</summary>
    public static bool TryPlan(
        ReadOnlySpan<char> text, TextEncoding encoding, ConcatenationForm form, out SegmentPlan plan,
        NationalLanguage locking = default, NationalLanguage single = default)
    {
        // Spanish has no locking shift table.
        locking = locking == NationalLanguage.Spanish ? NationalLanguage.Default : locking;
        bool fits = encoding switch
        {
            TextEncoding.Gsm7 => Gsm7.IndexOfUnencodable(text, locking, single) < 0,
            TextEncoding.Ucs2 => true,
            _ => Latin1.IndexOfUnencodable(text) < 0,
        };
        plan = !fits ? default
            : encoding == TextEncoding.Gsm7 ? PlanGsm7(text, form, locking, single)
            : PlanUnits(text, encoding, form);
        return fits;
    }

    /// <summary>Plans octets that are encoded already (a message_payload, a binary message).</summary>
    public static SegmentPlan PlanEncoded(
        ReadOnlySpan<byte> octets, TextEncoding encoding, ConcatenationForm form = ConcatenationForm.Udh8)
    {
        int units = encoding == TextEncoding.Ucs2 ? (octets.Length + 1) / 2 : octets.Length;
        var whole = Single(encoding, units, form, default, default);
        if (units <= whole.UnitsPerSegment)
        {
            return whole;
        }

        var plan = Parts(whole);
        int parts = 0;
        for (var rest = octets; !rest.IsEmpty; parts++)
        {
            rest = rest[Take(rest, plan)..];
        }

        return plan with { Segments = parts };
    }

    /// <summary>
    /// How many characters of <paramref name="rest"/> the plan's next part takes; at least one (or a pair) while
    /// there is text.
    /// </summary>
    public static int Take(ReadOnlySpan<char> rest, in SegmentPlan plan)
    {
        int units = 0;
        int at = 0;
        while (at < rest.Length)
        {
            int next = at + 1;
            int cost = 1;
            if (plan.Encoding == TextEncoding.Gsm7)
            {
                cost = Gsm7.Code(rest[at], plan.Locking, plan.Single) >= 0x80 ? 2 : 1;
            }
            else if (plan.Encoding == TextEncoding.Ucs2 && IsPair(rest[at..]))
            {
                next = at + 2;
                cost = 2;
            }

            units += cost;
            if (units > plan.UnitsPerSegment)
            {
                break;
            }

            at = next;
        }

        return at;
    }

    /// <summary>How many of the encoded octets of <paramref name="rest"/> the plan's next part takes.</summary>
    public static int Take(ReadOnlySpan<byte> rest, in SegmentPlan plan)
    {
        int take = plan.UnitsPerSegment * (plan.Encoding == TextEncoding.Ucs2 ? 2 : 1);
        if (rest.Length <= take)
        {
            return rest.Length;
        }

        if (plan.Encoding == TextEncoding.Gsm7)
        {
            // Escapes before the border: an odd number says that the last one's character is beyond it.
            int escapes = 0;
            while (escapes < take && rest[take - 1 - escapes] == Gsm7.Escape)
            {
                escapes++;
            }

            return take - (escapes & 1);
        }

        bool pair = plan.Encoding == TextEncoding.Ucs2 && (rest[take - 2] & 0xFC) == 0xD8
            && rest.Length > take && (rest[take] & 0xFC) == 0xDC;
        return pair ? take - 2 : take;
    }

    /// <summary>
    /// Writes part <paramref name="index"/> (0 is the first) as a short_message: its header, if the plan has one, and
    /// its text. Gives the octets written, or -1 if there is no such part or they do not fit.
    /// </summary>
    public static int WritePart(
        ReadOnlySpan<char> text, in SegmentPlan plan, int index, ushort reference, Span<byte> destination)
    {
        if ((uint)index >= (uint)plan.Segments || plan.Segments > SegmentPlan.MaxSegments)
        {
            return -1;
        }

        int take = Take(text, plan);
        for (int i = 0; i < index; i++)
        {
            text = text[take..];
            take = Take(text, plan);
        }

        int header = WriteHeader(plan, index, reference, destination);
        if (header < 0)
        {
            return -1;
        }

        int written = Encode(text[..take], plan, destination[header..]);
        return written < 0 ? -1 : header + written;
    }

    /// <summary>Encodes text as the plan says; gives the octets written, or -1.</summary>
    public static int Encode(ReadOnlySpan<char> text, in SegmentPlan plan, Span<byte> destination) =>
        plan.Encoding switch
        {
            TextEncoding.Gsm7 => Gsm7.Encode(text, destination, plan.Locking, plan.Single),
            TextEncoding.Ucs2 => Ucs2.Encode(text, destination),
            _ => Latin1.Encode(text, destination),
        };

    /// <summary>
    /// Writes the header of part <paramref name="index"/>; gives its octets (0 if the plan has none), or -1 if they do
    /// not fit.
    /// </summary>
    public static int WriteHeader(in SegmentPlan plan, int index, ushort reference, Span<byte> destination)
    {
        int length = plan.HeaderLength;
        if (length == 0 || destination.Length < length)
        {
            return length == 0 ? 0 : -1;
        }

        destination[0] = (byte)(length - 1);
        int at = 1;
        if (plan.Segments > 1 && plan.Form != ConcatenationForm.Sar)
        {
            bool wide = plan.Form == ConcatenationForm.Udh16;
            var part = new Concatenation(reference, (byte)plan.Segments, (byte)(index + 1), wide);
            at += UserDataHeader.WriteConcatenation(destination[at..], part);
        }

        at = WriteLanguage(destination, at, UserDataHeader.SingleShift, plan.Single);
        WriteLanguage(destination, at, UserDataHeader.LockingShift, plan.Locking);
        return length;
    }

    internal static int HeaderLength(
        ConcatenationForm form, bool parts, NationalLanguage locking, NationalLanguage single)
    {
        int elements = (locking == default ? 0 : 3) + (single == default ? 0 : 3);
        if (parts)
        {
            elements += form switch
            {
                ConcatenationForm.Udh8 => 5,
                ConcatenationForm.Udh16 => 6,
                _ => 0,
            };
        }

        return elements == 0 ? 0 : elements + 1;
    }

    private static int WriteLanguage(Span<byte> destination, int at, byte identifier, NationalLanguage language)
    {
        if (language == default)
        {
            return at;
        }

        destination[at] = identifier;
        destination[at + 1] = 1;
        destination[at + 2] = (byte)language;
        return at + 3;
    }

    private static void Improve(
        ReadOnlySpan<char> text, ConcatenationForm form, NationalLanguage locking, NationalLanguage single,
        ref SegmentPlan best)
    {
        if (TryPlan(text, TextEncoding.Gsm7, form, out var plan, locking, single) && plan.Segments < best.Segments)
        {
            best = plan;
        }
    }

    private static SegmentPlan PlanGsm7(
        ReadOnlySpan<char> text, ConcatenationForm form, NationalLanguage locking, NationalLanguage single) =>
        Divide(text, Single(TextEncoding.Gsm7, Gsm7.Count(text, locking, single), form, locking, single));

    private static SegmentPlan PlanUnits(ReadOnlySpan<char> text, TextEncoding encoding, ConcatenationForm form) =>
        Divide(text, Single(encoding, text.Length, form, default, default));

    private static SegmentPlan Divide(ReadOnlySpan<char> text, SegmentPlan whole)
    {
        if (whole.Units <= whole.UnitsPerSegment)
        {
            return whole;
        }

        var plan = Parts(whole);
        int parts = 0;
        for (var rest = text; !rest.IsEmpty; parts++)
        {
            rest = rest[Take(rest, plan)..];
        }

        return plan with { Segments = parts };
    }

    private static SegmentPlan Single(
        TextEncoding encoding, int units, ConcatenationForm form, NationalLanguage locking, NationalLanguage single) =>
        new(encoding, 1, units, Capacity(encoding, HeaderLength(form, false, locking, single)), form, locking, single);

    private static SegmentPlan Parts(in SegmentPlan whole)
    {
        // SAR parts go out with an 8-bit header from the message centre on.
        var form = whole.Form == ConcatenationForm.Sar ? ConcatenationForm.Udh8 : whole.Form;
        int header = HeaderLength(form, true, whole.Locking, whole.Single);
        return whole with { Segments = 2, UnitsPerSegment = Capacity(whole.Encoding, header) };
    }

    private static int Capacity(TextEncoding encoding, int header) => encoding switch
    {
        TextEncoding.Gsm7 => (MessageOctets - header) * 8 / 7,
        TextEncoding.Ucs2 => (MessageOctets - header) / 2,
        _ => MessageOctets - header,
    };

    private static bool IsPair(ReadOnlySpan<char> text) =>
        text.Length > 1 && char.IsHighSurrogate(text[0]) && char.IsLowSurrogate(text[1]);
}
