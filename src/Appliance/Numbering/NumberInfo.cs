namespace Appliance.Numbering;

/// <summary>From where a plan knows what it says of a number.</summary>
public enum NumberSource : byte
{
    /// <summary>The plan that comes with the program.</summary>
    Plan,

    /// <summary>A range that the operator imported.</summary>
    Imported,
}

/// <summary>What the plan says of a number. Refers to objects of the plan, so it costs no memory of its own.</summary>
public readonly struct NumberInfo
{
    /// <summary>None for a number in use.</summary>
    public NumberFault Fault { get; init; }

    public NumberType Type { get; init; }

    public NumberSource Source { get; init; }

    /// <summary>Digits of the normalised number.</summary>
    public byte Length { get; init; }

    /// <summary>Where the number is; null where its country code leaves that open.</summary>
    public Country? Country { get; init; }

    /// <summary>Whom its range was given to; null where not known. A ported number may be elsewhere.</summary>
    public Network? Network { get; init; }

    /// <summary>1 to 999, 0 where not known.</summary>
    public short CallingCode { get; init; }

    /// <summary>Whether it is a number in use; false of a default value.</summary>
    public bool IsValid => Fault == NumberFault.None && Length > 0;
}
