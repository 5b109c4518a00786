using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace Appliance.Operate;

public sealed partial class Configuration
{
    /// <summary>
    /// What <c>appliance demo</c> runs with: the default listeners, one account and two carriers on this machine.
    /// </summary>
    /// <param name="data">The folder of the journal and the store.</param>
    /// <param name="firstCarrierPort">Where the simulated carrier alpha listens.</param>
    /// <param name="secondCarrierPort">Where the simulated carrier beta listens.</param>
    public static Configuration Demo(
        string data = "./data/demo", int firstCarrierPort = 2801, int secondCarrierPort = 2802) => new()
        {
            Data = data,
            Accounts =
            [
                new AccountConfiguration
                {
                    Name = "demo",
                    Smpp = new AccountSmppConfiguration { SystemId = "demo", PasswordSha256 = Sha256("demo") },
                    Http = new AccountHttpConfiguration { KeySha256 = Sha256("demo-key") },
                },
            ],
            Carriers = [DemoCarrier("alpha", firstCarrierPort), DemoCarrier("beta", secondCarrierPort)],
            Routes = [new RouteConfiguration { Carriers = ["alpha", "beta"] }],
        };

    private static CarrierConfiguration DemoCarrier(string name, int port) => new()
    {
        Name = name,
        Host = IPAddress.Loopback.ToString(),
        Port = port,
        SystemId = name,
        Password = name,
    };

    private static ReadOnlyMemory<byte> Sha256(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));
}
