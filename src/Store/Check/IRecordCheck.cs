namespace Store;

/// <summary>Reads a fact by its key; null where there is none.</summary>
public delegate byte[]? FactReader(ReadOnlySpan<byte> key);

/// <summary>
/// What whoever knows the records' meaning looks at while all of them are read. The store knows keys and bytes only.
/// </summary>
public interface IRecordCheck
{
    /// <param name="facts">The facts beside the records.</param>
    /// <param name="isFromFirst">Whether the log still has all that was ever written to it.</param>
    void Begin(FactReader facts, bool isFromFirst);

    /// <param name="record">Good during the call.</param>
    void Take(ulong position, ReadOnlySpan<byte> record);

    /// <summary>All have been read.</summary>
    IReadOnlyList<CheckFinding> Finish();
}
