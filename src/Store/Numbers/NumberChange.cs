using System.Runtime.InteropServices;

namespace Store.Numbers;

/// <summary>One imported line: a number or block is with an operator since a time, or is gone. 16 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NumberChange
{
    /// <summary><see cref="NumberKey"/>.</summary>
    internal ulong Key;

    /// <summary>Seconds since 2000-01-01 UTC; 0 when the source gives no date.</summary>
    internal uint Date;

    /// <summary>Index in the operator list.</summary>
    internal ushort Operator;

    /// <summary>1 when the number is no longer ported.</summary>
    internal ushort Removed;

    internal const int Size = 16;

    /// <summary>
    /// The operator of a number that an event log has removed: its date stays, so that an older event that comes later
    /// does not bring the number back.
    /// </summary>
    internal const ushort RemovedOperator = ushort.MaxValue;
}
