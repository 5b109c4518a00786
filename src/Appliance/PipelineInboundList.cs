using System.Text;
using Appliance.History;
using Appliance.Ingress;
using Codec;
using Store;

namespace Appliance;

/// <summary>
/// What mobiles have written to an account, the oldest first, from the history's index: a reader goes on from where it
/// was, and reading changes nothing.
/// </summary>
internal sealed class PipelineInboundList(Pipeline pipeline, PipelineMessages messages)
{
    /// <param name="account">The persistent id of its name.</param>
    /// <param name="list">Under what the history has its messages.</param>
    /// <param name="after">The position of the last one that was read; 0 for none.</param>
    public async ValueTask<InboundPage> PageAsync(ushort account, ushort list, ulong after, int limit)
    {
        var positions = new ulong[limit];
        var count = pipeline.History.PageForward(new HistoryQuery(list, 0, From: after + 1), positions);
        Array.Resize(ref positions, count);
        var found = new List<InboundRecord>(count);
        foreach (var bite in positions.Chunk(PipelineMessages.Bite))
        {
            foreach (var story in await messages.ReadAsync(bite).ConfigureAwait(false))
            {
                // One that was erased meanwhile is in the list until the erasure has come to that.
                if (story is { IsInbound: true } && story.Parts[0].Head.Account == account)
                    found.Add(Record(story, pipeline.Configuration.Node));
            }
        }

        var last = count > 0 ? positions[^1] : after;
        return new InboundPage(found, last == Position.None ? null : PipelineList.Cursor(last));
    }

    private static InboundRecord Record(Story story, int node)
    {
        var first = story.Parts[0];
        var pdu = new byte[Header.Size + first.Body.Length];
        new Header((uint)pdu.Length, CommandId.DeliverSm, CommandStatus.ESME_ROK, 1).Write(pdu);
        first.Body.CopyTo(pdu, Header.Size);
        DeliverSm.TryRead(pdu, out var deliver);
        var octets = deliver.ShortMessage;
        if (octets.IsEmpty) deliver.Tlvs.TryFind(TlvTag.MessagePayload, out octets);
        var part = default(Concatenation);
        string? userDataHeader = null;
        if ((deliver.EsmClass & UserDataHeader.EsmClassBit) != 0 && UserDataHeader.TryRead(octets, out var header))
        {
            header.TryGetConcatenation(out part);
            userDataHeader = Convert.ToHexStringLower(octets[..header.Length]);
            octets = octets[header.Length..];
        }

        if (part.Total == 0) part = SarOf(deliver.Tlvs);
        var alphabet = new PeerAlphabets().Of(deliver.DataCoding);
        return new InboundRecord
        {
            MessageId = StoryRecord.Id(first, node),
            From = Encoding.Latin1.GetString(deliver.SourceAddr),
            To = Encoding.Latin1.GetString(deliver.DestinationAddr),
            Body = alphabet == Alphabet.Binary ? null : Text(alphabet, octets),
            Encoding = alphabet.ToString().ToLowerInvariant(),
            DataCoding = deliver.DataCoding,
            Data = alphabet == Alphabet.Binary ? Convert.ToHexStringLower(octets) : null,
            UserDataHeader = userDataHeader,
            Part = part.Total == 0 ? null : part.Sequence,
            Parts = part.Total == 0 ? null : part.Total,
            Reference = part.Total == 0 ? null : part.Reference,
            Status = StoryRecord.InboundStatus(story),
            ReceivedAt = DateTimeOffset.FromUnixTimeMilliseconds(first.Head.At),
        };
    }

    private static Concatenation SarOf(TlvReader tlvs) =>
        tlvs.TryFindInteger(TlvTag.SarTotalSegments, out var total)
        && tlvs.TryFindInteger(TlvTag.SarSegmentSeqnum, out var number)
        && tlvs.TryFindInteger(TlvTag.SarMsgRefNum, out var reference)
            ? new Concatenation((ushort)reference, (byte)total, (byte)number, true)
            : default;

    private static string Text(Alphabet alphabet, ReadOnlySpan<byte> octets)
    {
        var text = new char[TextCodec.MaxChars(octets.Length)];
        return new string(text, 0, TextCodec.Decode(alphabet, octets, text));
    }
}
