using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Appliance.Numbering.Lookups;

namespace Appliance.Ingress.Http;

/// <summary>POST /api/v1/lookups/{phone_number}: whose the number is; 200 also for what is no number.</summary>
internal sealed class LookupEndpoint(IAdmission admission)
{
    public async Task HandleAsync(HttpContext context, AccountView account, string number) =>
        await RecordJson.WriteAsync(context,
            await admission.LookUpAsync(account.Id, number, context.RequestAborted), LookupJson.Snake.LookupAnswer);
}

[JsonSerializable(typeof(LookupAnswer))]
internal sealed partial class LookupJson : JsonSerializerContext
{
    public static readonly LookupJson Snake = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
