using System.Diagnostics;
using System.Text.Json.Nodes;
using Rig;

namespace Load.Bare;

/// <summary>
/// What this machine does when nothing but the bare means is at work, measured in the same run as the figures: they are
/// judged by their ratio to it, which a noisy or another machine leaves as it is.
/// </summary>
/// <param name="Exchange">Microseconds of CPU for a PDU and its answer over TCP, both ends.</param>
/// <param name="Write">For the records of a message's life, synced by the batch.</param>
/// <param name="Entry">For an entry of the ring.</param>
/// <param name="Requests">HTTP requests a second of a bare endpoint.</param>
internal sealed record Roofline(double Exchange, double Write, double Entry, double Requests)
{
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(3);

    /// <summary>
    /// Microseconds of CPU a message needs at the least: its four exchanges (submit_sm and receipt, in and out), of
    /// which one end each is the gateway's, its four records and its four entries of the ring.
    /// </summary>
    public double Message => (Exchange * 4 / 2) + Write + (Entry * 4);

    public static async Task<Roofline> TakeAsync()
    {
        var exchange = Micros(SocketLoop.Run);
        var write = Micros(StoreLoop.Run);
        var entry = Micros(RingLoop.Run);
        var http = await HttpEndpoint.RunAsync(Time);
        return new Roofline(exchange, write, entry, http["accepted_per_second"]!.GetValue<double>());
    }

    public JsonObject ToJson() => new()
    {
        ["exchange_us"] = Math.Round(Exchange, 3),
        ["write_us"] = Math.Round(Write, 3),
        ["entry_us"] = Math.Round(Entry, 3),
        ["message_us"] = Math.Round(Message, 3),
        ["http_per_second"] = Math.Round(Requests),
    };

    public override string ToString() =>
        $"Bare: a PDU and its answer {Exchange:0.00} us of CPU, a message's records {Write:0.00}, an entry of the ring "
        + $"{Entry:0.000}; a message {Message:0.00}. A bare HTTP endpoint: {Report.Thousands(Requests)} requests/s.";

    private static double Micros(Func<TimeSpan, long> loop)
    {
        loop(TimeSpan.FromSeconds(0.5));
        using var process = Process.GetCurrentProcess();
        var before = process.TotalProcessorTime;
        var done = loop(Time);
        process.Refresh();
        return (process.TotalProcessorTime - before).TotalMicroseconds / done;
    }
}
