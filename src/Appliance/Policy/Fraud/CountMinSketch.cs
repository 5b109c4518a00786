namespace Appliance.Policy.Fraud;

/// <summary>
/// Counts of many keys in little memory, never too low (Cormode and Muthukrishnan, "An improved data stream summary",
/// 2005); halved from time to time, so that old counts fade.
/// </summary>
internal sealed class CountMinSketch
{
    private const int Rows = 4;

    private readonly ushort[] _counts;
    private readonly int _mask;

    /// <param name="width">Counters a row, a power of two. A count is too high by more than 2 / width of all counted
    /// with a chance of 1 in 16.</param>
    public CountMinSketch(int width)
    {
        _counts = new ushort[Rows * width];
        _mask = width - 1;
    }

    /// <summary>Counts one more; gives the count.</summary>
    public int Add(ulong hash)
    {
        var step = (uint)(hash >> 32) | 1;
        var least = int.MaxValue;
        for (var row = 0; row < Rows; row++)
            least = Math.Min(least, _counts[PlaceOf(hash, step, row)]);
        if (least == ushort.MaxValue) return least;
        // Only those that hold the least are raised: the others are too high already.
        for (var row = 0; row < Rows; row++)
        {
            ref var count = ref _counts[PlaceOf(hash, step, row)];
            if (count == least) count++;
        }

        return least + 1;
    }

    public void Halve()
    {
        for (var i = 0; i < _counts.Length; i++) _counts[i] >>= 1;
    }

    private int PlaceOf(ulong hash, uint step, int row) =>
        (row * (_mask + 1)) + (int)(((uint)hash + ((uint)row * step)) & (uint)_mask);
}
