using Microsoft.AspNetCore.Http.Features;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Appliance.Operate.Storage;
using Appliance.Policy.OptOuts;

namespace Appliance.Operate.Http;

/// <summary>The admin API's documents, for the server and for the commands that ask it.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(StatusDocument))]
[JsonSerializable(typeof(IReadOnlyList<CarrierDocument>))]
[JsonSerializable(typeof(IReadOnlyList<SessionDocument>))]
[JsonSerializable(typeof(IReadOnlyList<QueueDocument>))]
[JsonSerializable(typeof(NumbersDocument))]
[JsonSerializable(typeof(PlanDocument))]
[JsonSerializable(typeof(DeadDocument))]
[JsonSerializable(typeof(TraceDocument))]
[JsonSerializable(typeof(TraceList))]
[JsonSerializable(typeof(DeadResult))]
[JsonSerializable(typeof(ClockResult))]
[JsonSerializable(typeof(DeadChangeRequest))]
[JsonSerializable(typeof(DeadChangeResult))]
[JsonSerializable(typeof(BackupRequest))]
[JsonSerializable(typeof(BackupStatus))]
[JsonSerializable(typeof(ErasureRequest))]
[JsonSerializable(typeof(ErasureResult))]
[JsonSerializable(typeof(ErasureEntry))]
[JsonSerializable(typeof(BalancesDocument))]
[JsonSerializable(typeof(PaymentRequest))]
[JsonSerializable(typeof(PaymentResult))]
[JsonSerializable(typeof(PaymentsDocument))]
[JsonSerializable(typeof(FraudDocument))]
[JsonSerializable(typeof(FraudRelease))]
[JsonSerializable(typeof(FraudReleased))]
[JsonSerializable(typeof(OptOutPage))]
[JsonSerializable(typeof(OptOutRequest))]
[JsonSerializable(typeof(OptOutResult))]
[JsonSerializable(typeof(ExplainDocument))]
[JsonSerializable(typeof(ReplayRequest))]
[JsonSerializable(typeof(ReplayResult))]
[JsonSerializable(typeof(ReplayLine))]
[JsonSerializable(typeof(TablesDocument))]
[JsonSerializable(typeof(TableDiffDocument))]
[JsonSerializable(typeof(TableRequest))]
[JsonSerializable(typeof(TableRollBack))]
[JsonSerializable(typeof(TableResult))]
[JsonSerializable(typeof(ProblemDocument))]
public sealed partial class AdminJson : JsonSerializerContext
{
    /// <summary>Answers with a document.</summary>
    public static Task WriteAsync<T>(
        HttpContext context, T document, JsonTypeInfo<T> type, int status = StatusCodes.Status200OK)
    {
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = "application/json";
        response.Headers.CacheControl = "no-store";
        var body = JsonSerializer.SerializeToUtf8Bytes(document, type);
        response.ContentLength = body.Length;
        return response.Body.WriteAsync(body).AsTask();
    }

    private const long LargestBody = 64 << 20;

    /// <summary>The request's document, or null after a problem was answered.</summary>
    public static async Task<T?> ReadAsync<T>(HttpContext context, JsonTypeInfo<T> type)
        where T : class
    {
        // Tables are larger than messages.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = LargestBody;
        try
        {
            if (await JsonSerializer.DeserializeAsync(context.Request.Body, type, context.RequestAborted) is { } read)
                return read;
            await Problem.WriteAsync(context, AdminProblem.InvalidRequest, "The body is null.");
        }
        catch (JsonException error)
        {
            await Problem.WriteAsync(context, AdminProblem.InvalidRequest, error.Message);
        }
        catch (BadHttpRequestException error) when (error.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            await Problem.WriteAsync(context, AdminProblem.InvalidRequest,
                $"The body is larger than {LargestBody >> 20} MiB, expected: no more than that.");
        }

        return null;
    }
}

/// <summary>What a problem document has that a command shows.</summary>
public sealed record ProblemDocument
{
    public string? Title { get; init; }

    public string? Detail { get; init; }

    public IReadOnlyList<ProblemMember>? Errors { get; init; }
}

public sealed record ProblemMember(string Field, string Detail);
