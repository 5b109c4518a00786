using System.Diagnostics;
using System.Runtime.InteropServices;
using Appliance.Decide;
using Appliance.Operate.Http;

namespace Appliance;

/// <summary>
/// POST /admin/v1/dead/retry and dead/drop: many dead letters by what they have in common. A call does a bounded piece
/// of the work and says where the next one goes on; each letter leaves the list when it is done, so a call may be
/// repeated.
/// </summary>
internal sealed class PipelineDeadChanges(Pipeline pipeline, PipelineDead dead)
{
    /// <summary>Letters one call changes.</summary>
    private const int MostChanged = 1000;

    /// <summary>Wishes in the ring at a time.</summary>
    private const int Bite = 64;

    /// <summary>A retry waits while memory has no room; a caller does not wait for ever.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public async Task ChangeAsync(HttpContext context, EventKind kind)
    {
        if (await AdminJson.ReadAsync(context, AdminJson.Default.DeadChangeRequest) is not { } request) return;
        var errors = new List<FieldError>();
        var filter = PipelineDeadFilter.Read(
            pipeline, request.Account, request.Carrier, request.Reason, request.Before, errors);
        ulong after = 0;
        if (request.After is { Length: > 0 } cursor && !dead.TryFind(cursor, out after))
            errors.Add(new FieldError("after", $"found \"{cursor}\", expected a message_id of this node"));
        if (request.Limit is < 1 or > MostChanged)
        {
            errors.Add(new FieldError(
                "limit", $"found {request.Limit}, expected a whole number from 1 to {MostChanged}"));
        }

        if (errors.Count == 0 && request.All != filter.IsEmpty)
        {
            errors.Add(new FieldError("all", request.All
                ? "found true beside a filter, expected one of the two"
                : "found no filter, expected one of account, carrier, reason and before, or true for all"));
        }

        if (errors.Count > 0)
        {
            await Problem.WriteAsync(context, AdminProblem.InvalidRequest, errors: errors);
            return;
        }

        var result = Look(filter, after, request.DryRun ? int.MaxValue : request.Limit ?? MostChanged, out var found);
        if (!request.DryRun) result = await ChangeAsync(found, kind, result).ConfigureAwait(false);
        await AdminJson.WriteAsync(context, result, AdminJson.Default.DeadChangeResult);
    }

    private DeadChangeResult Look(PipelineDeadFilter filter, ulong after, int most, out List<ulong> found)
    {
        found = [];
        var looked = 0;
        ulong last = 0;
        var more = false;
        using var scanner = dead.Scan(after);
        while (scanner.MoveNext())
        {
            if (found.Count == most || looked == PipelineDead.MostLookedAt)
            {
                more = true;
                break;
            }

            looked++;
            last = PipelineDead.PositionOf(scanner);
            if (filter.Matches(MemoryMarshal.Read<DeadLetter>(scanner.Value))) found.Add(last);
        }

        return new DeadChangeResult { Matched = found.Count, Next = more ? dead.Id(last) : null };
    }

    private async Task<DeadChangeResult> ChangeAsync(List<ulong> found, EventKind kind, DeadChangeResult result)
    {
        var begun = Stopwatch.GetTimestamp();
        for (var at = 0; at < found.Count; at += Bite)
        {
            var bite = found.GetRange(at, Math.Min(Bite, found.Count - at));
            var wishes = new List<Task<ChangeResult>>(bite.Count);
            foreach (var position in bite) wishes.Add(await dead.WishAsync(kind, position).ConfigureAwait(false));
            pipeline.Ring.Wake();
            var left = Patience - Stopwatch.GetElapsedTime(begun);
            await Task.WhenAny(Task.WhenAll(wishes), Task.Delay(left > TimeSpan.Zero ? left : TimeSpan.Zero))
                .ConfigureAwait(false);
            result = Add(result, wishes);
            if (result.Waiting == 0) continue;
            // The rest would only wait behind them.
            return result with
            {
                Matched = at + bite.Count,
                Next = at + bite.Count < found.Count || result.Next is not null ? dead.Id(bite[^1]) : null,
            };
        }

        return result;
    }

    private static DeadChangeResult Add(DeadChangeResult result, List<Task<ChangeResult>> wishes) => result with
    {
        Changed = result.Changed + wishes.Count(wish => Is(wish, ChangeResult.Done)),
        UnderWay = result.UnderWay + wishes.Count(wish => Is(wish, ChangeResult.TooLate)),
        Waiting = result.Waiting + wishes.Count(wish =>
            !wish.IsCompletedSuccessfully || wish.Result == ChangeResult.Busy),
    };

    private static bool Is(Task<ChangeResult> wish, ChangeResult result) =>
        wish.IsCompletedSuccessfully && wish.Result == result;
}
