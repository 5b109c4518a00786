namespace Appliance.Routing;

/// <summary>Chance that is the same for the same message: a hash in place of a generator.</summary>
internal static class Chance
{
    /// <summary>A number from 0, below 1.</summary>
    /// <param name="salt">Draws of one message with different salts have nothing to do with each other.</param>
    internal static double Of(ulong seed, ulong salt)
    {
        // The finaliser of splitmix64, over a seed that the salt has moved by an odd multiple.
        var hash = seed + ((salt + 1) * 0x9E3779B97F4A7C15UL);
        hash = (hash ^ (hash >> 30)) * 0xBF58476D1CE4E5B9UL;
        hash = (hash ^ (hash >> 27)) * 0x94D049BB133111EBUL;
        hash ^= hash >> 31;
        return (hash >> 11) * (1.0 / (1UL << 53));
    }
}
