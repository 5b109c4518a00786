namespace Appliance.Ingress;

/// <summary>
/// What an ESME's session knows of messages that were taken: what became of one, and how to change one that waits.
/// Called from many threads at a time; an answer about a change comes when it is durable.
/// </summary>
public interface IMessages
{
    /// <summary>A message of that account, or null where the account has none of that id.</summary>
    ValueTask<MessageFacts?> FindAsync(ushort account, UInt128 id);

    /// <summary>Messages of that account to that destination, the newest first.</summary>
    ValueTask<IReadOnlyList<MessageFacts>> NewestAsync(ushort account, ReadOnlyMemory<byte> destination, int most);

    ValueTask<ChangeResult> CancelAsync(ushort account, ulong position);

    /// <summary>Gives a message that waits another body, due time and validity.</summary>
    ValueTask<ChangeResult> ReplaceAsync(ushort account, ulong position, Replacement replacement);
}
