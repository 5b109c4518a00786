namespace Appliance.Limits;

/// <summary>What share each account has of what several of them wait for. The decide thread's.</summary>
public sealed class FairWeights
{
    public const int Most = 1000;

    private int[] _weights = new int[64];

    /// <summary>Units of work a turn; 1 where it was never set.</summary>
    public int this[ushort account]
    {
        get => account < _weights.Length ? Math.Max(1, _weights[account]) : 1;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, Most);
            if (account >= _weights.Length) Array.Resize(ref _weights, Math.Max(account + 1, _weights.Length * 2));
            _weights[account] = value;
        }
    }
}
