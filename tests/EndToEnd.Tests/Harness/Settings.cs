using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace EndToEnd.Tests.Harness;

/// <summary>What the tests write into a configuration file; names become snake_case.</summary>
internal sealed class Settings
{
    private static readonly JsonSerializerOptions SnakeCase = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
    };

    public int Node { get; init; } = 1;

    public string Data { get; set; } = "";

    public Listener Http { get; init; } = new();

    public AdminListener Admin { get; init; } = new();

    public SmppServer Smpp { get; init; } = new();

    public RingShape Ring { get; init; } = new();

    public Limit Limits { get; init; } = new();

    /// <summary>As in the configuration; left out where null.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonObject? Numbers { get; init; }

    /// <summary>As in the configuration; left out where null.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonNode? Policy { get; set; }

    public List<Account> Accounts { get; init; } = [new("demo", new("demo", "demo"), new("demo-key"))];

    public List<Carrier> Carriers { get; init; } = [];

    public List<Route> Routes { get; init; } = [];

    /// <summary>Members as in the configuration, in place of those above.</summary>
    [JsonIgnore]
    public JsonObject More { get; init; } = [];

    public string ToJson()
    {
        var json = JsonSerializer.SerializeToNode(this, SnakeCase)!.AsObject();
        foreach (var (name, value) in More) json[name] = value?.DeepClone();
        return json.ToJsonString(SnakeCase);
    }

    internal sealed class Listener
    {
        public string Listen { get; init; } = $"127.0.0.1:{Ports.Free()}";
    }

    /// <summary>An empty key is left out.</summary>
    internal sealed class AdminListener
    {
        public string Listen { get; init; } = $"127.0.0.1:{Ports.Free()}";

        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public string? Key { get; init; }
    }

    internal sealed class SmppServer
    {
        public string Listen { get; init; } = $"127.0.0.1:{Ports.Free()}";

        public string SystemId { get; init; } = "appliance";

        public double SessionInitTimer { get; init; } = 5;

        public double InactivityTimer { get; init; } = 120;

        public double ResponseTimer { get; init; } = 10;

        public double EnquireLinkTimer { get; init; } = 30;

        public int MaxPduLength { get; init; } = 16384;
    }

    internal sealed record RingShape(int Slots = 16384, string Wait = "blocking");

    internal sealed record Limit(int LiveMessages = 2_000_000)
    {
        public int JournalMemoryMb { get; init; } = 128;

        public int DiskFreeMinMb { get; init; }

        public int DiskFreeOkMb { get; init; }
    }

    internal sealed record Account(string Name, SmppAccount Smpp, HttpAccount Http, int Throughput = 0)
    {
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public string? Country { get; init; }

        /// <summary>As in the configuration; left out where null.</summary>
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public JsonObject? Billing { get; init; }

        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public string? Class { get; init; }

        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public int? MaxPriority { get; init; }

        public string[] Numbers { get; init; } = [];
    }

    internal sealed record SmppAccount(string SystemId, string Password, int MaxBinds = 8, int Window = 100)
    {
        public string Repeats { get; init; } = "none";
    }

    internal sealed record HttpAccount(string Key);

    internal sealed record Carrier(string Name, int Port)
    {
        public string Host { get; init; } = "127.0.0.1";

        public string SystemId { get; init; } = Name;

        public string Password { get; init; } = "secret";

        public string Bind { get; init; } = "transceiver";

        public int Sessions { get; init; } = 2;

        public int Window { get; init; } = 100;

        public int Throughput { get; init; }

        public double EnquireLinkTimer { get; init; } = 30;

        public double ResponseTimer { get; init; } = 60;

        public string IdForm { get; init; } = "auto";

        public string InDoubt { get; init; } = "resend";

        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public Dictionary<string, string>? Errors { get; init; }
    }

    internal sealed record Route(string Prefix, params string[] Carriers);
}
