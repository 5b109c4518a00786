using System.Net;
using System.Net.Http.Json;
using EndToEnd.Tests.Harness;
using EndToEnd.Tests.Wire;
using Xunit;

namespace EndToEnd.Tests;

/// <summary>A disk that runs full, is full, or may not be written.</summary>
public sealed class DiskFaultTests
{
    private const int DiskMb = 160;

    [Fact]
    public async Task Before_the_disk_is_full_new_messages_are_refused_and_old_ones_finished()
    {
        await using var disk = await SmallDisk.MountAsync(DiskMb);
        if (disk is null)
            return;
        await using var line = await Line.StartAsync(
            port => Settings(disk, port, freeMin: 40, freeOk: 60), new { alpha = new { receipt_delay = 4000 } });
        using var client = await RawClient.BoundAsync(line.Appliance.SmppPort);
        var early = await client.SubmitAsync("Shop", "447700940001", "before it is full");
        disk.FillBut(30 << 20);
        await Until.True("it sees the disk", async () => (await line.Appliance.MetricsAsync()).Sum("sms_disk_full") == 1);

        var resp = await client.RequestAsync(Command.SubmitSm, Bodies.Submit("Shop", "447700940002", "too late"));
        Assert.Equal(Status.MessageQueueFull, resp.Status);
        using var answer = await line.Appliance.Http.PostAsJsonAsync("/api/v1/messages",
            new { from = "Shop", to = "447700940003", body = "too late" });
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.NotNull(answer.Headers.RetryAfter);
        Assert.Contains("/problems/disk-full", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains("nearly full", await ReadinessAsync(line), StringComparison.Ordinal);
        Assert.Contains("Free space or enlarge it", line.Appliance.Log(), StringComparison.Ordinal);
        // The carrier's receipt is taken and told all the same.
        await client.PduAsync("the early one's receipt", pdu => pdu.Command == Command.DeliverSm);
        await line.Appliance.MessageInStatusAsync(early, "delivered");

        disk.Free();
        await Until.True("it sees that there is room", async () => (await line.Appliance.MetricsAsync()).Sum("sms_disk_full") == 0);
        var late = await client.SubmitAsync("Shop", "447700940004", "there is room");
        await line.Appliance.MessageInStatusAsync(late, "delivered");
        Assert.DoesNotContain("nearly full", await ReadinessAsync(line), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_disk_that_is_full_all_the_same_ends_it_clearly_and_loses_nothing()
    {
        await using var disk = await SmallDisk.MountAsync(DiskMb);
        if (disk is null)
            return;
        // A watch that comes too late by configuration.
        await using var line = await Line.StartAsync(port => Settings(disk, port, freeMin: 1, freeOk: 1));
        var batches = new Batches(line.Appliance);
        await batches.SendAsync(2000);
        await FillUntilItEndsAsync(disk, line, batches);
        var ended = await line.Appliance.ExitedAsync();
        var log = line.Appliance.Log();
        // Debian's librocksdb has its assertions in: the next use of a log that could not be written may abort before
        // the error has reached us. Either way the end is explained.
        Assert.True(ended is 15 or 16, $"{ended}: {log}");
        Assert.Contains(ended == 15 ? "crit: appliance[1005] the journal cannot be written" : "crit: appliance[1006]",
            log, StringComparison.Ordinal);
        Assert.Contains("ree space or enlarge it", log, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", log, StringComparison.Ordinal);

        disk.FillBut(0);
        var (code, said) = await line.Appliance.StartInVainAsync();
        Assert.True(code == 15, $"{code}: {said}");
        Assert.Contains("cannot start: The disk of", said, StringComparison.Ordinal);
        Assert.Contains("Free space or enlarge it", said, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", said, StringComparison.Ordinal);

        disk.Free();
        await line.Appliance.StartAgainAsync();
        await batches.AllFinalAsync();
    }

    [Fact]
    public async Task A_disk_that_may_not_be_written_is_named()
    {
        await using var disk = await SmallDisk.MountAsync(DiskMb);
        if (disk is null)
            return;
        await using var line = await Line.StartAsync(port => Settings(disk, port, freeMin: 1, freeOk: 1));
        var batches = new Batches(line.Appliance);
        await batches.SendAsync(200);
        await line.Appliance.StopAsync();
        await disk.RemountAsync("ro");
        var (code, said) = await line.Appliance.StartInVainAsync();
        Assert.Equal(14, code);
        Assert.Contains(disk.Path, said, StringComparison.Ordinal);
        Assert.Contains("Correct its owner, its mode or the mount", said, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", said, StringComparison.Ordinal);
        var (check, output) = await line.Appliance.CommandAsync("check", "--data");
        Assert.True(check == 0, output);
        await disk.RemountAsync("rw");
        await line.Appliance.StartAgainAsync();
        await batches.AllFinalAsync();
    }

    private static async Task<string> ReadinessAsync(Line line)
    {
        using var admin = new HttpClient { BaseAddress = new Uri($"http://{line.Appliance.Settings.Admin.Listen}") };
        using var answer = await admin.GetAsync("/readyz");
        return await answer.Content.ReadAsStringAsync();
    }

    /// <summary>
    /// Load on a disk with some MiB left, again and again: sooner or later the room ends between two looks at it.
    /// </summary>
    private static async Task FillUntilItEndsAsync(SmallDisk disk, Line line, Batches batches)
    {
        for (var round = 0; round < 20; round++)
        {
            disk.FillBut(3 << 20);
            for (var batch = 0; batch < 60; batch++)
            {
                var trouble = await batches.SendAsync(1000);
                if (trouble.Contains("broken"))
                    return;
                if (trouble.Contains("/problems/disk-full"))
                    break;
            }
            disk.Free();
            try
            {
                await Until.True("there is room", async () => (await line.Appliance.MetricsAsync()).Sum("sms_disk_full") == 0);
            }
            catch (HttpRequestException)
            {
                // It has ended after its last answer.
                return;
            }
        }
        throw new TimeoutException("The disk never ran full between two looks at it.");
    }

    private static Settings Settings(SmallDisk disk, int port, int freeMin, int freeOk) => new()
    {
        Data = Path.Combine(disk.Path, "data"),
        Limits = new() { JournalMemoryMb = 8, DiskFreeMinMb = freeMin, DiskFreeOkMb = freeOk },
        Carriers = [new("alpha", port)],
        Routes = [new("", "alpha")],
    };
}
