using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Appliance.Decide;
using Appliance.Money;
using Appliance.Operate.Http;
using Appliance.Operate.Storage;
using Appliance.Records;
using Appliance.Routing;

namespace Appliance;

/// <summary>POST /admin/v1/routes/replay: what stored messages would do under other routes and prices.</summary>
internal sealed class PipelineReplay(Pipeline pipeline, PipelineTables tables)
{
    private const int MostHours = 24 * 90;
    private const int MostRows = 100;

    public void AddTo(AdminApi api) => api.Add("POST", "routes/replay", (context, _) => ReplayAsync(context));

    private async Task ReplayAsync(HttpContext context)
    {
        if (await AdminJson.ReadAsync(context, AdminJson.Default.ReplayRequest).ConfigureAwait(false)
            is not { } request) return;
        var errors = new List<FieldError>();
        if (request.Hours is < 1 or > MostHours)
            errors.Add(new FieldError("hours", $"found {request.Hours}, expected 1 to {MostHours}"));
        if (request.Tables.ValueKind != System.Text.Json.JsonValueKind.Object)
            errors.Add(new FieldError("tables", "expected an object, such as one with routes and money"));
        if (errors.Count == 0)
        {
            var candidate = tables.Compile(Encoding.UTF8.GetBytes(request.Tables.GetRawText()), out var faults);
            if (candidate is not null)
            {
                var result = await Task.Run(() => Replay(candidate, request.Hours, context.RequestAborted))
                    .ConfigureAwait(false);
                await AdminJson.WriteAsync(context, result, AdminJson.Default.ReplayResult).ConfigureAwait(false);
                return;
            }

            errors.AddRange(faults.Select(fault =>
                new FieldError(fault.Path, $"found {fault.Found}, expected {fault.Expected}")));
        }

        await Problem.WriteAsync(context, AdminProblem.InvalidRequest, errors: errors).ConfigureAwait(false);
    }

    private ReplayResult Replay(RoutingTables candidate, int hours, CancellationToken stop)
    {
        var current = pipeline.Tables.Current;
        // One that the candidate adds counts like the others.
        var carriers = new HashSet<ushort>();
        foreach (var rule in current.Routes.Rules.Concat(candidate.Routes.Rules))
            foreach (var carrier in rule.Carriers) carriers.Add(carrier.Id);
        var replay = new RouteReplay(current, candidate, carriers);
        var since = Clock.UnixMs - (hours * 3_600_000L);
        using var scanner = pipeline.Journal.Scan(Retention.FirstSince(pipeline.Journal, since));
        while (scanner.MoveNext() && !stop.IsCancellationRequested)
            Add(replay, scanner.Position, scanner.Record, since);
        var known = replay.Costs.Before != 0 || replay.Costs.After != 0;
        return new ReplayResult(replay.Messages, replay.Changed, candidate.Money.Currency,
            known ? Micros.Format(replay.Costs.Before) : null, known ? Micros.Format(replay.Costs.After) : null,
            [.. replay.Rows.Take(MostRows)]);
    }

    private static void Add(RouteReplay replay, ulong position, ReadOnlySpan<byte> record, long since)
    {
        if (record.Length < Unsafe.SizeOf<Accepted>() || (RecordKind)record[0] != RecordKind.Accepted) return;
        var accepted = MemoryMarshal.Read<Accepted>(record);
        if (accepted.At < since || (accepted.Flags & AcceptedFlags.Erased) != 0) return;
        var query = CarrierChoice.QueryOf(in accepted, Bodies.Of(record),
            (accepted.Flags & AcceptedFlags.Part) != 0 ? accepted.Message : position);
        replay.Add(in query);
    }
}
