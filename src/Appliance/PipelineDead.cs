using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Appliance.Decide;
using Appliance.Operate.Http;
using Appliance.Records;
using Codec;
using Store;

namespace Appliance;

/// <summary>The admin API's calls about dead letters: the list, and through the ring to retry or drop one.</summary>
internal sealed class PipelineDead(Pipeline pipeline)
{
    private const int UsualPage = 100;
    private const int LargestPage = 1000;

    /// <summary>Letters one call looks at, when few are meant.</summary>
    public const int MostLookedAt = 50_000;

    private const string RetrySuffix = "/retry";

    private PipelineDeadChanges Changes => new(pipeline, this);

    public void AddTo(AdminApi api) => api
        .Add("GET", "dead", (context, _) => ListAsync(context))
        .Add("POST", "dead/retry", (context, _) => Changes.ChangeAsync(context, EventKind.RetryDead))
        .Add("POST", "dead/drop", (context, _) => Changes.ChangeAsync(context, EventKind.DropDead))
        .Add("POST", "dead/", (context, rest) => rest.EndsWith(RetrySuffix, StringComparison.Ordinal)
            ? ChangeAsync(context, rest[..^RetrySuffix.Length], EventKind.RetryDead, "retried")
            : Problem.WriteAsync(context, ProblemType.NotFound,
                "Here are POST /admin/v1/dead/MESSAGE_ID/retry, /admin/v1/dead/retry and /admin/v1/dead/drop."))
        .Add("DELETE", "dead/", (context, rest) => ChangeAsync(context, rest, EventKind.DropDead, "dropped"));

    private Task ListAsync(HttpContext context)
    {
        var query = context.Request.Query;
        var errors = new List<FieldError>();
        var limit = UsualPage;
        if (query["limit"].ToString() is { Length: > 0 } most
            && (!int.TryParse(most, CultureInfo.InvariantCulture, out limit) || limit is < 1 or > LargestPage))
            errors.Add(new FieldError("limit", $"expected a whole number from 1 to {LargestPage}"));
        ulong after = 0;
        if (query["after"].ToString() is { Length: > 0 } cursor && !TryFind(cursor, out after))
            errors.Add(new FieldError("after", "expected a message_id of this node"));
        var filter = PipelineDeadFilter.Read(
            pipeline, query["account"], query["carrier"], query["reason"], query["before"], errors);
        return errors.Count > 0
            ? Problem.WriteAsync(context, AdminProblem.InvalidRequest, errors: errors)
            : AdminJson.WriteAsync(context, Page(filter, after, limit), AdminJson.Default.DeadDocument);
    }

    /// <summary>Oldest first. They are facts of the journal, read as they are committed now.</summary>
    private DeadDocument Page(PipelineDeadFilter filter, ulong after, int limit)
    {
        var letters = new List<DeadLetterDocument>();
        var more = false;
        var looked = 0;
        ulong last = 0;
        using var scanner = Scan(after);
        while (!more && scanner.MoveNext())
        {
            if (letters.Count == limit || looked++ == MostLookedAt)
            {
                more = true;
                continue;
            }

            last = PositionOf(scanner);
            if (IsErased(last)) continue;
            var letter = MemoryMarshal.Read<DeadLetter>(scanner.Value);
            if (filter.Matches(in letter)) letters.Add(Document(last, in letter));
        }

        return new DeadDocument { Letters = letters, Next = more ? Id(last) : null };
    }

    /// <summary>The letters behind a position, the oldest first.</summary>
    public MetaScanner Scan(ulong after)
    {
        Span<byte> from = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(from, after + 1);
        return pipeline.Journal.ScanMeta(DeadLetters.Prefix, from);
    }

    public static ulong PositionOf(MetaScanner scanner) =>
        BinaryPrimitives.ReadUInt64BigEndian(scanner.Key[DeadLetters.Prefix.Length..]);

    /// <summary>The message_id of the message at a position.</summary>
    public string Id(ulong position) => Id(pipeline.Journal, pipeline.Configuration.Node, position);

    private string Id(ulong position, long at) => Id(position, pipeline.Configuration.Node, at);

    private static string Id(ulong position, int node, long at)
    {
        Span<byte> id = stackalloc byte[MessageId.TextLength];
        MessageId.TryFormat(at, node, position, id);
        return Encoding.ASCII.GetString(id);
    }

    private bool IsErased(ulong position)
    {
        Span<byte> record = stackalloc byte[Unsafe.SizeOf<Accepted>()];
        return pipeline.Journal.Read(position, record) >= record.Length
            && (MemoryMarshal.Read<Accepted>(record).Flags & AcceptedFlags.Erased) != 0;
    }

    private DeadLetterDocument Document(ulong position, in DeadLetter letter)
    {
        Span<byte> record = stackalloc byte[Unsafe.SizeOf<Accepted>() + 256];
        var length = pipeline.Journal.Read(position, record);
        var head = length >= Unsafe.SizeOf<Accepted>() ? MemoryMarshal.Read<Accepted>(record) : default;
        var body = length > Unsafe.SizeOf<Accepted>()
            ? record[Bodies.StartOf(record)..Math.Min(length, record.Length)] : default;
        return new DeadLetterDocument
        {
            MessageId = Id(position, head.At),
            To = Destination(body, head.DestinationOffset),
            Account = pipeline.AccountNames.Name(letter.Account) ?? "",
            Carrier = pipeline.CarrierNames.Name(letter.Carrier) ?? "",
            AcceptedAt = DateTimeOffset.FromUnixTimeMilliseconds(head.At),
            FailedAt = DateTimeOffset.FromUnixTimeMilliseconds(letter.At),
            Reason = letter.Status switch
            {
                0 => "no carrier took it",
                DeadLetter.Unreadable => "it cannot be read from the journal",
                var status => Status(status),
            },
        };
    }

    /// <summary>A message's id; without its time where it cannot be read.</summary>
    public static string Id(Store.Journal journal, int node, ulong position)
    {
        Span<byte> head = stackalloc byte[Unsafe.SizeOf<Accepted>()];
        var at = journal.Read(position, head) >= head.Length ? MemoryMarshal.Read<Accepted>(head).At : 0;
        return Id(position, node, at);
    }

    /// <summary>
    /// Takes dead letters off the list whose messages are gone, and waits for the ring to do it: not on the ring's
    /// thread.
    /// </summary>
    public void PurgeBefore(ulong cut)
    {
        var gone = new List<ulong>();
        using (var scanner = Scan(0))
        {
            while (scanner.MoveNext() && PositionOf(scanner) is var position && position < cut) gone.Add(position);
        }

        foreach (var some in gone.Chunk(LargestPage))
            Task.WhenAll(some.Select(position => ChangeAsync(EventKind.DropDead, position))).GetAwaiter().GetResult();
    }

    private async Task<ChangeResult> ChangeAsync(EventKind kind, ulong position)
    {
        var wish = await WishAsync(kind, position).ConfigureAwait(false);
        pipeline.Ring.Wake();
        return await wish.ConfigureAwait(false);
    }

    /// <summary>By name, or in hexadecimal.</summary>
    public static string Status(uint status)
    {
        var named = (CommandStatus)status;
        return Enum.IsDefined(named) ? named.ToString() : string.Create(CultureInfo.InvariantCulture, $"0x{status:X8}");
    }

    /// <summary>TON, NPI, then the digits up to a NUL.</summary>
    private static string Destination(ReadOnlySpan<byte> body, int offset)
    {
        if (body.Length < offset + 2) return "";
        var digits = body[(offset + 2)..];
        var end = digits.IndexOf((byte)0);
        return Encoding.Latin1.GetString(end < 0 ? digits : digits[..end]);
    }

    private async Task ChangeAsync(HttpContext context, string id, EventKind kind, string done)
    {
        if (!TryFind(id, out var position))
        {
            await Problem.WriteAsync(context, ProblemType.NotFound, "There is no such message on this node.");
            return;
        }

        var result = await ChangeAsync(kind, position).ConfigureAwait(false);
        await (result switch
        {
            ChangeResult.Done => AdminJson.WriteAsync(
                context, new DeadResult(id, done), AdminJson.Default.DeadResult),
            ChangeResult.TooLate => Problem.WriteAsync(context, AdminProblem.UnderWay,
                "Its failure is still being told to the customer; try again when that is done."),
            ChangeResult.Busy => Problem.WriteAsync(context, AdminProblem.Busy),
            ChangeResult.BalanceTooLow => Problem.WriteAsync(context, AdminProblem.InsufficientBalance,
                "Its price was given back when it failed; its account does not have it now."),
            ChangeResult.Gone => Problem.WriteAsync(context, AdminProblem.Gone,
                "Its content is gone, by retention or an erasure: it can't go out again. DELETE it from the list."),
            _ => Problem.WriteAsync(context, ProblemType.NotFound, "It is not among the dead letters."),
        }).ConfigureAwait(false);
    }

    /// <summary>Puts a wish into the ring; whoever calls wakes it.</summary>
    /// <param name="kind">RetryDead or DropDead.</param>
    public async ValueTask<Task<ChangeResult>> WishAsync(EventKind kind, ulong position)
    {
        var wish = new RingAnswer();
        long sequence;
        while (!pipeline.Ring.TryClaim(0, out sequence)) await pipeline.Ring.RoomAsync().ConfigureAwait(false);
        Publish(sequence, kind, position, wish);
        return wish.Task;
    }

    private void Publish(long sequence, EventKind kind, ulong position, RingAnswer wish)
    {
        ref var slot = ref pipeline.Ring[sequence];
        slot.Kind = kind;
        slot.Source = wish;
        slot.Account = 0;
        slot.Position = position;
        slot.Length = 0;
        slot.UnixMs = Clock.UnixMs;
        pipeline.Ring.Publish(sequence);
    }

    public bool TryFind(string id, out ulong position)
    {
        position = 0;
        return id.Length == MessageId.TextLength
            && MessageId.TryParse(Encoding.Latin1.GetBytes(id), out position, out var node, out _)
            && node == pipeline.Configuration.Node;
    }
}
