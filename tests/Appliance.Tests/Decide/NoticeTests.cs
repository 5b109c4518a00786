using System.Globalization;
using Appliance.Decide;
using Appliance.Records;
using Codec;
using Xunit;

namespace Appliance.Tests.Decide;

/// <summary>Receipts that ESMEs do not take: they end, are counted on their own, and stand in nobody's way.</summary>
public sealed class NoticeTests
{
    private static readonly Route[] ToOne = [new("", [1])];

    [Fact]
    public void An_account_that_never_fetches_receipts_does_not_stop_the_others()
    {
        var stage = new DecideRig(Options() with { LiveMessages = 2000 });
        var link = stage.Bind(1);
        Deliver(stage, link, 2000, new VirtualPeer(stage.Log));
        Assert.Equal(2000, stage.Decider.Notices.Waiting);
        Assert.Equal(0, stage.Decider.Backlog.Unfinished);
        var other = stage.Submit(Number(1), "text", account: 2);
        stage.Commit();
        Assert.Null(other.Refusal);
    }

    [Theory]
    [InlineData(100, false)]
    [InlineData(3000, false)]
    [InlineData(3000, true)]
    public void Receipts_nobody_fetches_end_after_their_time_with_a_record(int count, bool restarts)
    {
        var options = Options() with { NoticeTtl = 600, MostNotices = 1000 };
        var stage = new DecideRig(options);
        var link = stage.Bind(1);
        Deliver(stage, link, count, new VirtualPeer(stage.Log));
        stage.Pass(590_000, step: 1000);
        Assert.Equal(count, stage.Decider.Notices.Waiting);
        if (restarts) stage.Restart(options);
        stage.Pass(15_000, step: 100);
        Assert.Equal(0, stage.Decider.Notices.Waiting);
        Assert.Equal(0, stage.Decider.Ledger.Table.Count + stage.Decider.Backlog.Lists.Parts);
        Assert.Equal(count, stage.Decider.Notices.Ended(Reason.NoticeExpired));
        Assert.Equal(count, stage.Log.Kinds().Count(kind => kind == "Changed NoticeExpired"));
        stage.Restart(options);
        Assert.Equal(0, stage.Decider.Notices.Waiting);
    }

    [Fact]
    public void A_shorter_time_counts_for_what_waits_already()
    {
        var stage = new DecideRig(Options() with { MostNotices = 10 });
        Deliver(stage, stage.Bind(1), 100, new VirtualPeer(stage.Log));
        stage.Restart(Options() with { NoticeTtl = 60 });
        stage.Pass(70_000, step: 1000);
        Assert.Equal(100, stage.Decider.Notices.Ended(Reason.NoticeExpired));
    }

    [Fact]
    public void Receipts_of_a_removed_account_end_too()
    {
        var stage = new DecideRig(Options() with { MostNotices = 10 });
        Deliver(stage, stage.Bind(1), 100, new VirtualPeer(stage.Log));
        stage.Restart(Options() with { NoticeTtl = 60, Accounts = [new AccountOptions(2, "b", 10_000, 5, 10_000)] });
        Assert.Equal(100, stage.Decider.Notices.Waiting);
        stage.Pass(70_000, step: 1000);
        Assert.Equal(100, stage.Decider.Notices.Ended(Reason.NoticeExpired));
    }

    [Fact]
    public void Beyond_the_limit_the_oldest_receipts_of_the_account_with_the_most_end()
    {
        var options = Options() with { NoticesLimit = 500, MostNotices = 100 };
        var stage = new DecideRig(options);
        var link = stage.Bind(1);
        Deliver(stage, link, 300, new VirtualPeer(stage.Log), account: 2);
        Deliver(stage, link, 700, new VirtualPeer(stage.Log));
        stage.Pass(1000);
        Assert.Equal(500, stage.Decider.Notices.Ended(Reason.NoticesFull));
        Assert.Equal(300, stage.Decider.Notices.Account(2).NoticesWaiting);
        Assert.Equal(200, stage.Decider.Notices.Account(1).NoticesWaiting);
        stage.Restart(options);
        Assert.Equal(300, stage.Decider.Notices.Account(2).NoticesWaiting);
        Assert.Equal(200, stage.Decider.Notices.Account(1).NoticesWaiting);
    }

    [Fact]
    public void A_receipt_the_esme_always_refuses_is_tried_less_and_less_often_and_ends()
    {
        var stage = new DecideRig(Options());
        var (esme, link) = (stage.Esme(1), stage.Bind(1));
        Deliver(stage, link, 20, esme);
        var (refused, tries, taken) = ((string?)null, new List<long>(), 0);
        stage.Pass(20 * 3600 * 1000, () =>
        {
            foreach (var number in TakeNumbers(stage, esme, number => StatusOf(number == (refused ??= number))))
            {
                if (number == refused) tries.Add(stage.Now);
                else taken++;
            }
        }, step: 1000);
        Assert.Equal(19, taken);
        Assert.Equal(24, tries.Count);
        Assert.InRange(tries[1] - tries[0], 1000, 5000);
        Assert.InRange(tries[^1] - tries[^2], 3_600_000, 3_603_000);
        Assert.Equal(1, stage.Decider.Notices.Ended(Reason.NoticeRefused));
        Assert.Equal(0, stage.Decider.Ledger.Table.Count);
    }

    /// <summary>More than its window are refused again and again; hundreds wait outside memory.</summary>
    [Fact]
    public void What_the_esme_refuses_does_not_keep_the_others_outside_memory()
    {
        var options = Options(window: 8, inMemory: 20);
        var stage = new DecideRig(options);
        var link = stage.Bind(1);
        Deliver(stage, link, 300, new VirtualPeer(stage.Log));
        var esme = stage.Esme(1);
        var refused = Enumerable.Range(20, 30).Select(Number).ToHashSet();
        var told = new HashSet<string>();
        stage.Pass(30 * 60 * 1000, () => told.UnionWith(
            TakeNumbers(stage, esme, number => StatusOf(refused.Contains(number))).Except(refused)), step: 1000);
        Assert.Equal(270, told.Count);
        Assert.Equal(30, stage.Decider.Notices.Waiting + stage.Decider.Notices.Ended(Reason.NoticeRefused));
    }

    [Fact]
    public void An_esme_that_refuses_everything_is_left_alone_for_longer_and_longer()
    {
        var stage = new DecideRig(Options());
        var (esme, link) = (stage.Esme(1), stage.Bind(1));
        Deliver(stage, link, 1000, esme);
        var sent = 0;
        stage.Pass(3600 * 1000,
            () => sent += TakeNumbers(stage, esme, static _ => CommandStatus.ESME_RTHROTTLED).Count, step: 1000);
        // A window of five, each minute.
        Assert.InRange(sent, 300, 350);
        Assert.Equal(1000, stage.Decider.Notices.Waiting);
    }

    [Fact]
    public void Who_keeps_up_hears_what_is_new_beside_what_waits_outside_memory()
    {
        var options = Options(window: 5000, inMemory: 10);
        var stage = new DecideRig(options);
        var link = stage.Bind(1);
        Deliver(stage, link, 3000, new VirtualPeer(stage.Log));
        Assert.True(stage.Decider.Notices.Account(1).Held!.Count > 2900);
        var esme = stage.Esme(1);
        var told = new HashSet<string>();
        Deliver(stage, link, 1, esme, number: 5000);
        TakeAll();
        Assert.Contains(Number(5000), told);
        Assert.True(stage.Decider.Notices.Account(1).Held!.Count > 1000);
        stage.Pass(1000, TakeAll);
        Assert.Equal(3001, told.Count);
        Assert.Equal(0, stage.Decider.Notices.Waiting);

        void TakeAll() => Assert.All(TakeNumbers(stage, esme), number => Assert.True(told.Add(number), "told twice"));
    }

    [Fact]
    public void Who_is_slow_hears_what_is_new_after_what_waits()
    {
        // A quarter of five is one, and that many are there.
        var stage = new DecideRig(Options() with { MostNotices = 100 });
        var link = stage.Bind(1);
        Deliver(stage, link, 300, new VirtualPeer(stage.Log));
        var esme = stage.Esme(1);
        Deliver(stage, link, 1, esme, number: 5000);
        var told = new List<string>();
        stage.Pass(10_000, () => told.AddRange(TakeNumbers(stage, esme)));
        Assert.Equal(301, told.Count);
        Assert.Equal(Number(5000), told[^1]);
    }

    [Fact]
    public void The_oldest_end_where_new_ones_are_about_to_go_out()
    {
        var options = Options(window: 5000, inMemory: 10) with { NoticesLimit = 2000 };
        var stage = new DecideRig(options);
        var link = stage.Bind(1);
        Deliver(stage, link, 2000, new VirtualPeer(stage.Log));
        var esme = stage.Esme(1);
        for (var i = 0; i < 100; i++) stage.Submit(Number(5000 + i), "text", registered: 1, esme: esme);
        stage.Commit();
        var written = DecidingStage.Written(link);
        foreach (var one in written) stage.Answer(link, one.Sequence);
        foreach (var one in written) stage.Receipt(link, 1, one.Sequence.ToString("x", CultureInfo.InvariantCulture));
        stage.Tick();
        stage.Commit();
        Assert.Equal(100, stage.Decider.Notices.Ended(Reason.NoticesFull));
        var told = new List<string>();
        stage.Pass(1000, () => told.AddRange(TakeNumbers(stage, esme)));
        Assert.Equal(2000, told.Count);
        Assert.All(Enumerable.Range(5000, 100), i => Assert.Contains(Number(i), told));
        Assert.Equal(0, stage.Decider.Notices.Waiting);
    }

    [Fact]
    public void Who_has_a_small_window_and_keeps_up_gets_through_what_waits()
    {
        var options = Options(window: 100, inMemory: 10);
        var stage = new DecideRig(options);
        var link = stage.Bind(1);
        Deliver(stage, link, 3000, new VirtualPeer(stage.Log));
        var esme = stage.Esme(1);
        var (told, stored) = (new List<string>(), 0);
        for (var round = 0; round < 100; round++)
        {
            var before = stage.Decider.Notices.Account(1).Held?.Count ?? 0;
            told.AddRange(TakeNumbers(stage, esme));
            Deliver(stage, link, 20, esme, number: 10_000 + (round * 20));
            if ((stage.Decider.Notices.Account(1).Held?.Count ?? 0) > before) stored++;
        }

        stage.Pass(100, () => told.AddRange(TakeNumbers(stage, esme)));
        Assert.Equal(0, stored);
        Assert.Equal((5000, 5000), (told.Count, told.Distinct().Count()));
        Assert.Equal(0, stage.Decider.Notices.Waiting);
    }

    private static DeciderOptions Options() =>
        DecideRig.Options(20_000, ToOne, DecideRig.Carrier(1, 5000));

    /// <param name="window">deliver_sm that a session may have unanswered.</param>
    /// <param name="inMemory">Receipts that wait there.</param>
    private static DeciderOptions Options(int window, int inMemory) => Options() with
    {
        MostNotices = inMemory,
        Accounts = [new AccountOptions(1, "a", 20_000, window, 10_000)],
    };

    /// <summary>So many messages of an ESME are delivered, and their receipts wait.</summary>
    private static void Deliver(DecideRig stage, VirtualPeer link, int count, VirtualPeer esme, int account = 1,
        int number = 0)
    {
        for (var i = 0; i < count; i++)
            stage.Submit(Number(number + i), "text", registered: 1, esme: esme, account: account);
        stage.Commit();
        var written = DecidingStage.Written(link);
        foreach (var one in written) stage.Answer(link, one.Sequence);
        stage.Commit();
        foreach (var one in written) stage.Receipt(link, 1, one.Sequence.ToString("x", CultureInfo.InvariantCulture));
        stage.Commit();
    }

    private static (Header Header, byte[] Pdu)[] Take(VirtualPeer esme)
    {
        var received = esme.Received.ToArray();
        esme.Received.Clear();
        return received;
    }

    private static CommandStatus StatusOf(bool isRefused) =>
        isRefused ? CommandStatus.ESME_RSYSERR : CommandStatus.ESME_ROK;

    /// <summary>The numbers of the receipts that have come, each answered.</summary>
    /// <param name="statusOf">What a number's is answered with; ESME_ROK where it is null.</param>
    private static List<string> TakeNumbers(
        DecideRig stage, VirtualPeer esme, Func<string, CommandStatus>? statusOf = null)
    {
        var numbers = new List<string>();
        foreach (var (header, pdu) in Take(esme))
        {
            if (header.Command != CommandId.DeliverSm) continue;
            DeliverSm.TryRead(pdu, out var deliver);
            var number = System.Text.Encoding.ASCII.GetString(deliver.SourceAddr);
            numbers.Add(number);
            Tell(stage, esme, header.Sequence, statusOf?.Invoke(number) ?? CommandStatus.ESME_ROK);
        }

        return numbers;
    }

    private static void Tell(DecideRig stage, VirtualPeer esme, uint sequence, CommandStatus status) =>
        stage.Event(EventKind.NoticeResponse, esme, (ref Slot slot) =>
        {
            slot.Sequence = sequence;
            slot.Status = (uint)status;
        });

    private static string Number(int i) => string.Create(CultureInfo.InvariantCulture, $"49151{i:D6}");
}
