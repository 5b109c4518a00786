using System.Text;
using Appliance.Money;
using Appliance.Operate.Http;

namespace Appliance;

/// <summary>Accounts' money for whoever asks from outside the ring, and the admin API's calls about it.</summary>
internal sealed class PipelineBalances(Pipeline pipeline)
{
    private const int LongestName = 128;
    private const int LongestNote = 500;
    private const string Amounts = "an amount other than 0 with at most 6 decimal places, such as \"25.00\"";

    private string Currency => pipeline.Tables.Current.Money.Currency;

    public void AddTo(AdminApi api)
    {
        api.Add("GET", "balances", (context, _) => ListAsync(context))
            .Add("POST", "balances/", BookAsync);
        new PipelinePayments(pipeline).AddTo(api);
        new PipelineCharges(pipeline).AddTo(api);
    }

    /// <summary>An account's money; all that it tells of is durable.</summary>
    public async ValueTask<BalanceView> AskAsync(ushort account)
    {
        var answer = new PendingBalance();
        await SendAsync(EventKind.Balance, account, answer, null).ConfigureAwait(false);
        await answer.Task.ConfigureAwait(false);
        return answer.View;
    }

    private async Task ListAsync(HttpContext context)
    {
        var accounts = new List<AccountBalance>();
        foreach (var account in pipeline.Configuration.Accounts)
        {
            var view = await AskAsync(pipeline.AccountNames.GetOrAdd(account.Name)).ConfigureAwait(false);
            accounts.Add(Document(account.Name, in view, isConfigured: true));
        }

        // What an account had when it went is still somebody's.
        var configured = accounts.Select(account => account.Account).ToHashSet(StringComparer.Ordinal);
        for (var id = 1; id <= pipeline.AccountNames.Last; id++)
        {
            if (pipeline.AccountNames.Name((ushort)id) is not { } gone || configured.Contains(gone)) continue;
            var view = await AskAsync((ushort)id).ConfigureAwait(false);
            if (view.Balance != 0) accounts.Add(Document(gone, in view, isConfigured: false));
        }

        await AdminJson.WriteAsync(context, new BalancesDocument { Currency = Currency, Accounts = accounts },
            AdminJson.Default.BalancesDocument).ConfigureAwait(false);
    }

    private static AccountBalance Document(string account, in BalanceView view, bool isConfigured)
    {
        var isLimited = view.IsKept && view.CreditLimit < BillingConfiguration.Unlimited;
        return new AccountBalance(
            account,
            view.IsKept || view.Balance != 0 ? Micros.Format(view.Balance) : null,
            isLimited ? Micros.Format(view.CreditLimit) : null,
            isLimited ? Micros.Format(view.Available) : null,
            view.IsKept,
            isConfigured);
    }

    private async Task BookAsync(HttpContext context, string account)
    {
        // One that is gone from the configuration has its balance still; a name that never was one has none.
        if (!pipeline.AccountNames.TryGet(account, out var id))
        {
            await Problem.WriteAsync(context, ProblemType.NotFound,
                $"There is no account \"{account}\", and there was none.");
            return;
        }

        if (await AdminJson.ReadAsync(context, AdminJson.Default.PaymentRequest) is not { } request) return;
        var errors = Check(request, out var amount);
        if (errors.Count > 0)
        {
            await Problem.WriteAsync(context, AdminProblem.InvalidRequest, errors: errors);
            return;
        }

        var answer = new PendingBalance();
        await SendAsync(EventKind.Adjust, id, answer, new Payment(request, amount, From(context)))
            .ConfigureAwait(false);
        var result = await answer.Task.ConfigureAwait(false);
        if (result == ChangeResult.Done && !answer.IsRepeat)
            Log.PaymentBooked(pipeline.Logger, account, Micros.Format(amount), Currency, request.Name!,
                request.By ?? "", From(context));
        await (result switch
        {
            ChangeResult.Done => AdminJson.WriteAsync(context, new PaymentResult(account, request.Name!,
                Micros.Format(amount), Micros.Format(answer.View.Balance), answer.IsRepeat ? "repeated" : "booked"),
                AdminJson.Default.PaymentResult),
            ChangeResult.NameConflict => Problem.WriteAsync(context, AdminProblem.NameUsed,
                $"The name \"{request.Name}\" was used before for another amount or account."),
            _ => Problem.WriteAsync(context, AdminProblem.InvalidRequest, errors: [new FieldError(
                "amount", $"found {request.Amount}, which would take the balance beyond what it can be")]),
        }).ConfigureAwait(false);
    }

    private static List<FieldError> Check(PaymentRequest request, out long amount)
    {
        var errors = new List<FieldError>();
        if (!Micros.TryParse(request.Amount, out amount) || amount == 0)
            errors.Add(new FieldError("amount", $"found \"{request.Amount}\", expected {Amounts}"));
        CheckText("name", request.Name ?? "", 1, LongestName);
        CheckText("by", request.By ?? "", 0, LongestName);
        CheckText("note", request.Note ?? "", 0, LongestNote);
        return errors;

        void CheckText(string field, string text, int least, int most)
        {
            if (text.Length < least || text.Length > most || text.Any(char.IsControl))
            {
                errors.Add(new FieldError(field,
                    $"found {text.Length} characters, expected {least} to {most} without control characters"));
            }
        }
    }

    private static string From(HttpContext context) => context.Connection.RemoteIpAddress?.ToString() ?? "";

    /// <summary>What is put into the ring, and into the journal.</summary>
    private sealed record Payment(PaymentRequest Request, long Amount, string From)
    {
        /// <summary>Names are the appliance's, so that one slip of the account's name is found.</summary>
        public ulong Name => RepeatHash.Of(Encoding.UTF8.GetBytes("payment\n" + Request.Name));

        public ulong Content(ushort account) => RepeatHash.Of(Encoding.UTF8.GetBytes($"{account}\n{Amount}"));

        public byte[] Words => Encoding.UTF8.GetBytes($"{Request.Name}\n{Request.By}\n{From}\n{Request.Note}");
    }

    private async ValueTask SendAsync(EventKind kind, ushort account, PendingBalance answer, Payment? payment)
    {
        long sequence;
        while (!pipeline.Ring.TryClaim(0, out sequence)) await pipeline.Ring.RoomAsync().ConfigureAwait(false);
        Fill(ref pipeline.Ring[sequence], kind, account, answer, payment);
        pipeline.Ring.Publish(sequence);
        pipeline.Ring.Wake();
    }

    private static void Fill(ref Slot slot, EventKind kind, ushort account, PendingBalance answer, Payment? payment)
    {
        slot.Kind = kind;
        slot.Source = answer;
        slot.Account = account;
        slot.Price = payment?.Amount ?? 0;
        slot.RepeatKey = payment?.Name ?? 0;
        slot.RepeatBody = payment?.Content(account) ?? 0;
        slot.UnixMs = Clock.UnixMs;
        var words = payment?.Words ?? [];
        words.CopyTo(slot.Allocate(words.Length));
    }
}
