using System.CommandLine;
using Appliance.Load;
using Appliance.Load.Http;
using Appliance.Peers.Sending;
using Appliance.Peers.Spec;

namespace Appliance.Commands;

/// <summary>appliance load http.</summary>
internal static class LoadHttpCommand
{
    internal static Command Create()
    {
        var shared = new LoadOptions();
        var server = TextOption.Create("--server", "HTTP server", "127.0.0.1:8080", TextOption.Address);
        var key = TextOption.Create(
            "--key", "bearer key; # are the account's number: key-####", "demo-key", Pattern.Parse);
        var accounts = TextOption.Number("--accounts", "keys to use, spread over the connections", 1, 1, 1_000_000);
        var connections = TextOption.Number(
            "--connections", "keep-alive connections, a request at a time on each", 16, 1, 100_000);
        var path = TextOption.Create("--path", "where to POST to", "/api/v1/messages", Path);
        var batch = TextOption.Number(
            "--batch", "messages a request; above 1 as a list under \"messages\"", 1, 1, 1000);
        var template = TextOption.Create(
            "--url-template",
            "GET this with {to} (or %d) replaced instead: /cgi-bin/sendsms?username=u&to={to}&text=hi", null, Template);
        var command = new Command("http", "POST of messages, or GET of a foreign API, on keep-alive connections.")
        {
            server, key, accounts, connections, path, batch, template,
        };
        shared.AddTo(command);
        command.SetAction((parsed, cancellation) =>
        {
            var address = server.Read(parsed)!;
            var keys = key.Read(parsed)!;
            var plan = new HttpLoadPlan
            {
                Server = address,
                Host = address.ToString(),
                Keys = [.. Enumerable.Range(0, accounts.Read(parsed)).Select(account => keys.Name(account))],
                Connections = connections.Read(parsed),
                Path = path.Read(parsed)!,
                Batch = template.Read(parsed) is null ? batch.Read(parsed) : 1,
                UrlTemplate = template.Read(parsed),
                Rate = shared.Rate.Read(parsed),
                Poisson = parsed.GetValue(shared.Poisson),
                Seed = shared.Seed.Read(parsed),
                Count = shared.Count.Read(parsed),
                DurationNs = shared.ReadDuration(parsed),
                WarmupNs = shared.Warmup.Read(parsed),
                SettleNs = shared.Settle.Read(parsed),
                ConnectTimeoutNs = shared.ConnectTimeout.Read(parsed),
                ResponseTimeoutNs = shared.ResponseTimeout.Read(parsed),
                Destinations = shared.ReadDestinations(parsed),
                Quiet = parsed.GetValue(shared.Quiet),
                Message = new MessageShape
                {
                    Source = shared.From.Read(parsed)!,
                    Body = parsed.GetValue(shared.Body),
                    Length = shared.BodyLength.Read(parsed),
                },
            };
            return LoadCommand.RunAsync(
                () => new HttpLoad(plan, Console.Out), parsed.GetValue(shared.Json), cancellation);
        });
        return command;
    }

    private static string Path(string text) =>
        text.StartsWith('/') && !text.Any(c => c <= ' ')
            ? text
            : throw new FormatException($"'{text}': expected a path that opens with / and has no blanks");

    private static string Template(string text)
    {
        Path(text);
        if (text.Contains("{to}", StringComparison.Ordinal)) return text;
        int at = text.IndexOf("%d", StringComparison.Ordinal);
        return at >= 0
            ? string.Concat(text.AsSpan(0, at), "{to}", text.AsSpan(at + 2))
            : throw new FormatException($"'{text}': expected {{to}} or %d where the destination goes");
    }
}
