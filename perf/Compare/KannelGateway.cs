using Rig;

namespace Compare;

/// <summary>
/// Kannel with its durable store (a file a message, store-type spool), set up to be fast: warnings only in its logs, no
/// throughput limit, a window of 100 and several connections to the SMSC.
/// </summary>
internal sealed class KannelGateway : IGateway
{
    private readonly DirectoryInfo _folder = Directory.CreateDirectory(
        Path.Combine(Place.Root, "artifacts", "perf", $"kannel-{Guid.NewGuid():n}"));
    private readonly int _adminPort = Place.FreePort();
    private readonly int _smsboxPort = Place.FreePort();
    private readonly List<Part> _boxes = [];

    private KannelGateway() => HttpPort = Place.FreePort();

    public string Name => "kannel";

    public int HttpPort { get; }

    public int Connections => Place.Number("COMPARE_KANNEL_CONNECTIONS", 32);

    public TimeSpan CpuTime => _boxes.Aggregate(TimeSpan.Zero, (sum, box) => sum + box.CpuTime);

    public long ResidentBytes => _boxes.Sum(box => box.ResidentBytes);

    private static int SmscConnections => Place.Number("COMPARE_KANNEL_SMSC_CONNECTIONS", 4);

    public static async Task<KannelGateway> StartAsync(SimulatedSmsc smsc)
    {
        var kannel = new KannelGateway();
        var file = Path.Combine(kannel._folder.FullName, "kannel.conf");
        Directory.CreateDirectory(Path.Combine(kannel._folder.FullName, "spool"));
        await File.WriteAllTextAsync(file, kannel.Configuration(smsc.Port));
        var bearerbox = new Part("bearerbox", "/usr/sbin/bearerbox", ["-v", "3", file]);
        kannel._boxes.Add(bearerbox);
        await bearerbox.UntilAsync("bound to the SMSC", async () => (await smsc.CountsAsync()).Sessions >= SmscConnections);
        var smsbox = new Part("smsbox", "/usr/sbin/smsbox", ["-v", "3", file]);
        kannel._boxes.Add(smsbox);
        using var http = new HttpClient();
        await smsbox.UntilAsync("connected to the bearerbox", async () =>
        {
            var status = await http.GetStringAsync($"http://127.0.0.1:{kannel._adminPort}/status.txt?password=admin");
            return status.Contains("smsbox:(none)", StringComparison.Ordinal);
        });
        return kannel;
    }

    /// <summary>
    /// With dlr-mask a receipt is asked for and matched; no dlr-url, since nobody else is told either.
    /// </summary>
    public string[] RequestOptions(bool receipts) =>
    [
        "--url-template",
        $"/cgi-bin/sendsms?username=u&password=p&from={Messages.From}&to={{to}}" +
            $"&text={Uri.EscapeDataString(Messages.Text)}{(receipts ? "&dlr-mask=3" : "")}",
    ];

    public void Dispose()
    {
        foreach (var box in Enumerable.Reverse(_boxes))
            box.Dispose();
        _folder.Delete(recursive: true);
    }

    private string Configuration(int smscPort) => $"""
        group = core
        admin-port = {_adminPort}
        admin-password = admin
        smsbox-port = {_smsboxPort}
        box-allow-ip = "127.0.0.1"
        dlr-storage = internal
        store-type = spool
        store-location = "{_folder.FullName}/spool"
        log-level = 3

        group = smsc
        smsc = smpp
        smsc-id = smsc
        host = 127.0.0.1
        port = {smscPort}
        transceiver-mode = true
        smsc-username = kannel
        smsc-password = kannel
        system-type = ""
        interface-version = 34
        max-pending-submits = 100
        instances = {SmscConnections}

        group = smsbox
        bearerbox-host = 127.0.0.1
        sendsms-port = {HttpPort}
        log-level = 3

        group = sendsms-user
        username = u
        password = p

        group = sms-service
        keyword = default
        text = "No service"
        max-messages = 0

        """;
}
