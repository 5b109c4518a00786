namespace Appliance.Numbering;

/// <summary>Why a text is no number in use.</summary>
public enum NumberFault : byte
{
    /// <summary>It is one.</summary>
    None,
    Empty,

    /// <summary>Something other than digits, a + before them, and the usual separators.</summary>
    ForeignCharacter,

    /// <summary>Begins with 0, so it lacks the country code, and no default country is set.</summary>
    NoCountryCode,

    /// <summary>Begins with no country code that is assigned.</summary>
    UnknownCountryCode,
    TooShort,
    TooLong,

    /// <summary>Neither too short nor too long, and no number of its country has this many digits.</summary>
    WrongLength,

    /// <summary>As long as a number, in a range that is not assigned.</summary>
    NotInUse,
}

public static class NumberFaults
{
    /// <summary>The reason's word in JSON.</summary>
    public static string Name(this NumberFault fault) => fault switch
    {
        NumberFault.Empty => "empty",
        NumberFault.ForeignCharacter => "foreign_character",
        NumberFault.NoCountryCode => "no_country_code",
        NumberFault.UnknownCountryCode => "unknown_country_code",
        NumberFault.TooShort => "too_short",
        NumberFault.TooLong => "too_long",
        NumberFault.WrongLength => "wrong_length",
        NumberFault.NotInUse => "not_in_use",
        _ => "none",
    };

    /// <summary>What to tell who sent the number.</summary>
    public static string Explain(this NumberFault fault) => fault switch
    {
        NumberFault.Empty => "there is no digit in it",
        NumberFault.ForeignCharacter => "it has characters other than digits, one + before them, and separators",
        NumberFault.NoCountryCode => "it begins with 0 and has no country code",
        NumberFault.UnknownCountryCode => "it begins with no assigned country code",
        NumberFault.TooShort => "it has fewer digits than any number of its country",
        NumberFault.TooLong => "it has more digits than any number of its country",
        NumberFault.WrongLength => "no number of its country has this many digits",
        NumberFault.NotInUse => "it is in a range that its country has not assigned",
        _ => "",
    };
}
