using Appliance.Money;

namespace Appliance.Ingress.Http;

/// <summary>GET /api/v1/balance: what the account has.</summary>
internal sealed class BalanceEndpoint(IAdmission admission)
{
    public async Task HandleAsync(HttpContext context, AccountView account)
    {
        var view = await admission.BalanceAsync(account.Id);
        var body = BalanceDocument.Write(account.Name, admission.Currency, in view);
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.ContentLength = body.Length;
        await context.Response.BodyWriter.WriteAsync(body);
    }
}
