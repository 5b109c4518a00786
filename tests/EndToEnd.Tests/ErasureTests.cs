using System.Text;
using EndToEnd.Tests.Harness;
using Xunit;

namespace EndToEnd.Tests;

/// <summary>Everything about one number goes, for good, and nothing about the others.</summary>
public sealed class ErasureTests
{
    private const string Erased = "447700940417";
    private const string Kept = "447700940418";

    [Fact]
    public async Task A_number_is_gone_from_every_record_and_every_file()
    {
        await using var line = await Line.StartAsync();
        var gone = await line.Appliance.PostAsync("Clinic", Erased, "Your test result is here QXZWV");
        var kept = await line.Appliance.PostAsync("Clinic", Kept, "Your appointment is tomorrow");
        await line.Appliance.MessageInStatusAsync(gone, "delivered");
        await line.Appliance.MessageInStatusAsync(kept, "delivered");

        var (code, output) = await line.Appliance.CommandAsync("erase", "+" + Erased);

        Assert.True(code == 0, output);
        Assert.Contains("1 messages erased", output, StringComparison.Ordinal);
        Assert.Null(await line.Appliance.MessageAsync(gone));
        Assert.NotNull(await line.Appliance.MessageAsync(kept));
        Assert.DoesNotContain(Erased, line.Appliance.Log(), StringComparison.Ordinal);
        await AllAsItShouldBeAsync(line, gone, kept);

        // A restart reads the rewritten records: nothing of it comes back to life.
        line.Appliance.Kill();
        await line.Appliance.StartAgainAsync();
        await line.BoundAsync();
        Assert.Null(await line.Appliance.MessageAsync(gone));
        await AllAsItShouldBeAsync(line, gone, kept);
        Assert.Equal(2, line.Smsc.Events("submit").Count);
    }

    [Fact]
    public async Task What_is_under_way_is_left_and_said()
    {
        await using var line = await Line.StartAsync(new { silent = true });
        await line.Appliance.PostAsync("Clinic", Erased, "not yet");

        var (code, output) = await line.Appliance.CommandAsync("erase", Erased);

        Assert.True(code == 1, output);
        Assert.Contains("1 messages to this number are still under way", output, StringComparison.Ordinal);
        (code, output) = await line.Appliance.CommandAsync("erase", "nobody");
        Assert.True(code == 1, output);
        Assert.Contains("number", output, StringComparison.Ordinal);
    }

    private static async Task AllAsItShouldBeAsync(Line line, string gone, string kept)
    {
        Assert.Null(await line.Appliance.MessageAsync(gone));
        Assert.Equal("delivered", (string?)(await line.Appliance.MessageAsync(kept))!["status"]);
        foreach (var file in Directory.EnumerateFiles(line.Appliance.Settings.Data, "*", SearchOption.AllDirectories))
        {
            var bytes = await ReadAsync(file);
            Assert.False(Holds(bytes, Erased), $"{file} still has the number");
            Assert.False(Holds(bytes, "QXZWV"), $"{file} still has the text");
        }
    }

    private static bool Holds(ReadOnlySpan<byte> bytes, string text) => bytes.IndexOf(Encoding.ASCII.GetBytes(text)) >= 0;

    private static async Task<byte[]> ReadAsync(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes);
        return bytes.ToArray();
    }
}
