using System.Text;
using Appliance.Ingress.Smpp;
using Appliance.Records;
using Codec;
using Xunit;

namespace Appliance.Tests.Ingress;

/// <summary>query_sm, cancel_sm and replace_sm: what they ask of the messages, and what they answer.</summary>
public sealed class MessageRequestTests
{
    private const uint Longest = 14 * 24 * 3600;

    private readonly FakeMessages _messages = new();

    [Theory]
    [InlineData(State.Queued, MessageState.Enroute, false)]
    [InlineData(State.Submitted, MessageState.Enroute, false)]
    [InlineData(State.Delivered, MessageState.Delivered, true)]
    [InlineData(State.Expired, MessageState.Expired, true)]
    [InlineData(State.Cancelled, MessageState.Deleted, true)]
    [InlineData(State.Undelivered, MessageState.Undeliverable, true)]
    [InlineData(State.Failed, MessageState.Undeliverable, true)]
    [InlineData(State.Rejected, MessageState.Rejected, true)]
    [InlineData(State.Unknown, MessageState.Unknown, true)]
    public async Task A_query_tells_the_state(State state, MessageState told, bool final)
    {
        var id = _messages.Add(77, Submits.Pdu(), state, error: 8);
        var answer = await QueryAsync(id, "Shop");
        Assert.Equal(CommandStatus.ESME_ROK, QuerySmResp.TryRead(answer, out var read));
        Assert.Equal((CommandStatus.ESME_ROK, 42u), (Header.Read(answer).Status, Header.Read(answer).Sequence));
        Assert.Equal(id, Encoding.ASCII.GetString(read.MessageId));
        Assert.Equal(((byte)told, 8), (read.MessageState, read.ErrorCode));
        Assert.Equal(final ? SmppTime.Length : 0, read.FinalDate.Length);
        Assert.True(!final || SmppTime.TryParse(read.FinalDate, out _));
    }

    [Fact]
    public async Task Only_its_own_source_may_ask()
    {
        var id = _messages.Add(77, Submits.Pdu());
        Assert.Equal(CommandStatus.ESME_ROK, StatusOf(await QueryAsync(id, "Shop")));
        Assert.Equal(CommandStatus.ESME_RQUERYFAIL, StatusOf(await QueryAsync(id, "Other")));
        Assert.Equal(CommandStatus.ESME_RQUERYFAIL, StatusOf(await QueryAsync(id, "Shop", account: 9)));
        Assert.Equal(CommandStatus.ESME_RINVMSGID, QueryRequest.Read(1, Query("12345", "Shop")).Status);
        Assert.Equal(CommandStatus.ESME_RINVMSGID, QueryRequest.Read(1, Query("", "Shop")).Status);
    }

    [Fact]
    public async Task A_message_is_taken_back_by_its_id()
    {
        var id = _messages.Add(77, Submits.Pdu());
        Assert.Equal(CommandStatus.ESME_RCANCELFAIL, StatusOf(await CancelAsync(id, "Other", "")));
        Assert.Equal(CommandStatus.ESME_RCANCELFAIL, StatusOf(await CancelAsync(id, "Shop", "447700900999")));
        Assert.Empty(_messages.Cancelled);
        Assert.Equal(CommandStatus.ESME_ROK, StatusOf(await CancelAsync(id, "Shop", "")));
        Assert.Equal(CommandStatus.ESME_ROK, StatusOf(await CancelAsync(id, "Shop", "+447700900123")));
        _messages.Result = ChangeResult.TooLate;
        Assert.Equal(CommandStatus.ESME_RCANCELFAIL, StatusOf(await CancelAsync(id, "Shop", "")));
    }

    [Fact]
    public async Task All_that_wait_for_a_destination_are_taken_back()
    {
        _messages.Add(1, Submits.Pdu());
        _messages.Add(2, Submits.Pdu(from: "Other"));
        _messages.Add(3, Submits.Pdu(), State.Delivered);
        _messages.Add(4, Submits.Pdu(service: "WAP"));
        _messages.Add(5, Submits.Pdu(to: "447700900999"));
        Assert.Equal(CommandStatus.ESME_RCANCELFAIL, StatusOf(await CancelAsync("", "Nobody", "447700900123")));
        Assert.Equal(CommandStatus.ESME_ROK, StatusOf(await CancelAsync("", "Shop", "447700900123", "WAP")));
        Assert.Equal([4ul], _messages.Cancelled);
        Assert.Equal(CommandStatus.ESME_ROK, StatusOf(await CancelAsync("", "Shop", "447700900123")));
        Assert.Equal([4ul, 4, 1], _messages.Cancelled);
        Assert.Equal(CommandStatus.ESME_RINVDSTADR,
            CancelRequest.Read(FakeMessages.Account, Cancel("", "Shop", "", "")).Status);
    }

    [Fact]
    public async Task Another_text_goes_into_the_body_and_the_rest_stays()
    {
        var due = (uint)(Clock.UnixMs / 1000) + 600;
        var id = _messages.Add(77, Submits.Pdu(tlvs: Submits.Reference(5), validity: "000000020000000R"), due: due);
        Assert.Equal(CommandStatus.ESME_ROK, StatusOf(await ReplaceAsync(id, "Shop", "better")));
        var replaced = _messages.Replaced[77];
        Assert.Equal((due, 0u, 0), (replaced.Due, replaced.Validity, replaced.RegisteredDelivery));
        Assert.True(SubmitPdu.TryRead(replaced.Body.Span, out var read));
        Assert.Equal("better", Encoding.ASCII.GetString(read.ShortMessage));
        Assert.Equal(("Shop", "447700900123", "000000020000000R"), (Encoding.ASCII.GetString(read.SourceAddr),
            Encoding.ASCII.GetString(read.DestinationAddr), Encoding.ASCII.GetString(read.ValidityPeriod)));
        Assert.Equal((3, 2), (read.DataCoding, read.PriorityFlag));
        Assert.Equal(Submits.Reference(5), read.Tlvs.Bytes.ToArray());
        Assert.Equal(read.SourceAddrOffset - 2 - Header.Size, replaced.SourceOffset);
        Assert.Equal(read.DestinationAddrOffset - 2 - Header.Size, replaced.DestinationOffset);
        Assert.Equal(read.RegisteredDeliveryOffset - Header.Size, replaced.RegisteredOffset);
    }

    [Fact]
    public async Task Another_schedule_and_validity_are_taken_over()
    {
        var id = _messages.Add(77, Submits.Pdu());
        var now = (uint)(Clock.UnixMs / 1000);
        Assert.Equal(CommandStatus.ESME_ROK, StatusOf(
            await ReplaceAsync(id, "Shop", "later", "000000010000000R", "000000020000000R")));
        var replaced = _messages.Replaced[77];
        Assert.InRange(replaced.Due, now + 3600, now + 3602);
        Assert.Equal(7200u, replaced.Validity);
        SubmitPdu.TryRead(replaced.Body.Span, out var read);
        // One hour of the two is left when it is due.
        Assert.StartsWith("0000000", Encoding.ASCII.GetString(read.ValidityPeriod), StringComparison.Ordinal);
        Assert.NotEqual("000000020000000R", Encoding.ASCII.GetString(read.ValidityPeriod));
        Assert.True(read.ScheduleDeliveryTime.IsEmpty);
    }

    [Fact]
    public async Task A_schedule_behind_the_usual_validity_moves_it()
    {
        var id = _messages.Add(77, Submits.Pdu());
        // It expires in two hours, which nobody asked for; three hours from now it is due.
        Assert.Equal(CommandStatus.ESME_ROK,
            StatusOf(await ReplaceAsync(id, "Shop", "later", "000000030000000R")));
        Assert.InRange(_messages.Replaced[77].Validity, (3 + 2) * 3600u, ((3 + 2) * 3600u) + 2);
        id = _messages.Add(78, Submits.Pdu(validity: "000000020000000R"));
        Assert.Equal(CommandStatus.ESME_RINVEXPIRY,
            StatusOf(await ReplaceAsync(id, "Shop", "later", "000000030000000R")));
    }

    [Fact]
    public async Task What_cannot_be_replaced_is_told()
    {
        var id = _messages.Add(77, Submits.Pdu(), State.Submitted);
        Assert.Equal(CommandStatus.ESME_RREPLACEFAIL, StatusOf(await ReplaceAsync(id, "Shop", "x")));
        id = _messages.Add(77, Submits.Pdu());
        Assert.Equal(CommandStatus.ESME_RREPLACEFAIL, StatusOf(await ReplaceAsync(id, "Other", "x")));
        _messages.Result = ChangeResult.TooLate;
        Assert.Equal(CommandStatus.ESME_RREPLACEFAIL, StatusOf(await ReplaceAsync(id, "Shop", "x")));
        Assert.Equal(CommandStatus.ESME_RINVSCHED,
            ReplaceRequest.Read(FakeMessages.Account, Replace(id, "Shop", "x", "soon", ""), Longest, Gates.Open).Status);
        Assert.Equal(CommandStatus.ESME_RINVEXPIRY,
            ReplaceRequest.Read(FakeMessages.Account, Replace(id, "Shop", "x", "", "soon"), Longest, Gates.Open).Status);
        Assert.Equal(CommandStatus.ESME_RINVMSGID,
            ReplaceRequest.Read(FakeMessages.Account, Replace("1", "Shop", "x", "", ""), Longest, Gates.Open).Status);
    }

    internal static byte[] Query(string id, string source)
    {
        var pdu = new byte[256];
        var length = new QuerySm
        {
            MessageId = Encoding.ASCII.GetBytes(id),
            SourceAddr = Encoding.ASCII.GetBytes(source),
        }.Write(pdu, 42);
        return pdu[..length];
    }

    private async Task<byte[]> QueryAsync(string id, string source, ushort account = FakeMessages.Account) =>
        await QueryRequest.Read(account, Query(id, source)).Request!.AnswerAsync(_messages);

    private static byte[] Cancel(string id, string source, string destination, string service)
    {
        var pdu = new byte[256];
        var length = new CancelSm
        {
            ServiceType = Encoding.ASCII.GetBytes(service),
            MessageId = Encoding.ASCII.GetBytes(id),
            SourceAddr = Encoding.ASCII.GetBytes(source),
            DestinationAddr = Encoding.ASCII.GetBytes(destination),
        }.Write(pdu, 42);
        return pdu[..length];
    }

    private async Task<byte[]> CancelAsync(string id, string source, string destination, string service = "") =>
        await CancelRequest.Read(FakeMessages.Account, Cancel(id, source, destination, service))
            .Request!.AnswerAsync(_messages);

    private static byte[] Replace(string id, string source, string text, string schedule, string validity)
    {
        var pdu = new byte[512];
        var length = new ReplaceSm
        {
            MessageId = Encoding.ASCII.GetBytes(id),
            SourceAddr = Encoding.ASCII.GetBytes(source),
            ScheduleDeliveryTime = Encoding.ASCII.GetBytes(schedule),
            ValidityPeriod = Encoding.ASCII.GetBytes(validity),
            ShortMessage = Encoding.ASCII.GetBytes(text),
        }.Write(pdu, 42);
        return pdu[..length];
    }

    private async Task<byte[]> ReplaceAsync(
        string id, string source, string text, string schedule = "", string validity = "") =>
        await ReplaceRequest.Read(FakeMessages.Account, Replace(id, source, text, schedule, validity), Longest, Gates.Open)
            .Request!.AnswerAsync(_messages);

    private static CommandStatus StatusOf(byte[] answer) => Header.Read(answer).Status;
}
