using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Appliance.Decide;
using Appliance.History;
using Appliance.Ingress.Http;
using Appliance.Operate.Http;
using Appliance.Operate.Storage;
using Appliance.Records;
using Store;

namespace Appliance;

/// <summary>The admin API's calls about single messages: their stories by id, by number, by a carrier's id.</summary>
internal sealed class PipelineTrace(Pipeline pipeline)
{
    private const int UsualPage = 10;
    private const int LargestPage = 100;

    private readonly PipelineMessages _messages = new(pipeline);
    private readonly PipelineCarrierIds _carrierIds = new(pipeline);

    public void AddTo(AdminApi api) => api
        .Add("GET", "messages", (context, _) => ListAsync(context))
        .Add("GET", "messages/", FindAsync);

    private async Task FindAsync(HttpContext context, string id)
    {
        if (!TryReadId(id, out var position, out var node, out var at))
        {
            var error = new FieldError(
                "message_id", $"found \"{id}\", expected a message_id as a 202 or a submit_sm_resp gave it");
            await Problem.WriteAsync(context, AdminProblem.InvalidRequest, errors: [error]);
            return;
        }

        if (node != pipeline.Configuration.Node)
        {
            await Problem.WriteAsync(context, ProblemType.NotFound, string.Create(CultureInfo.InvariantCulture,
                $"It is a message of node {node}, and this is node {pipeline.Configuration.Node}."));
            return;
        }

        var story = await _messages.ReadAsync(position).ConfigureAwait(false);
        if (story is null || story.Parts[0].Head.At != at)
        {
            await Problem.WriteAsync(context, ProblemType.NotFound,
                "This node has no such message: it was never accepted, or was erased, or its retention is over.");
            return;
        }

        await AdminJson.WriteAsync(context, Document(story), AdminJson.Default.TraceDocument);
    }

    private async Task ListAsync(HttpContext context)
    {
        var query = context.Request.Query;
        var errors = new List<FieldError>();
        var limit = UsualPage;
        if (query["limit"].ToString() is { Length: > 0 } most
            && (!int.TryParse(most, NumberStyles.None, CultureInfo.InvariantCulture, out limit)
                || limit is < 1 or > LargestPage))
            errors.Add(new FieldError("limit", $"found \"{most}\", expected a whole number from 1 to {LargestPage}"));
        ulong after = 0;
        if (query["after"].ToString() is { Length: > 0 } cursor && !PipelineList.TryReadCursor(cursor, out after))
            errors.Add(new FieldError("after", $"found \"{cursor}\", expected next of the answer before"));
        var (to, id) = (query["to"].ToString(), query["carrier_id"].ToString());
        var digits = "";
        if ((to.Length == 0) == (id.Length == 0))
            errors.Add(new FieldError("to", "expected one of to and carrier_id"));
        else if (to.Length > 0 && !NumberAnswer.TryParse(to, out digits, out _))
            errors.Add(new FieldError("to", $"found \"{to}\", expected " + NumberAnswer.Expected));
        var since = Clock.UnixMs - PipelineCarrierIds.UsualSpan;
        if (query["since"].ToString() is { Length: > 0 } text)
        {
            if (Rfc3339.TryParse(text, out var time)) since = time.ToUnixTimeMilliseconds();
            else errors.Add(new FieldError("since", $"found \"{text}\", expected {Rfc3339.Expected}"));
        }

        if (errors.Count > 0)
            await Problem.WriteAsync(context, AdminProblem.InvalidRequest, errors: errors);
        else
        {
            var list = to.Length > 0
                ? await ToAsync(digits, after, limit).ConfigureAwait(false)
                : await ByCarrierIdAsync(id, after, since, limit).ConfigureAwait(false);
            await AdminJson.WriteAsync(context, list, AdminJson.Default.TraceList);
        }
    }

    private async Task<TraceList> ToAsync(string digits, ulong after, int limit)
    {
        var range = new HistoryQuery(0, AddressHash.Long(Encoding.ASCII.GetBytes(digits)));
        if (after != 0) range = range with { Before = after };
        var positions = new ulong[limit + 1];
        var count = pipeline.History.Page(range, positions);
        var shown = Math.Min(count, limit);
        // The index knows a hash of the number.
        var found = from story in await _messages.ReadAsync(positions.AsMemory(0, shown)).ConfigureAwait(false)
                    where story is not null
                    let document = Document(story)
                    where Digits(story.IsInbound ? document.From : document.To) == digits
                    select document;
        return new TraceList
        {
            Messages = [.. found],
            Next = count > limit ? PipelineList.Cursor(positions[limit - 1]) : null,
        };
    }

    private async Task<TraceList> ByCarrierIdAsync(string id, ulong after, long since, int limit)
    {
        var octets = Encoding.Latin1.GetBytes(id);
        var (positions, next) = await Task.Run(() => _carrierIds.Find(octets, after, since, limit))
            .ConfigureAwait(false);
        var stories = await _messages.ReadAsync(positions).ConfigureAwait(false);
        return new TraceList
        {
            Messages = [.. stories.OfType<Story>().Select(Document)],
            Next = next == Position.None ? null : PipelineList.Cursor(next),
        };
    }

    private TraceDocument Document(Story story)
    {
        var record = StoryRecord.Summary(story, pipeline.Configuration.Node, pipeline.CarrierNames, Clock.UnixMs);
        var events = Events(story);
        return new TraceDocument
        {
            MessageId = record.MessageId.ToString(),
            Account = pipeline.AccountNames.Name(story.Parts[0].Head.Account) ?? "",
            Direction = story.IsInbound ? "inbound" : "outbound",
            From = record.From,
            To = record.To,
            Status = record.Status,
            Carrier = record.Carrier,
            CarrierIds =
            [
                .. story.Events
                    .Where(one => one.Reason is Reason.CarrierAccepted or Reason.CarrierAcceptedLast)
                    .Where(one => one.Text.Length > 0).Select(one => one.Text),
            ],
            Encoding = record.Encoding,
            Parts = record.SegmentCount,
            Priority = record.Priority,
            PriorityAsked = record.PriorityAsked,
            AcceptedAt = record.CreatedAt,
            SendAt = record.SendAt,
            ValidUntil = record.ValidUntil,
            PossibleDuplicate = events.Exists(one => one.PossibleDuplicate),
            Dead = IsDead(story.Parts[0].Position),
            Events = events,
        };
    }

    private static string Digits(string number) => number.StartsWith("00", StringComparison.Ordinal)
        ? number[2..]
        : number.TrimStart('+');

    private List<TraceEvent> Events(Story story)
    {
        var attempts = new Dictionary<ulong, int>();
        var events = new List<TraceEvent>(story.Events.Count);
        var begun = story.Parts[0].Head.At;
        foreach (var one in story.Events)
        {
            attempts.TryGetValue(one.Accepted, out var attempt);
            if (one.Kind == RecordKind.HandedOver) attempts[one.Accepted] = ++attempt;
            var part = story.Parts.FirstOrDefault(candidate => candidate.Position == one.Accepted);
            events.Add(new TraceEvent(
                DateTimeOffset.FromUnixTimeMilliseconds(one.At), (one.At - begun) / 1000.0, StoryRecord.StateName(one),
                Math.Max((int)(part?.Head.PartNumber ?? 1), 1), attempt, pipeline.CarrierNames.Name(one.Carrier),
                one.Kind == RecordKind.HandedOver ? one.Session : null, Code(one), StoryRecord.Words(one),
                one.Reason == Reason.InDoubtResend));
        }

        return events;
    }

    private static string? Code(in StoryEvent one) => one.Kind switch
    {
        RecordKind.Responded or RecordKind.Noticed => PipelineDead.Status(one.Code),
        _ => StoryRecord.Code(one),
    };

    private bool IsDead(ulong position)
    {
        Span<byte> key = stackalloc byte[DeadLetters.Prefix.Length + sizeof(ulong)];
        DeadLetters.Prefix.CopyTo(key);
        BinaryPrimitives.WriteUInt64BigEndian(key[DeadLetters.Prefix.Length..], position);
        return pipeline.Journal.GetMeta(key) is not null;
    }

    private static bool TryReadId(string text, out ulong position, out int node, out long at)
    {
        (position, node, at) = (0, 0, 0);
        return text.Length == MessageId.TextLength
            && MessageId.TryParse(Encoding.Latin1.GetBytes(text), out position, out node, out at);
    }
}
