using Rig;

namespace Compare;

/// <summary>POST /api/v1/messages of the appliance.</summary>
internal sealed class ApplianceGateway(Node node) : IGateway
{
    public string Name => "appliance";

    public int HttpPort => node.HttpPort;

    public int Connections => Place.Number("COMPARE_APPLIANCE_CONNECTIONS", 256);

    public TimeSpan CpuTime => node.Process.CpuTime;

    public long ResidentBytes => node.Process.ResidentBytes;

    /// <summary>The API follows every message to its end; without receipts it is the SMSC that sends none.</summary>
    public string[] RequestOptions(bool receipts) => ["--body", Messages.Text, "--from", Messages.From];

    public void Dispose() => node.Dispose();
}
