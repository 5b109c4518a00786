namespace Appliance.Numbering;

/// <summary>What a number is for. The names and the order are those of the plan file.</summary>
public enum NumberType : byte
{
    Unknown,
    Mobile,
    Fixed,

    /// <summary>The country does not tell the two apart, as in North America.</summary>
    FixedOrMobile,
    TollFree,
    Premium,
    SharedCost,
    Voip,

    /// <summary>Follows its holder to any line.</summary>
    Personal,
    Pager,

    /// <summary>A company's number for all its places (universal access number).</summary>
    Uan,
    Voicemail,

    /// <summary>Dialled within one country; has no international form.</summary>
    ShortCode,
}

/// <summary>The types as they are written in JSON and CSV.</summary>
public static class NumberTypes
{
    private static readonly string[] Names =
    [
        "unknown", "mobile", "fixed", "fixed_or_mobile", "toll_free", "premium", "shared_cost", "voip", "personal",
        "pager", "uan", "voicemail", "short_code",
    ];

    public static IReadOnlyList<string> All => Names;

    public static string Name(this NumberType type) => Names[(int)type];

    /// <summary>Whether a number of this type can be a mobile subscriber's.</summary>
    public static bool CanBeMobile(this NumberType type) => type is NumberType.Mobile or NumberType.FixedOrMobile;

    public static bool TryParse(string text, out NumberType type)
    {
        var index = Array.IndexOf(Names, text);
        type = index < 0 ? NumberType.Unknown : (NumberType)index;
        return index >= 0;
    }
}
