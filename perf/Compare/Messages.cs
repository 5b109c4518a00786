namespace Compare;

/// <summary>What is sent, the same through every gateway.</summary>
internal static class Messages
{
    public static string To(int n) => $"4477{n % 100_000_000:00000000}";

    public static string Text(int n) => $"Your code is {n % 1_000_000:000000}. It is valid for ten minutes; tell it to nobody.";
}
