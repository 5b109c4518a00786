namespace Appliance.Numbering;

/// <summary>What a sender says of the form of his numbers.</summary>
public enum NumberForm : byte
{
    /// <summary>With a default country: national where that is a number, else international. Without: international.
    /// </summary>
    Any,

    /// <summary>Country code first, also without a + before it (in SMPP, TON 1).</summary>
    International,

    /// <summary>As dialled within the default country (in SMPP, TON 2), unless a + or an international prefix says
    /// otherwise.</summary>
    National,
}

/// <summary>
/// Reads numbers as people and programs write them:
/// <code>
/// +49 171 1234567    + and country code
/// 0049 171 1234567   an international prefix (00, or what the default country dials)
/// 491711234567       country code without a sign
/// 0171/1234567       national, with or without the trunk prefix, given a default country
/// +49 (0)171 ...     the trunk prefix where it has no place
/// </code>
/// </summary>
internal static class NumberReader
{
    /// <summary>More digits are no number, whatever stands before them: the longest international prefix has eight.
    /// </summary>
    private const int MostDigits = 24;

    internal static bool TryRead(NumberPlan plan, ReadOnlySpan<byte> text, NumberForm form, Country? home,
        Span<byte> result, out NumberInfo info)
    {
        Span<byte> buffer = stackalloc byte[MostDigits];
        var fault = Scan(text, buffer, out var length, out var plus);
        if (fault != NumberFault.None)
        {
            info = new NumberInfo { Fault = fault };
            return false;
        }

        var reading = new Reading(plan, home, result);
        var digits = buffer[..length];
        if (plus || (form == NumberForm.International && digits[0] != '0')) reading.International(digits);
        else if (!reading.Prefixed(digits)) Bare(ref reading, digits, form, home);
        info = reading.Info;
        return info.IsValid;
    }

    /// <summary>Neither + nor an international prefix that leads to a number.</summary>
    private static void Bare(ref Reading reading, scoped ReadOnlySpan<byte> digits, NumberForm form, Country? home)
    {
        if (home is null || form == NumberForm.International)
        {
            if (digits[0] == '0') reading.Refuse(NumberFault.NoCountryCode);
            else reading.International(digits);
            return;
        }

        reading.National(digits);
        // A reading that can be reached by SMS is the likelier one: "4915112345678" of a German account is no landline
        // in 04915, nor is its "447400123456" one in 04474.
        if (form == NumberForm.Any && digits[0] != '0' && !reading.Info.Type.CanBeMobile())
            reading.OrInternational(digits);
        if (!reading.Info.IsValid) reading.OrShortCode(digits);
    }

    /// <summary>Takes the digits out of the text.</summary>
    private static NumberFault Scan(ReadOnlySpan<byte> text, Span<byte> digits, out int length, out bool plus)
    {
        length = 0;
        plus = false;
        foreach (var octet in text)
        {
            if (octet is >= (byte)'0' and <= (byte)'9')
            {
                if (length == digits.Length) return NumberFault.TooLong;
                digits[length++] = octet;
            }
            else if (octet == '+' && length == 0 && !plus)
            {
                plus = true;
            }
            else if (octet is not ((byte)' ' or (byte)'-' or (byte)'.' or (byte)'(' or (byte)')' or (byte)'/'))
            {
                return NumberFault.ForeignCharacter;
            }
        }

        return length == 0 ? NumberFault.Empty : NumberFault.None;
    }

    /// <summary>One number being read: tries forms and keeps the best.</summary>
    private ref struct Reading(NumberPlan plan, Country? home, Span<byte> result)
    {
        private readonly Span<byte> _result = result;

        internal NumberInfo Info { get; private set; }

        internal void Refuse(NumberFault fault) => Info = new NumberInfo { Fault = fault };

        internal void International(scoped ReadOnlySpan<byte> digits)
        {
            var info = plan.Find(digits);
            if (info.IsValid || !TryWithoutTrunk(digits)) Keep(info, digits);
        }

        /// <summary>What follows an international prefix, if there is one and it is a number.</summary>
        internal bool Prefixed(scoped ReadOnlySpan<byte> digits)
        {
            if (home is not null)
            {
                foreach (var prefix in home.InternationalPrefixes)
                {
                    if (prefix.Matches(digits) && TryAfter(digits[prefix.Length..])) return true;
                }
            }

            if (!digits.StartsWith("00"u8)) return false;
            if (TryAfter(digits[2..])) return true;
            // National numbers begin with 00 hardly anywhere, so what is wrong is what follows.
            return home is null && digits.Length > 2 && digits[2] != '0';
        }

        /// <summary>A number of the default country.</summary>
        internal void National(scoped ReadOnlySpan<byte> digits)
        {
            var country = home!;
            Info = default;
            Span<byte> national = stackalloc byte[MostDigits];
            var length = WithoutTrunk(country, digits, national);
            if (length > 0) Complete(country.CallingCode, national[..length]);
            if (Info.IsValid) return;
            var without = Info;
            Complete(country.CallingCode, digits);
            // Of two that are none, the one without its trunk prefix was meant.
            if (!Info.IsValid && length > 0) Info = without;
        }

        /// <summary>The same digits with their country code, where that is a number and, if there is one already, a
        /// mobile one.</summary>
        internal void OrInternational(scoped ReadOnlySpan<byte> digits)
        {
            var info = plan.Find(digits);
            if (info.IsValid && (!Info.IsValid || info.Type.CanBeMobile())) Keep(info, digits);
        }

        internal void OrShortCode(scoped ReadOnlySpan<byte> digits)
        {
            if (digits.Length > NumberPlan.MaxDigits || !plan.IsShortCode(home!, digits)) return;
            var info = new NumberInfo
            {
                Type = NumberType.ShortCode,
                Country = home,
                CallingCode = (short)home!.CallingCode,
                Length = (byte)digits.Length,
            };
            Keep(info, digits);
        }

        private bool TryAfter(scoped ReadOnlySpan<byte> digits)
        {
            if (digits.IsEmpty) return false;
            International(digits);
            return Info.IsValid;
        }

        /// <summary>"+49 (0)171...": the trunk prefix within an international number.</summary>
        private bool TryWithoutTrunk(scoped ReadOnlySpan<byte> digits)
        {
            if (plan.CallingCodeOf(digits) is not { } code) return false;
            Span<byte> national = stackalloc byte[MostDigits];
            var length = WithoutTrunk(code.Main, digits[code.Digits..], national);
            if (length <= 0) return false;
            var before = Info;
            Complete(code.Code, national[..length]);
            if (Info.IsValid) return true;
            Info = before;
            return false;
        }

        /// <returns>The number's length, or 0 where there is no trunk prefix before it.</returns>
        private static int WithoutTrunk(Country country, ReadOnlySpan<byte> digits, Span<byte> national)
        {
            foreach (var rule in country.TrunkRules)
            {
                if (rule.Matches(digits)) return Math.Max(0, rule.Apply(digits, national));
            }

            return 0;
        }

        /// <summary>Puts the country code before a national number.</summary>
        private void Complete(int callingCode, scoped ReadOnlySpan<byte> national)
        {
            Span<byte> digits = stackalloc byte[MostDigits + 3];
            System.Buffers.Text.Utf8Formatter.TryFormat(callingCode, digits, out var written);
            national.CopyTo(digits[written..]);
            var whole = digits[..(written + national.Length)];
            Keep(plan.Find(whole), whole);
        }

        private void Keep(NumberInfo info, scoped ReadOnlySpan<byte> digits)
        {
            Info = info;
            digits[..info.Length].CopyTo(_result);
        }
    }
}
