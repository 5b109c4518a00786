using System.Text.Json;
using System.Text.Json.Nodes;

namespace EndToEnd.Tests.Harness;

/// <summary>
/// A foreign client or carrier in its own process that tells its events as one JSON object a line and takes commands
/// the same way (folder peers).
/// </summary>
internal sealed class JsonPeer : IDisposable
{
    private readonly ChildProcess _process;
    private readonly List<JsonObject> _events = [];

    private JsonPeer(string name, string file, IEnumerable<string> arguments) =>
        _process = ChildProcess.Start(name, file, arguments, onLine: Keep);

    /// <summary>npm's smpp as a client.</summary>
    public static JsonPeer NpmEsme(int port, string bind = "transceiver", string password = "demo") =>
        new("esme.js", "node", [Repository.Peer("esme.js"), JsonSerializer.Serialize(
            new { port, system_id = "demo", password, bind })]);

    /// <summary>Perl's Net::SMPP as a client that sends one message and takes its receipt.</summary>
    public static JsonPeer PerlEsme(int port, string from, string to, string text) =>
        new("esme.pl", "perl", [Repository.Peer("esme.pl"), port.ToString(), "demo", "demo", from, to, text]);

    /// <summary>npm's smpp as a carrier; behaviours by the system_id that binds.</summary>
    public static JsonPeer NpmSmsc(int port, object? carriers = null) =>
        new("smsc.js", "node", [Repository.Peer("smsc.js"), JsonSerializer.Serialize(
            new { port, carriers = carriers ?? new { } })]);

    /// <summary>All events of that kind so far.</summary>
    public List<JsonObject> Events(string kind)
    {
        lock (_events)
            return _events.Where(e => (string?)e["event"] == kind).ToList();
    }

    /// <summary>The first event of that kind that meets the condition, past or to come.</summary>
    public Task<JsonObject> EventAsync(string kind, Func<JsonObject, bool>? where = null, TimeSpan? within = null) =>
        Until.Found($"event {kind}", () => Events(kind).FirstOrDefault(where ?? (_ => true)), within);

    public Task SendAsync(object command) => _process.WriteLineAsync(JsonSerializer.Serialize(command));

    public string Output() => _process.Output();

    public void Dispose() => _process.Dispose();

    private void Keep(string line)
    {
        if (Read(line) is not { } told)
            return;
        lock (_events)
            _events.Add(told);
    }

    /// <summary>A peer that is being killed may leave half a line.</summary>
    private static JsonObject? Read(string line)
    {
        try
        {
            return JsonNode.Parse(line) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
