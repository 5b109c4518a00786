namespace Compare;

/// <summary>What is sent, the same through every gateway; the numbers are the load generator's.</summary>
internal static class Messages
{
    public const string From = "Shop";

    public const string Text = "Your code is 482913. It is valid for ten minutes; tell it to nobody.";
}
