using System.Collections.Frozen;

namespace Appliance.Policy.Content;

/// <summary>
/// What ends a name that is taken for a link without a scheme: every two-letter (country's) domain, names in other
/// scripts' encoding, and the generic domains that links in messages are seen with (IANA's root zone).
/// </summary>
public static class TopLevelDomains
{
    private const int Longest = 24;

    private static readonly FrozenSet<string> Generic = """
        academy agency app art asia autos bar beauty best bet bid bio biz blog boutique build business buzz cam camp
        capital care cards casa cash casino cat center ceo chat church city claims click clinic cloud club coach codes
        coffee com community company computer consulting cool country coupons credit cyou dance date deals delivery
        dental design dev digital direct directory discount doctor dog domains download earth edu education email energy
        events exchange expert express fail fan farm fashion finance fit fitness flights fm football forsale foundation
        fun fund fyi gallery game games garden gift gifts global gold golf gov group guide guru hair haus health help
        homes host hosting house icu immo inc info ink institute insure int international investments jobs kim land
        law lease legal lgbt life lighting limited link live loan loans lol love ltd makeup management market marketing
        mba media men menu mil mobi moda moe mom money monster movie museum name net network news ninja one online
        onl org page parts party pet photo photography photos pics pink pizza plus poker porn press pro productions
        promo properties pub quest racing realty recipes red reise rent rentals repair report rest restaurant review
        reviews rich rip rocks run sale salon sbs school science security services sexy shoes shop shopping show singles
        site ski skin social software solar solutions space store stream studio style support surf sydney systems tax
        taxi team tech technology tel tennis theater tickets tips tires today tokyo tools top tours town toys trade
        trading training travel tube university uno vacations vegas ventures video villas vin vip vision vote voyage
        watch webcam website wedding wiki win wine work works world wtf xin xxx xyz yachts yoga zip zone
        """.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Lookup =
        Generic.GetAlternateLookup<ReadOnlySpan<char>>();

    public static bool Contains(ReadOnlySpan<char> label)
    {
        if (label.Length == 2) return char.IsAsciiLetter(label[0]) && char.IsAsciiLetter(label[1]);
        if (label.StartsWith("xn--", StringComparison.OrdinalIgnoreCase)) return true;
        return label.Length is > 2 and <= Longest && Lookup.Contains(label);
    }
}
