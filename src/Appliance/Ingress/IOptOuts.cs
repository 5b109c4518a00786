using Appliance.Policy.OptOuts;

namespace Appliance.Ingress;

/// <summary>The account's own opt-outs, as the HTTP API knows them. Called from many threads at a time.</summary>
public interface IOptOuts
{
    /// <summary>A page; null for a cursor that is none.</summary>
    /// <param name="account"><see cref="AccountView.Id"/>.</param>
    OptOutPage? List(int account, OptOutQuery query);

    /// <summary>Opts a number out or in; completes when it is durable and in force.</summary>
    /// <param name="account"><see cref="AccountView.Id"/>.</param>
    /// <param name="number">Digits.</param>
    /// <param name="sender">Empty for all senders of the account.</param>
    /// <returns>What the list says then; null where there was nothing to end.</returns>
    Task<OptOutEntry?> ChangeAsync(int account, string number, string sender, OptOutAction action);
}
