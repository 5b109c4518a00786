namespace Appliance.Policy.Fraud;

/// <summary>A range whose traffic looks inflated, for logs and alarms.</summary>
/// <param name="Range">The digits its numbers begin with.</param>
/// <param name="Messages">In the window so far, since it is watched closely.</param>
/// <param name="Distinct">Of those, the ones to a number that had none before.</param>
/// <param name="Sequential">Of those, the ones to a neighbour of the number before.</param>
/// <param name="Finals">Receipts that came for them.</param>
/// <param name="Delivered">Of those, the ones that say delivered.</param>
/// <param name="Blocked">Whether messages to it are refused from now on.</param>
public readonly record struct RangeFinding(
    ushort Account, ulong Range, int Messages, int Distinct, int Sequential, int Finals, int Delivered, int Converted,
    bool Blocked);
