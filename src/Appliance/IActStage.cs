namespace Appliance;

/// <summary>Where a batch goes that was decided and written: it becomes durable there, and then is heard.</summary>
public interface IActStage
{
    /// <summary>Waits until all that was taken is durable, so that the next may be written: of the log's end no more
    /// than one batch is ever unsynced, which is what a start takes for torn. The ring's thread.</summary>
    void AwaitDurable();

    /// <summary>Takes a batch. The ring's thread.</summary>
    /// <param name="events">Events it was made of.</param>
    void Take(OutgoingBatch batch, int events);
}
