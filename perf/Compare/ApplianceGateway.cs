using System.Text;
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

    /// <summary>The API always follows a message to its end; without receipts it is the SMSC that sends none.</summary>
    public byte[] Request(int n, bool receipt)
    {
        var body = $$"""{"from":"Shop","to":"{{Messages.To(n)}}","body":"{{Messages.Text(n)}}"}""";
        return Encoding.ASCII.GetBytes(
            $"POST /api/v1/messages HTTP/1.1\r\nHost: gateway\r\nAuthorization: Bearer demo-key\r\n" +
            $"Content-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}");
    }

    public void Dispose() => node.Dispose();
}
