using System.Globalization;
using System.Text;
using Appliance.Operate.Http;
using Appliance.Policy.Fraud;
using Appliance.Policy.OptOuts;

namespace Appliance;

/// <summary>The admin API's calls about fraud, and what an account reports of conversions.</summary>
internal sealed class PipelineFraudCalls(Pipeline pipeline)
{
    public void AddTo(AdminApi api) => api
        .Add("GET", "fraud", (context, _) => AdminJson.WriteAsync(context, Document(), AdminJson.Default.FraudDocument))
        .Add("POST", "fraud/release", (context, _) => ReleaseAsync(context));

    /// <summary>The account says that a message to a number was of use: a code entered, a link followed.</summary>
    public Task ConvertAsync(ushort account, string number) => AskAsync(EventKind.Converted, account, number);

    private FraudDocument Document() => new()
    {
        Found = [.. pipeline.PolicyFindings.Ranges.Select(one => Range(one.Finding, one.At))],
        Blocked = [.. pipeline.Decider.Fraud.BlockedRanges(Clock.UnixMs).Select(one => Range(one, null))],
        Receipts =
        [
            .. from one in pipeline.PolicyFindings.Receipts
               orderby one.Score descending
               select new FraudReceiptsDocument
               {
                   Carrier = pipeline.CarrierNames.Name(one.Carrier) ?? "",
                   Network = one.Network == 0 ? null : Numbering.Network.TextOf(one.Network),
                   Score = Math.Round(one.Score, 3),
                   Suspected = one.Finding is not null,
                   At = DateTimeOffset.FromUnixTimeMilliseconds(one.At),
               },
        ],
    };

    private FraudRangeDocument Range(RangeFinding finding, long? at) => new()
    {
        Account = pipeline.AccountNames.Name(finding.Account) ?? "",
        Range = finding.Range.ToString(CultureInfo.InvariantCulture),
        Messages = finding.Messages,
        Distinct = finding.Distinct,
        Sequential = finding.Sequential,
        Receipts = finding.Finals,
        Delivered = finding.Delivered,
        Converted = finding.Converted,
        At = at is { } ms ? DateTimeOffset.FromUnixTimeMilliseconds(ms) : null,
        Blocked = finding.Blocked,
    };

    private async Task ReleaseAsync(HttpContext context)
    {
        if (await AdminJson.ReadAsync(context, AdminJson.Default.FraudRelease) is not { } request) return;
        var errors = new List<FieldError>();
        var number = OptOutWish.NumberOf(request.Number);
        if (number is null)
            errors.Add(new FieldError("number", $"\"{request.Number}\", expected {OptOutWish.NumberExpected}"));
        if (pipeline.Configuration.Accounts.All(account => account.Name != request.Account))
            errors.Add(new FieldError("account", $"\"{request.Account}\", expected the name of one of the accounts"));
        if (errors.Count > 0)
        {
            await Problem.WriteAsync(context, AdminProblem.InvalidRequest, errors: errors);
            return;
        }

        var account = pipeline.AccountNames.GetOrAdd(request.Account);
        var result = await AskAsync(EventKind.ReleaseRange, account, number!).ConfigureAwait(false);
        await AdminJson.WriteAsync(
            context, new FraudReleased(result == ChangeResult.Done), AdminJson.Default.FraudReleased);
    }

    private async Task<ChangeResult> AskAsync(EventKind kind, ushort account, string number)
    {
        long sequence;
        while (!pipeline.Ring.TryClaim(0, out sequence))
            await pipeline.Ring.RoomAsync().ConfigureAwait(false);
        var answer = new RingAnswer();
        Publish(sequence, kind, account, number, answer);
        return await answer.Task.ConfigureAwait(false);
    }

    private void Publish(long sequence, EventKind kind, ushort account, string number, RingAnswer answer)
    {
        ref var slot = ref pipeline.Ring[sequence];
        slot.Kind = kind;
        slot.Source = answer;
        slot.Account = account;
        slot.UnixMs = Clock.UnixMs;
        Encoding.ASCII.GetBytes(number, slot.Allocate(number.Length));
        pipeline.Ring.Publish(sequence);
        pipeline.Ring.Wake();
    }
}
