namespace Appliance;

/// <summary>Where a batch goes that was decided and written: it becomes durable there, and then is heard.</summary>
public interface IActStage
{
    /// <summary>Takes a batch. The ring's thread; waits while too many do.</summary>
    /// <param name="events">Events it was made of.</param>
    void Take(OutgoingBatch batch, int events);

    /// <summary>Waits until all that was taken is durable and heard. The ring's thread.</summary>
    void Settle();
}
