using System.Net;

namespace EndToEnd.Tests.Harness;

/// <summary>Kannel's bearerbox and smsbox, bound to us as a client; messages go in through its sendsms.</summary>
internal sealed class Kannel : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly HttpClient _http = new();
    private readonly List<ChildProcess> _boxes = [];
    private readonly int _adminPort = Ports.Free();
    private readonly int _smsboxPort = Ports.Free();
    private readonly int _sendsmsPort = Ports.Free();

    public static async Task<Kannel> StartAsync(int smppPort)
    {
        var kannel = new Kannel();
        try
        {
            await kannel.StartBoxesAsync(smppPort);
            return kannel;
        }
        catch
        {
            await kannel.DisposeAsync();
            throw;
        }
    }

    /// <summary>Sends one message that wants every kind of report at that URL; gives Kannel's answer.</summary>
    public async Task<string> SendAsync(string from, string to, string text, string receiptUrl)
    {
        var query = $"username=u&password=p&from={from}&to={to}&text={Uri.EscapeDataString(text)}" +
            $"&dlr-mask=3&dlr-url={Uri.EscapeDataString(receiptUrl)}";
        using var answer = await _http.GetAsync($"http://127.0.0.1:{_sendsmsPort}/cgi-bin/sendsms?{query}");
        return await answer.Content.ReadAsStringAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var box in _boxes)
            box.Dispose();
        _http.Dispose();
        await Task.Run(_folder.Dispose);
    }

    private async Task StartBoxesAsync(int smppPort)
    {
        var configuration = _folder.File("kannel.conf");
        await File.WriteAllTextAsync(configuration, Configuration(smppPort));
        _boxes.Add(ChildProcess.Start("bearerbox", "/usr/sbin/bearerbox", ["-v", "2", configuration], _folder.Path));
        await Until.True($"Kannel is online; it said:\n{_boxes[0].Output()}", () => StatusSaysAsync("online "));
        _boxes.Add(ChildProcess.Start("smsbox", "/usr/sbin/smsbox", ["-v", "2", configuration], _folder.Path));
        await Until.True("smsbox is connected and listens", async () =>
            await StatusSaysAsync("smsbox:(none)") && !Ports.IsFree(_sendsmsPort));
    }

    private async Task<bool> StatusSaysAsync(string words)
    {
        try
        {
            var status = await _http.GetStringAsync($"http://127.0.0.1:{_adminPort}/status.txt?password=admin");
            return status.Contains(words, StringComparison.Ordinal);
        }
        catch (HttpRequestException e) when (e.StatusCode is null or HttpStatusCode.ServiceUnavailable)
        {
            return false;
        }
    }

    private string Configuration(int smppPort) => $"""
        group = core
        admin-port = {_adminPort}
        admin-password = admin
        smsbox-port = {_smsboxPort}
        box-allow-ip = "127.0.0.1"
        dlr-storage = internal

        group = smsc
        smsc = smpp
        smsc-id = appliance
        host = 127.0.0.1
        port = {smppPort}
        transceiver-mode = true
        smsc-username = demo
        smsc-password = demo
        system-type = ""
        interface-version = 34
        enquire-link-interval = 30
        max-pending-submits = 100

        group = smsbox
        bearerbox-host = 127.0.0.1
        sendsms-port = {_sendsmsPort}

        group = sendsms-user
        username = u
        password = p
        default-smsc = appliance

        group = sms-service
        keyword = default
        text = "No service"

        """;
}
