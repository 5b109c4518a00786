namespace Appliance.Policy.Text;

/// <summary>What letters are folded to, as data: a row is a letter (or two), then all that count as it.</summary>
internal static class FoldTable
{
    /// <summary>
    /// Lower-case letters with marks to the letters without (the Unicode Character Database's decompositions), and
    /// those that people write with other letters (ß as ss, ø as o).
    /// </summary>
    public const string Marks = """
        a ªàáâãäåāăąǎǟǡǻȁȃȧḁạảấầẩẫậắằẳẵặ
        ae æǣǽ
        b ḃḅḇ
        c çćĉċčḉ
        d ðďđḋḍḏḑḓ
        dz ǆǳ
        e èéêëēĕėęěȅȇȩḕḗḙḛḝẹẻẽếềểễệ
        f ƒḟ
        g ĝğġģǧǵḡ
        h ĥħȟḣḥḧḩḫẖ
        i ìíîïĩīĭįİıǐȉȋḭḯỉị
        ij ĳ
        j ĵǰ
        k ķĸǩḱḳḵ
        l ĺļľłḷḹḻḽ
        lj ǉ
        m ḿṁṃ
        n ñńņňŋǹṅṇṉṋ
        nj ǌ
        o ºòóôõöøōŏőơǒǫǭǿȍȏȫȭȯȱṍṏṑṓọỏốồổỗộớờởỡợ
        oe œ
        p ṕṗ
        r ŕŗřȑȓṙṛṝṟ
        s śŝşšſșṡṣṥṧṩẛ
        ss ß
        t ţťŧțṫṭṯṱẗ
        th þ
        u ùúûüũūŭůűųưǔǖǘǚǜȕȗṳṵṷṹṻụủứừửữự
        v ṽṿ
        w ŵẁẃẅẇẉẘ
        x ẋẍ
        y ýÿŷȳẏẙỳỵỷỹ
        z źżžẑẓẕ
        ʒ ǯ
        α άἀἁἂἃἄἅἆἇὰάᾀᾁᾂᾃᾄᾅᾆᾇᾰᾱᾲᾳᾴᾶᾷ
        β ϐ
        ε έϵἐἑἒἓἔἕὲέ
        η ήἠἡἢἣἤἥἦἧὴήᾐᾑᾒᾓᾔᾕᾖᾗῂῃῄῆῇ
        θ ϑ
        ι ΐίϊἰἱἲἳἴἵἶἷὶίιῐῑῒΐῖῗ
        κ ϰ
        μ µ
        ο όὀὁὂὃὄὅὸό
        π ϖ
        ρ ϱῤῥ
        υ ΰϋύϒϓϔὐὑὒὓὔὕὖὗὺύῠῡῢΰῦῧ
        φ ϕ
        ω ώὠὡὢὣὤὥὦὧὼώᾠᾡᾢᾣᾤᾥᾦᾧῲῳῴῶῷ
        а ӑӓ
        г ѓ
        е ѐёӗ
        ж ӂӝ
        з ӟ
        и йѝӣӥ
        к ќ
        о ӧ
        у ўӯӱӳ
        ч ӵ
        ы ӹ
        э ӭ
        і ї
        ѵ ѷ
        ә ӛ
        ө ӫ
        σ ςϲ
        ا أإآٱ
        ي ىی
        ه ة
        ك ک
        """;

    /// <summary>
    /// Letters and signs that look like a Latin letter, after the first table; capitals where they look like another
    /// one than their small letter.
    /// </summary>
    public const string Lookalikes = """
        a аαᴀɑ4@
        b ьвβʙ
        c сϲᴄ
        d ԁɗ
        e еεєᴇ3
        g ɡԍ
        h һнΗ
        i іιlӏɪ1|
        j ј
        k кκᴋ
        m мᴍΜ
        n пոηɴΝ
        o оοσօᴏ0
        p рρᴘ
        q ԛ
        r гʀ
        s ѕꜱ5$
        t тτᴛ7
        u υսцᴜ
        v νѵᴠ
        w ωшѡԝᴡ
        x хχ
        y уγʏΥ
        z ᴢΖ
        """;
}
