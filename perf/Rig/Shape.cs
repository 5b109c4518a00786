namespace Rig;

/// <summary>What the appliance under measurement is configured for.</summary>
/// <param name="Accounts">demo, then acct0000 and so on.</param>
/// <param name="Routes">Prefixes: 2637 with four digits more, and one for the rest.</param>
/// <param name="Carriers">Each of them the same simulator.</param>
/// <param name="Sessions">Sessions of each carrier.</param>
/// <param name="Window">Unanswered submit_sm a session.</param>
/// <param name="Ported">Ported numbers, each hundredth of those that messages go to.</param>
public sealed record Shape(int Accounts, int Routes, int Carriers, int Sessions, int Window, int Ported)
{
    public static readonly Shape Plain = new(1, 0, 1, 4, 1000, 0);

    /// <summary>An aggregator's: what every figure of throughput stands on.</summary>
    public static readonly Shape Aggregator = new(1000, 10_000, 20, 4, 100, 1_000_000);

    public int CarrierSessions => Carriers * Sessions;

    internal IEnumerable<object> AccountSections()
    {
        yield return Account("demo", "demo", "demo-key");
        for (var i = 0; i < Accounts - 1; i++) yield return Account($"acct{i:D4}", $"pw{i:D4}", $"key{i:D4}");
    }

    internal IEnumerable<object> CarrierSections(int port)
    {
        for (var i = 0; i < Carriers; i++)
        {
            yield return new
            {
                name = CarrierName(i),
                host = "127.0.0.1",
                port,
                system_id = CarrierName(i),
                password = "alpha",
                sessions = Sessions,
                window = Window,
                registered_delivery = "as_requested",
            };
        }
    }

    internal IEnumerable<object> RouteSections()
    {
        yield return new { prefix = "", carriers = new[] { CarrierName(0) } };
        for (var i = 0; i < Routes; i++)
        {
            string[] carriers = [CarrierName(i % Carriers), CarrierName((i + 1) % Carriers)];
            yield return new { prefix = $"2637{i:D4}", carriers };
        }
    }

    private static string CarrierName(int i) => i == 0 ? "alpha" : $"carrier{i:D2}";

    private static object Account(string name, string password, string key) => new
    {
        name,
        max_live = 10_000_000,
        smpp = new { system_id = name, password, max_binds = 64, window = 2000 },
        http = new { key },
    };
}
