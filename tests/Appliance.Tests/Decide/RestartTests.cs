using System.Globalization;
using Appliance.Records;
using Xunit;

namespace Appliance.Tests.Decide;

/// <summary>A restart finds what was there, whatever the configuration says now.</summary>
public sealed class RestartTests
{
    private static readonly Route[] ToOne = [new("", [1])];

    [Fact]
    public void What_ended_with_its_answer_stays_so_when_receipts_are_asked_for_from_now_on()
    {
        Route[] routes = [new("49", [1]), new("48", [2])];
        var stage = new RestartingStage(
            RestartingStage.Options(10_000, routes, RestartingStage.Carrier(1, 1000), RestartingStage.Carrier(2)));
        stage.Submit("481", "waits and holds the checkpoint back");
        var link = stage.Bind(1);
        for (var i = 0; i < 100; i++) stage.Submit(Number(i), "text");
        stage.Commit();
        stage.AnswerAll(link);
        stage.Commit();
        Assert.Equal(1, stage.Decider.Ledger.Table.Count);
        stage.Restart(RestartingStage.Options(
            10_000, routes, RestartingStage.Carrier(1, 1000) with { AlwaysRegister = true }, RestartingStage.Carrier(2)));
        Assert.Equal(1, stage.Decider.Ledger.Table.Count);
    }

    [Fact]
    public void What_awaits_its_receipt_still_does_when_receipts_are_no_longer_always_asked_for()
    {
        var stage = new RestartingStage(
            RestartingStage.Options(10_000, ToOne, RestartingStage.Carrier(1) with { AlwaysRegister = true }));
        var link = stage.Bind(1);
        stage.Submit(Number(1), "text");
        stage.Commit();
        stage.AnswerAll(link);
        stage.Commit();
        stage.Restart(RestartingStage.Options(10_000, ToOne, RestartingStage.Carrier(1)));
        link = stage.Bind(1);
        stage.Receipt(link, 1, "1");
        stage.Commit();
        Assert.Equal(1, stage.Count(State.Delivered));
    }

    [Fact]
    public void What_awaits_its_receipt_still_does_while_its_carrier_is_not_configured()
    {
        var options = RestartingStage.Options(10_000, [new("", [1, 2])],
            RestartingStage.Carrier(1) with { AlwaysRegister = true }, RestartingStage.Carrier(2));
        var stage = new RestartingStage(options);
        var link = stage.Bind(1);
        stage.Submit(Number(1), "text");
        stage.Commit();
        stage.AnswerAll(link);
        stage.Commit();
        stage.Restart(RestartingStage.Options(10_000, [new("", [2])], RestartingStage.Carrier(2)));
        stage.Restart(options);
        link = stage.Bind(1);
        stage.Receipt(link, 1, "1");
        stage.Commit();
        Assert.Equal(1, stage.Count(State.Delivered));
    }

    private static string Number(int i) => string.Create(CultureInfo.InvariantCulture, $"49151{i:D6}");
}
