namespace Appliance.Operate.Http;

/// <summary>The headers that tell how GET /admin/v1/charges goes on.</summary>
public static class ChargePages
{
    /// <summary>What to give as <c>after</c> for the next page.</summary>
    public const string Next = "Charges-Next";

    /// <summary>Whether more is there already: true or false.</summary>
    public const string More = "Charges-More";
}
