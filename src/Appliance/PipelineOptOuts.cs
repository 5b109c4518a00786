using System.Text;
using Appliance.Decide;
using Appliance.Ingress;
using Appliance.Policy.OptOuts;
using Appliance.Records;
using Store;

namespace Appliance;

/// <summary>
/// The opt-out list for whoever asks from outside the ring: what it says is read from the journal's facts, what
/// changes it goes through the ring.
/// </summary>
internal sealed class PipelineOptOuts(Pipeline pipeline) : IOptOuts
{
    /// <summary>Changes in one event: the ring is at them for about a millisecond.</summary>
    private const int MostInEvent = 250;

    private readonly ushort[] _ids =
        [.. pipeline.Configuration.Accounts.Select(account => pipeline.AccountNames.GetOrAdd(account.Name))];

    /// <summary>The list as the journal's facts have it.</summary>
    public static OptOutList Load(Store.Journal journal)
    {
        var list = new OptOutList();
        Span<byte> number = stackalloc byte[OptOutKey.LongestNumber];
        using var scanner = journal.ScanMeta(OptOuts.Prefix);
        while (scanner.MoveNext())
        {
            if (!OptOutChange.TryReadStore(
                scanner.Key[OptOuts.Prefix.Length..], scanner.Value, number, out var change))
                throw new StoreException(StoreFault.Corrupt, "An opt-out in the data folder cannot be read.");
            if (change.Action == OptOutAction.Added) list.Apply(in change);
        }

        return list;
    }

    public OptOutPage? List(int account, OptOutQuery query) => ListOf(_ids[account], query);

    /// <inheritdoc cref="List"/>
    public OptOutPage? ListOf(ushort account, OptOutQuery query)
    {
        if (!TryReadCursor(query.Cursor, out var from)) return null;
        Span<byte> prefix = stackalloc byte[OptOuts.Prefix.Length + OptOutChange.LongestStoreKey];
        OptOuts.Prefix.CopyTo(prefix);
        var digits = Encoding.ASCII.GetBytes(query.Number ?? "");
        var length = OptOutChange.WriteStorePrefix(prefix[OptOuts.Prefix.Length..], account, digits);
        prefix = prefix[..(OptOuts.Prefix.Length + length)];
        Span<byte> number = stackalloc byte[OptOutKey.LongestNumber];
        var name = pipeline.AccountNames.Name(account) ?? "";
        var entries = new List<OptOutEntry>();
        byte[]? last = null;
        using var scanner = pipeline.Journal.ScanMeta(prefix, from);
        while (scanner.MoveNext())
        {
            if (!OptOutChange.TryReadStore(
                scanner.Key[OptOuts.Prefix.Length..], scanner.Value, number, out var change)) continue;
            if (!query.Ended && change.Action != OptOutAction.Added) continue;
            if (entries.Count == query.Limit) return new OptOutPage(entries, Convert.ToHexStringLower(last!));
            entries.Add(OptOutEntry.Of(in change, name));
            // The key behind this one.
            last = [.. scanner.Key[prefix.Length..], 0];
        }

        return new OptOutPage(entries, null);
    }

    public async Task<OptOutEntry?> ChangeAsync(int account, string number, string sender, OptOutAction action)
    {
        var wish = new OptOutWish(_ids[account], number, sender, action, OptOutSource.Api);
        if (action == OptOutAction.Removed && Find(wish) is null) return null;
        await ChangeAsync([wish]).ConfigureAwait(false);
        return Find(wish);
    }

    /// <summary>Completes when all are durable and in force.</summary>
    public Task ChangeAsync(IReadOnlyList<OptOutWish> wishes) => AskAsync(EventKind.OptOut, wishes);

    /// <summary>Opt-outs of a number that have ended leave no trace, in no account's list.</summary>
    /// <param name="number">Digits.</param>
    public Task ForgetEndedAsync(string number)
    {
        if (number.Length > OptOutKey.LongestNumber) return Task.CompletedTask;
        var ended = new List<OptOutWish>();
        for (var account = 1; account <= pipeline.AccountNames.Last; account++)
        {
            var query = new OptOutQuery(number, Ended: true, Cursor: null, int.MaxValue);
            ended.AddRange(
                from entry in ListOf((ushort)account, query)!.OptOuts
                where entry.Status == OptOutEntry.OptedIn
                select new OptOutWish(
                    (ushort)account, number, entry.Sender ?? "", OptOutAction.Removed, OptOutSource.Api));
        }

        return AskAsync(EventKind.ForgetOptOuts, ended);
    }

    private async Task AskAsync(EventKind kind, IReadOnlyList<OptOutWish> wishes)
    {
        var pending = new List<Task>();
        foreach (var bite in wishes.Chunk(MostInEvent)) pending.Add(await BeginAsync(kind, bite).ConfigureAwait(false));
        await Task.WhenAll(pending).ConfigureAwait(false);
    }

    /// <summary>What the list says of this very number and sender, ended or not; null where it never heard of them.
    /// </summary>
    private OptOutEntry? Find(OptOutWish wish)
    {
        Span<byte> record = stackalloc byte[OptOutChange.LongestRecord];
        wish.Write(record, (byte)RecordKind.OptOut, 0);
        if (!OptOutChange.TryRead(record, out var asked)) return null;
        Span<byte> key = stackalloc byte[OptOuts.Prefix.Length + OptOutChange.LongestStoreKey];
        key = key[..OptOuts.Key(in asked, key)];
        Span<byte> number = stackalloc byte[OptOutKey.LongestNumber];
        return pipeline.Journal.GetMeta(key) is { } value
            && OptOutChange.TryReadStore(key[OptOuts.Prefix.Length..], value, number, out var found)
            ? OptOutEntry.Of(in found, pipeline.AccountNames.Name(found.Account) ?? "")
            : null;
    }

    private async Task<Task> BeginAsync(EventKind kind, OptOutWish[] wishes)
    {
        var records = new byte[wishes.Length * OptOutChange.LongestRecord];
        var length = 0;
        foreach (var wish in wishes)
            length += wish.Write(records.AsSpan(length), (byte)RecordKind.OptOut, Clock.UnixMs);
        long sequence;
        while (!pipeline.Ring.TryClaim(0, out sequence))
            await pipeline.Ring.RoomAsync().ConfigureAwait(false);
        var answer = new RingAnswer();
        Publish(sequence, kind, records.AsSpan(0, length), answer);
        return answer.Task;
    }

    private void Publish(long sequence, EventKind kind, ReadOnlySpan<byte> records, RingAnswer answer)
    {
        ref var slot = ref pipeline.Ring[sequence];
        slot.Kind = kind;
        slot.Source = answer;
        slot.UnixMs = Clock.UnixMs;
        records.CopyTo(slot.Allocate(records.Length));
        pipeline.Ring.Publish(sequence);
        pipeline.Ring.Wake();
    }

    private static bool TryReadCursor(string? text, out byte[] from)
    {
        from = [];
        if (string.IsNullOrEmpty(text)) return true;
        if (text.Length > 2 * (OptOutChange.LongestStoreKey + 1) || text.Length % 2 != 0
            || !text.All(char.IsAsciiHexDigit)) return false;
        from = Convert.FromHexString(text);
        return true;
    }
}
