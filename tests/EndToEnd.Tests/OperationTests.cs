using System.Net;
using EndToEnd.Tests.Harness;
using EndToEnd.Tests.Wire;
using Xunit;

namespace EndToEnd.Tests;

/// <summary>What the operator and the service manager see.</summary>
public sealed class OperationTests
{
    [Fact]
    public async Task The_metrics_pass_promtool()
    {
        await using var line = await Line.StartAsync();
        using (var client = await RawClient.BoundAsync(line.Appliance.SmppPort))
        {
            var id = await client.SubmitAsync("Shop", "447700901001", "to be counted");
            await line.Appliance.MessageInStatusAsync(id, "delivered");
            await client.RequestAsync(0x00000ABC, []);
        }
        var metrics = await line.Appliance.MetricsAsync();
        var (code, output) = await ChildProcess.RunAsync("promtool", ["check", "metrics"], metrics.Text);
        Assert.True(code == 0, output);
        Assert.Equal(1, metrics.Sum("sms_messages_total", "state=\"delivered\"", "account=\"demo\""));
        Assert.Equal(1, metrics.Sum("sms_receipts_total", "carrier=\"alpha\""));
        Assert.Equal(2, metrics.Sum("sms_sessions", "side=\"carrier\"", "state=\"bound\""));
        foreach (var family in new[]
        {
            "sms_queue_depth", "sms_queue_oldest_age_seconds", "sms_submit_latency_seconds", "sms_end_to_end_latency_seconds", "sms_window_used",
            "sms_bad_input_total", "sms_journal_batch_size", "sms_journal_fsync_seconds",
        })
            Assert.Contains($"# TYPE {family} ", metrics.Text, StringComparison.Ordinal);
        foreach (var index in new[] { "history", "finished", "keys" })
        {
            Assert.InRange(metrics.Sum("sms_store_index_lag_seconds", $"index=\"{index}\""), 0, 1);
            Assert.Contains($"sms_store_index_unwritten_entries{{index=\"{index}\"}}", metrics.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_age_of_what_waits_and_what_is_scheduled_are_counted()
    {
        await using var appliance = await ApplianceProcess.StartAsync(new Settings
        {
            Carriers = [new("alpha", Ports.Free()), new("beta", Ports.Free())],
            Routes = [new("44", "alpha"), new("49", "beta")],
        });
        await appliance.PostAsync("Shop", "4915122200001", "nobody is there to take it");
        await Until.True("it has waited for two seconds", async () => await AgeAsync(appliance, "beta") > 2);
        Assert.Equal(0, await AgeAsync(appliance, "alpha"));
        appliance.Kill();
        await appliance.StartAgainAsync();
        await Until.True("a restart does not make it younger", async () => await AgeAsync(appliance, "beta") > 3);

        using var client = await RawClient.BoundAsync(appliance.SmppPort);
        Assert.Equal(Status.Ok, (await client.RequestAsync(Command.SubmitSm,
            Bodies.Submit("Shop", "447700901003", "for later", 0, "000000010000000R", ""))).Status);
        var metrics = await appliance.MetricsAsync();
        Assert.Equal((1, 0), (metrics.Sum("sms_messages_total", "state=\"scheduled\"", "carrier=\"alpha\""),
            metrics.Sum("sms_messages_total", "state=\"queued\"", "carrier=\"alpha\"")));
    }

    private static async Task<double> AgeAsync(ApplianceProcess appliance, string carrier) =>
        (await appliance.MetricsAsync()).Sum("sms_queue_oldest_age_seconds", $"carrier=\"{carrier}\"");

    [Fact]
    public async Task Health_is_told()
    {
        await using var line = await Line.StartAsync();
        using var admin = new HttpClient { BaseAddress = new Uri($"http://{line.Appliance.Settings.Admin.Listen}") };
        foreach (var path in new[] { "/healthz", "/readyz" })
        {
            using var answer = await admin.GetAsync(path);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
    }

    [Fact]
    public async Task Two_instances_do_not_share_a_data_folder()
    {
        await using var line = await Line.StartAsync();
        using var folder = new TempFolder();
        var settings = Line.Simple(line.SmscPort);
        settings.Data = line.Appliance.Settings.Data;
        await File.WriteAllTextAsync(folder.File("second.json"), settings.ToJson());
        var (code, output) = await ChildProcess.RunAsync(Repository.Binary, ["run", "--config", folder.File("second.json")]);
        Assert.NotEqual(0, code);
        Assert.Contains(settings.Data, output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
        await line.Appliance.PostAsync("Shop", "447700901002", "the first one works on");
        await line.SubmittedAsync("the first one works on");
    }

    [Fact]
    public async Task A_port_that_is_taken_is_named()
    {
        await using var line = await Line.StartAsync();
        using var folder = new TempFolder();
        var settings = new Settings
        {
            Data = folder.File("data"),
            Smpp = new() { Listen = line.Appliance.Settings.Smpp.Listen },
            Carriers = [new("alpha", line.SmscPort)],
            Routes = [new("", "alpha")],
        };
        await File.WriteAllTextAsync(folder.File("second.json"), settings.ToJson());
        var (code, output) = await ChildProcess.RunAsync(Repository.Binary, ["run", "--config", folder.File("second.json")]);
        Assert.NotEqual(0, code);
        Assert.Contains(settings.Smpp.Listen, output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_configuration_is_refused_by_the_fields_name()
    {
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder.File("wrong.json"), """{"smpp":{"window_size":"many"},"ring":{"slots":1000}}""");
        var (code, output) = await ChildProcess.RunAsync(Repository.Binary, ["run", "--config", folder.File("wrong.json")]);
        Assert.NotEqual(0, code);
        Assert.Contains("smpp.window_size", output, StringComparison.Ordinal);
        Assert.Contains("ring.slots", output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sigterm_says_goodbye_and_ends_with_zero()
    {
        await using var line = await Line.StartAsync();
        using var client = await RawClient.BoundAsync(line.Appliance.SmppPort);
        Assert.Equal(0, await line.Appliance.StopAsync());
        await client.PduAsync("unbind of the client", pdu => pdu.Command == Command.Unbind);
        await Until.True("the carrier's sessions are unbound", () => line.Smsc.Events("unbind").Count == 2);
    }

    [Fact]
    public async Task Sigterm_does_not_wait_for_a_client_that_does_not_answer()
    {
        await using var line = await Line.StartAsync();
        using var client = await RawClient.BoundAsync(line.Appliance.SmppPort);
        client.AnswerUnbinds = false;
        Assert.Equal(0, await line.Appliance.StopAsync());
    }

    [Fact]
    public async Task Sigterm_ends_the_simulator()
    {
        var (port, control) = (Ports.Free(), Ports.Free());
        using var simulator = ChildProcess.Start("simulator", Repository.Binary,
            ["simulate", "smsc", "--listen", $"127.0.0.1:{port}", "--control", $"127.0.0.1:{control}"]);
        await Until.True("it listens", () => !Ports.IsFree(port) && !Ports.IsFree(control));
        simulator.Terminate();
        await simulator.ExitedAsync();
    }

    [Fact]
    public async Task A_damaged_journal_is_a_clear_refusal()
    {
        await using var line = await Line.StartAsync();
        await line.Appliance.PostAsync("Shop", "447700901003", "soon damaged");
        await line.Appliance.StopAsync();
        var manifest = Directory.EnumerateFiles(line.Appliance.Settings.Data, "CURRENT", SearchOption.AllDirectories).First();
        await File.WriteAllTextAsync(manifest, "MANIFEST-nonsense\n");
        var (code, output) = await ChildProcess.RunAsync(Repository.Binary, ["run", "--config", line.Appliance.ConfigurationFile]);
        Assert.NotEqual(0, code);
        Assert.Contains(line.Appliance.Settings.Data, output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }
}
