using Appliance.Limits;

namespace Appliance.Decide;

/// <summary>
/// Puts another setup in force, as a whole and in one event. What was accepted goes on: of an account that is gone it
/// is finished and told, what waits for a carrier that is gone goes to others of its route, or ends.
/// </summary>
public sealed class Reconfiguration(
    Ledger ledger, Backlog backlog, Dispatch dispatch, Notices notices, Billing billing, FraudWatch fraud,
    FairWeights weights)
{
    public void Apply(StageSetup setup, long now)
    {
        notices.Configure(setup.Accounts);
        billing.Configure(setup.Accounts);
        foreach (var account in setup.Accounts) weights[account.Id] = account.Weight;
        dispatch.Senders.Prepare(setup.Accounts, setup.Carriers);
        dispatch.StopFor(setup.OptOutClasses);
        dispatch.Quiet.Replace(setup.Policy);
        if (setup.Fraud is { } guards) fraud.Replace(guards);
        var gone = ReplaceCarriers(setup.Carriers);
        // Who has refused a message is known by its place in the route of before.
        dispatch.Replace(setup.Tables);
        foreach (var carrier in gone)
        {
            backlog.Abandon(carrier);
            dispatch.MoveFromGone(carrier, now);
        }

        foreach (var carrier in dispatch.Carriers) backlog.Adopt(carrier);
        backlog.CarriersChanged();
    }

    /// <returns>Those that are not configured any more.</returns>
    private List<Carrier> ReplaceCarriers(IReadOnlyList<CarrierOptions> configured)
    {
        var choice = dispatch.Choice;
        var ids = configured.Select(options => options.Id).ToHashSet();
        var gone = choice.All.Where(carrier => !ids.Contains(carrier.Options.Id)).ToList();
        foreach (var carrier in gone) carrier.Leave();
        var carriers = new List<Carrier>();
        foreach (var options in configured)
        {
            var carrier = choice.Find(options.Id);
            if (carrier is null) carrier = new Carrier(options, weights);
            else carrier.Redefine(options, ledger.Table);
            carriers.Add(carrier);
        }

        choice.Replace(carriers, [.. choice.Leaving.Concat(gone).Except(carriers)]);
        return gone;
    }
}
