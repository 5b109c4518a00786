using System.Text;
using Appliance.Journal;
using Appliance.Operate.Http;
using Appliance.Operate.Storage;
using Appliance.Records;
using Store;

namespace Appliance;

/// <summary>
/// POST /admin/v1/erasures: everything about one number goes out of every record and index, for good. What is not
/// finished yet is left alone and counted, so that it can be done again.
/// </summary>
internal sealed class PipelineErasure(Pipeline pipeline, KeyedState keyed, ILogger logger)
{
    private const int MessagesAtOnce = 1000;
    private const int LongestRecord = 72 * 1024;

    private int _running;

    public void AddTo(AdminApi api) => api.Add("POST", "erasures", (context, _) => RunAsync(context));

    private async Task RunAsync(HttpContext context)
    {
        if (await AdminJson.ReadAsync(context, AdminJson.Default.ErasureRequest) is not { } request) return;
        if (!NumberAnswer.TryParse(request.Number ?? "", out var digits, out _))
        {
            await Problem.WriteAsync(context, AdminProblem.InvalidRequest,
                errors: [new FieldError("number", "expected " + NumberAnswer.Expected)]);
            return;
        }

        if (Interlocked.Exchange(ref _running, 1) != 0)
        {
            await Problem.WriteAsync(context, AdminProblem.UnderWay, "Another number is being erased.");
            return;
        }

        try
        {
            var result = await Task.Run(() => EraseAsync(Encoding.ASCII.GetBytes(digits)));
            StorageLog.Erased(logger, result.Messages, result.Records, result.Unfinished);
            await AdminJson.WriteAsync(context, result, AdminJson.Default.ErasureResult);
        }
        catch (StoreException error)
        {
            await Problem.WriteAsync(context, AdminProblem.StoreFailed, error.Message);
        }
        finally
        {
            Volatile.Write(ref _running, 0);
        }
    }

    private async Task<ErasureResult> EraseAsync(byte[] number)
    {
        var hash = AddressHash.Long(number);
        var page = new ulong[MessagesAtOnce];
        var (records, finished, unfinished) = (new List<ulong>(), new HashSet<ulong>(), 0);
        var buffer = new byte[LongestRecord];
        for (var before = Position.Max; ;)
        {
            var count = keyed.History.Page(new HistoryQuery(0, hash, before), page);
            var live = await Task.WhenAll(page[..count].Select(LocateAsync));
            for (var i = 0; i < count; i++)
            {
                if (!IsTo(page[i], number, buffer)) continue;
                if (live[i] == 0 && TryCollect(page[i], records, buffer)) finished.Add(page[i]);
                else unfinished++;
            }

            if (count < page.Length) break;
            before = page[count - 1];
        }

        var report = Erasure.Run(pipeline.Journal, records, Redaction.Redact);
        // The index keeps what is still to come: without it that could not be found again.
        if (unfinished == 0) keyed.Erase(hash, finished);
        return new ErasureResult(finished.Count, report.Records, unfinished);
    }

    /// <summary>Two numbers may share a hash.</summary>
    private bool IsTo(ulong position, ReadOnlySpan<byte> number, byte[] buffer)
    {
        var length = pipeline.Journal.Read(position, buffer);
        if (length <= 0 || length > buffer.Length || (RecordKind)buffer[0] != RecordKind.Accepted) return false;
        var head = System.Runtime.InteropServices.MemoryMarshal.Read<Accepted>(buffer);
        if ((head.Flags & AcceptedFlags.Erased) != 0) return false;
        var body = Bodies.Of(buffer.AsSpan(0, length))[(head.DestinationOffset + 2)..];
        var digits = body[..body.IndexOf((byte)0)];
        return (digits.Length > 0 && digits[0] == (byte)'+' ? digits[1..] : digits).SequenceEqual(number);
    }

    /// <summary>The records of a message that is finished; false for one that waits outside memory.</summary>
    private bool TryCollect(ulong position, List<ulong> records, byte[] buffer)
    {
        if (!pipeline.TryFindFinished(position, out var last)) return false;
        var story = History.Story.Read(pipeline.Journal.Read, position, last);
        if (story is null || story.State is State.Queued or State.Submitted) return false;
        for (var at = last; at != 0;)
        {
            var length = pipeline.Journal.Read(at, buffer);
            if (length <= 0 || length > buffer.Length) return false;
            records.Add(at);
            if (!Chain.TryPrevious(buffer.AsSpan(0, length), position, at, out at)) return false;
        }

        return true;
    }

    /// <returns>The last event of a message in memory; else 0.</returns>
    private async Task<ulong> LocateAsync(ulong position)
    {
        var query = new Query();
        long sequence;
        while (!pipeline.Ring.TryClaim(pipeline.Esme.Options.RingReserve, out sequence))
            await pipeline.Ring.RoomAsync().ConfigureAwait(false);
        Publish(sequence, position, query);
        return await query.Task.ConfigureAwait(false);
    }

    private void Publish(long sequence, ulong position, Query query)
    {
        ref var slot = ref pipeline.Ring[sequence];
        slot.Kind = EventKind.Query;
        slot.Source = query;
        slot.Position = position;
        slot.UnixMs = Clock.UnixMs;
        pipeline.Ring.Publish(sequence);
        pipeline.Ring.Wake();
    }

    private sealed class Query : PendingAnswer
    {
        private readonly TaskCompletionSource<ulong> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<ulong> Task => _answer.Task;

        public override void Accepted(ulong position, long unixMs) => throw new InvalidOperationException();

        public override void Refused(Refusal refusal) => throw new InvalidOperationException();

        public override void Located(ulong last) => _answer.TrySetResult(last);
    }
}
