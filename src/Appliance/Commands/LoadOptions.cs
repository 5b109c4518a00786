using System.CommandLine;
using Appliance.Peers.Sending;

namespace Appliance.Commands;

/// <summary>The options that `load smpp` and `load http` share.</summary>
internal sealed class LoadOptions
{
    internal TextOption<double> Rate { get; } = TextOption.Create(
        "--rate", "messages a second, open loop; 0: closed loop, as many as the windows let through", "0", ReadRate);

    internal Option<bool> Poisson { get; } = new("--poisson") { Description = "exponentially distributed gaps" };

    internal TextOption<long> Count { get; } = TextOption.LongNumber(
        "--count", "messages in all; 0: until --duration", 0, 0);

    internal TextOption<long> Duration { get; } = TextOption.Create(
        "--duration", "how long to send; without --count 10s", null, Peers.Spec.Duration.Parse);

    internal TextOption<long> Warmup { get; } = TextOption.Create(
        "--warmup", "sent but not measured, before --duration", "0", Peers.Spec.Duration.Parse);

    internal TextOption<long> Settle { get; } = TextOption.Create(
        "--settle", "a message is lost when no receipt at all has come for so long", "30s",
        Peers.Spec.Duration.Parse);

    internal TextOption<long> ConnectTimeout { get; } = TextOption.Create(
        "--connect-timeout", "all sessions must be there by then", "10s", Peers.Spec.Duration.Parse);

    internal TextOption<long> ResponseTimeout { get; } = TextOption.Create(
        "--response-timeout", "a message is unanswered after that", "60s", Peers.Spec.Duration.Parse);

    internal TextOption<string> From { get; } = TextOption.Create(
        "--from", "source address", "Appliance", text => text);

    internal TextOption<string> To { get; } = TextOption.Create(
        "--to", "destinations: 2637########, 263770000000-263779999999, several with commas", "2637########",
        text => Destinations.Parse(text, spread: true) is null ? "" : text);

    internal Option<bool> InOrder { get; } = new("--in-order")
    {
        Description = "destinations upwards instead of spread over the range",
    };

    internal Option<string?> Body { get; } = new("--body") { Description = "text of every message" };

    internal TextOption<int> BodyLength { get; } = TextOption.Number(
        "--body-length", "characters of the message, if --body is not given", 160, 0, 60_000);

    internal TextOption<ulong> Seed { get; } = TextOption.Create("--seed", "for --poisson", "1", TextOption.Unsigned);

    internal TextOption<long> Track { get; } = TextOption.LongNumber(
        "--track", "messages tracked at once, 16 bytes each; 0: --count, or enough for the rate", 0, 0);

    internal Option<string?> Json { get; } = new("--json") { Description = "file for the result" };

    internal Option<bool> Quiet { get; } = new("--quiet") { Description = "no line a second" };

    private Option[] All =>
    [
        Rate, Poisson, Count, Duration, Warmup, Settle, ConnectTimeout, ResponseTimeout, From, To, InOrder, Body,
        BodyLength, Seed, Track, Json, Quiet,
    ];

    internal void AddTo(Command command)
    {
        foreach (var option in All) command.Options.Add(option);
    }

    internal Destinations ReadDestinations(ParseResult parsed) =>
        Destinations.Parse(To.Read(parsed)!, spread: !parsed.GetValue(InOrder));

    /// <summary>Without a count and a time, ten seconds.</summary>
    internal long ReadDuration(ParseResult parsed)
    {
        long duration = Duration.Read(parsed);
        return duration == 0 && Count.Read(parsed) == 0 ? 10 * Peers.Spec.Duration.Second : duration;
    }

    private static double ReadRate(string text) =>
        double.TryParse(
            text, System.Globalization.NumberStyles.AllowDecimalPoint,
            System.Globalization.CultureInfo.InvariantCulture, out double rate)
            ? rate
            : throw new FormatException($"'{text}' is not a rate: expected messages a second");
}
