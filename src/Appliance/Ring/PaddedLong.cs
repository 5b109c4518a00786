using System.Runtime.InteropServices;

namespace Appliance.Ring;

/// <summary>A counter alone on its cache lines (two of them, for the adjacent-line prefetcher).</summary>
[StructLayout(LayoutKind.Explicit, Size = 256)]
internal struct PaddedLong
{
    [FieldOffset(128)]
    public long Value;
}
