using System.Runtime.InteropServices;
using Appliance.Numbering;
using Appliance.Records;
using Store;

namespace Appliance.Money;

/// <summary>The names that charge records say instead of persistent ids.</summary>
/// <param name="Accounts">An account's name by its id.</param>
/// <param name="Carriers">A carrier's.</param>
public sealed record ChargeNames(Func<ushort, string?> Accounts, Func<ushort, string?> Carriers, int Node);

/// <summary>
/// Makes charge records from the journal: one for each end of a message, in the journal's order. A message ends once;
/// one that failed and went out again ends once more, with what was charged and given back since.
/// </summary>
/// <remarks>For one thread. What was erased, or let go by retention, before it is read has no record.</remarks>
public sealed class ChargeReader(Store.Journal journal, ChargeNames names)
{
    /// <summary>Records that one call looks at, so that it comes to an end where few are wanted.</summary>
    private const int MostLookedAt = 1_000_000;

    private readonly ChargeStory _story = new(new FrameReaders(journal));

    /// <summary>Reads on.</summary>
    /// <param name="after">The position up to which it has been read; 0 for the beginning.</param>
    /// <param name="within">Milliseconds since 1970: messages that ended from the first on, and before the last.
    /// </param>
    /// <param name="most">Lines at the most.</param>
    /// <param name="add">Takes a line.</param>
    /// <returns>The position up to which all was read, and whether there may be more.</returns>
    public (ulong Next, bool More) Read(
        ulong after, (long From, long To) within, int most, Action<ChargeLine> add)
    {
        var looked = 0;
        var last = after;
        using var scanner = journal.Scan(after);
        while (scanner.MoveNext())
        {
            if (scanner.Position <= after) continue;
            if (most == 0 || looked++ == MostLookedAt) return (last, true);
            last = scanner.Position;
            if (!ChargeStory.MayEnd(scanner.Record)) continue;
            var at = MemoryMarshal.Read<EventHead>(scanner.Record).At;
            if (at >= within.To) return (last, false);
            if (at < within.From || !_story.TryRead(last, scanner.Record)) continue;
            add(Line(last));
            most--;
        }

        return (last, false);
    }

    private ChargeLine Line(ulong sequence)
    {
        var first = _story.First;
        return new ChargeLine
        {
            Sequence = sequence,
            MessageId = Id(first.Message, first.At),
            Account = names.Accounts(first.Account) ?? "",
            MccMnc = first.Network == 0 ? "" : Network.TextOf(first.Network),
            Segments = _story.Segments,
            Price = first.Price,
            Cost = _story.Cost,
            Charged = _story.Charged,
            Refunded = _story.Refunded,
            Carrier = _story.Carrier == 0 ? "" : names.Carriers(_story.Carrier) ?? "",
            State = _story.State,
            AcceptedAt = first.At,
            SubmittedAt = _story.SubmittedAt,
            FinishedAt = _story.FinishedAt,
        };
    }

    private Guid Id(ulong position, long at)
    {
        Span<byte> bytes = stackalloc byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(
            bytes, MessageId.Create(at, names.Node, position));
        return new Guid(bytes, bigEndian: true);
    }
}
