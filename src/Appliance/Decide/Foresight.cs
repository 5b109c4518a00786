using Appliance.Ring;

namespace Appliance.Decide;

/// <summary>
/// Fetches what the next events will need. What carriers and ESMEs answer is about messages of long ago, which are no
/// longer in the processor's caches: without this the ring's thread waits for memory several times an event.
/// </summary>
/// <remarks>Reads only, and decides nothing.</remarks>
public sealed class Foresight(Ledger ledger, Receipts receipts, CarrierChoice choice)
{
    /// <summary>Where an event leads to.</summary>
    public void Look(ref Slot slot)
    {
        switch (slot.Kind)
        {
            case EventKind.Submit:
                Memory.FetchAll(slot.Bytes);
                choice.Foresee(ref slot);
                break;
            case EventKind.CarrierResponse when slot.Source is Peer { State: Link link }:
                Fetch(link.Window.Peek(slot.Sequence));
                receipts.Foresee(MessageIds.TextKey(link.Carrier.Options.Id, slot.Bytes));
                break;
            case EventKind.CarrierReceipt:
                slot.Key = MessageIds.TextKey(slot.Carrier, slot.Bytes[..slot.Parts]);
                receipts.Foresee(slot.Key);
                break;
            case EventKind.NoticeResponse when slot.Source is Peer { State: Receiver receiver }:
                Fetch(receiver.Window.Peek(slot.Sequence));
                break;
        }
    }

    /// <summary>Where that leads to.</summary>
    public void LookFurther(ref Slot slot)
    {
        switch (slot.Kind)
        {
            case EventKind.Submit:
                choice.ForeseeFurther(ref slot);
                break;
            case EventKind.CarrierReceipt:
                Fetch(receipts.Peek(slot.Key));
                break;
            case EventKind.NoticeResponse when slot.Source is Peer { State: Receiver receiver }:
                var handle = receiver.Window.Peek(slot.Sequence);
                if (handle == MessageTable.None) break;
                ref readonly var message = ref ledger.Table[handle];
                receipts.ForeseeEnd(message.IdKey);
                // It leaves from between two others.
                if (message.Older != MessageTable.None) Memory.FetchAll(ref ledger.Table[message.Older]);
                if (message.Newer != MessageTable.None) Memory.FetchAll(ref ledger.Table[message.Newer]);
                break;
        }
    }

    private void Fetch(int handle)
    {
        if (handle != MessageTable.None) Memory.FetchAll(ref ledger.Table[handle]);
    }
}
