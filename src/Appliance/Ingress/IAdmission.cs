using Appliance.Money;
using Appliance.Numbering.Lookups;

namespace Appliance.Ingress;

/// <summary>
/// What the HTTP API knows of the rest of the appliance: who a key belongs to, how a message is handed in, and what has
/// become of one. Called from many threads at a time.
/// </summary>
public interface IAdmission
{
    /// <summary>The longest validity_period a message may have, from when it may go out.</summary>
    TimeSpan LongestValidity { get; }

    /// <summary>Whose bearer key this is, or null. Takes the same time for every wrong key.</summary>
    AccountView? Authenticate(ReadOnlySpan<byte> bearerKey);

    /// <summary>
    /// Hands a message in. Completes when it is durable or refused, mostly through
    /// <see cref="HttpSubmission.Complete"/>; the submission belongs to the appliance until then.
    /// </summary>
    ValueTask<AdmissionResult> SubmitAsync(HttpSubmission message);

    /// <summary>A message of that account with its history, or null where the account has none of that id.</summary>
    ValueTask<MessageRecord?> FindAsync(int account, Guid messageId);

    /// <summary>Takes a message back that no carrier has. The record is the one after it; null where the account has
    /// none of that id.</summary>
    ValueTask<(ChangeResult Result, MessageRecord? Record)> CancelAsync(int account, Guid messageId);

    /// <summary>The account says that a message was of use to who got it: a code entered, a link followed.</summary>
    /// <returns>False where the account has none of that id.</returns>
    ValueTask<bool> ConvertAsync(int account, Guid messageId);

    /// <summary>A page of the account's messages.</summary>
    ValueTask<MessagePage> ListAsync(int account, MessageQuery query);

    /// <summary>What mobiles have written to the account's numbers, the oldest first.</summary>
    /// <param name="after">What the last answer's cursor stands for; 0 for all that is kept.</param>
    ValueTask<InboundPage> InboundAsync(int account, ulong after, int limit);

    /// <summary>Whose a number is.</summary>
    /// <param name="number">In any form; national ones are of the account's country, where it has one.</param>
    ValueTask<LookupAnswer> LookUpAsync(int account, string number, CancellationToken cancellation);

    /// <summary>The currency of all amounts, by ISO 4217.</summary>
    string Currency { get; }

    /// <summary>The account's money.</summary>
    ValueTask<BalanceView> BalanceAsync(int account);

    /// <summary>What a page's cursor stands for, as <see cref="MessageQuery.Before"/>; false for another text.
    /// </summary>
    bool TryReadCursor(string text, out ulong before);
}

/// <summary>An account as the HTTP API sees it.</summary>
/// <param name="Id">The persistent id of its name.</param>
public sealed record AccountView(int Id, string Name);
