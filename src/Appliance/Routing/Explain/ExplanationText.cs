using System.Globalization;
using Appliance.Money;

namespace Appliance.Routing.Explain;

/// <summary>An explanation for people.</summary>
public static class ExplanationText
{
    public static void Write(RouteExplanation explanation, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(explanation);
        ArgumentNullException.ThrowIfNull(output);
        WriteNumber(explanation, output);
        WriteSteps("before", explanation.Before, output);
        if (explanation.Number.Digits.Length > 0) WriteRoutes(explanation, output);
        if (explanation.Rule is { } rule)
        {
            WritePrice(explanation, output);
            WriteCarriers(explanation, rule, output);
        }

        WriteSteps("then", explanation.Within, output);
        output.WriteLine("result   " + Result(explanation));
    }

    private static void WriteNumber(RouteExplanation explanation, TextWriter output)
    {
        var number = explanation.Number;
        var lookup = number.Lookup;
        output.WriteLine(!lookup.Valid
            ? $"number   {explanation.Request.Number}: {lookup.Reason}"
                + (number.Digits.Length > 0 ? $"; messages go to {number.Digits} as it stands" : "")
            : $"number   {explanation.Request.Number} is {lookup.Number}, {lookup.NumberType}, "
                + (lookup.Country ?? "no country"));
        if (number.Digits.Length > 0)
            output.WriteLine(number.Network == 0 || lookup.Mcc is null
                ? "network  not known"
                : $"network  {lookup.Mcc}{lookup.Mnc} {lookup.Carrier}, known from {lookup.Source}"
                    + (lookup.Ported ? ", ported" : ""));
        if (number.Hlr is { } hlr) output.WriteLine("hlr      " + hlr);
    }

    private static void WriteSteps(string heading, IReadOnlyList<ExplainStep> steps, TextWriter output)
    {
        if (steps.Count == 0) return;
        output.WriteLine(heading);
        var rows = steps.Select(step =>
            (string[])[step.IsRefusal ? "!" : " ", step.Name, step.Word, step.Rule, step.Numbers]);
        Table(output, ["", "step", "verdict", "rule", "numbers"], rows);
    }

    private static void WriteRoutes(RouteExplanation explanation, TextWriter output)
    {
        var others = explanation.RouteCount - explanation.Routes.Count;
        output.WriteLine($"routes   {explanation.Routes.Count} of {explanation.RouteCount}"
            + (others > 0 ? $"; {others} are for other destinations, or further behind" : ""));
        var rows = explanation.Routes.Select(route => (string[])
        [
            route.Name == explanation.Rule?.Name ? "*" : "",
            route.Name,
            route.Order.ToString(CultureInfo.InvariantCulture),
            Verdict(explanation, route),
            route.Conditions,
        ]);
        Table(output, ["", "route", "order", "holds", "conditions"], rows);
    }

    private static string Verdict(RouteExplanation explanation, ConsideredRoute route) =>
        route.Fault != RouteFault.None ? $"no: another {route.Fault.ToString().ToLowerInvariant()}"
        : route.Name == explanation.Rule?.Name ? "yes"
        : "yes, behind it";

    private static void WritePrice(RouteExplanation explanation, TextWriter output)
    {
        var quote = explanation.Quote;
        output.WriteLine(!quote.IsPriced
            ? "price    none"
            : $"price    {Micros.Format(quote.Price)} {explanation.Currency} a segment, "
                + $"{Micros.Format(quote.Amount)} for {explanation.Request.Segments}");
    }

    private static void WriteCarriers(RouteExplanation explanation, RouteRule rule, TextWriter output)
    {
        var weights = rule.Configured.Weights;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"choice   {Operate.RouteReader.NameOf(rule.Choice)}; score = (cost x {weights.Cost} + delivery x "
            + $"{weights.Delivery} + latency x {weights.Latency} + load x {weights.Load}) / {weights.Sum:0.####}"));
        var rows = explanation.Carriers.Select(carrier => (string[])
        [
            carrier.IsChosen ? "*" : "",
            carrier.Name,
            carrier.IsTooDear ? "too dear" : Name(carrier.Score.Standing),
            carrier.Score.Cost == RateCard.None ? "-" : Micros.Format(carrier.Score.Cost),
            Share(carrier.Score.Rate),
            Share(carrier.Score.Seconds),
            Share(carrier.Score.Health),
            Share(carrier.Score.CostTerm),
            Share(carrier.Score.DeliveryTerm),
            Share(carrier.Score.LatencyTerm),
            Share(carrier.Score.LoadTerm),
            carrier.Score.Total.ToString("0.0000", CultureInfo.InvariantCulture),
        ]);
        Table(output,
            [
                "", "carrier", "standing", "price", "rate", "seconds", "health", "cost", "delivery", "latency", "load",
                "score",
            ],
            rows);
    }

    /// <summary>What becomes of the message, in a line.</summary>
    public static string Result(RouteExplanation explanation)
    {
        if (explanation.Refusal is { } refusal) return "refused: " + refusal;
        var pick = explanation.Pick;
        var name = explanation.Carriers[pick.Place].Name;
        var later = explanation.Before.FirstOrDefault(step => step.Verdict == StepVerdict.Waits);
        var waits = pick.Standing is CarrierStanding.Down or CarrierStanding.Full or CarrierStanding.Unhealthy
            ? $"; it is {Name(pick.Standing)} as all others are or worse"
            : "";
        return $"{name}: {Name(pick.Reason)}{waits}{(later is null ? "" : "; it waits, " + later)}";
    }

    private static string Name(PickReason reason) => reason switch
    {
        PickReason.First => "the first in order",
        PickReason.BestScore => "the best score",
        PickReason.LeastCost => "the least cost",
        PickReason.Split => "drawn by weight",
        PickReason.Sticky => "drawn for the number",
        PickReason.Kept => "the last message to the number took it",
        PickReason.Canary => "drawn for the canary",
        PickReason.Explored => "drawn to explore",
        _ => "none",
    };

    /// <summary>A standing in words.</summary>
    public static string Name(CarrierStanding standing) => standing switch
    {
        CarrierStanding.Usable => "usable",
        CarrierStanding.Full => "full",
        CarrierStanding.HeldBack => "held back",
        CarrierStanding.Aside => "canary",
        CarrierStanding.Unhealthy => "unhealthy",
        CarrierStanding.RolledBack => "rolled back",
        CarrierStanding.Down => "down",
        _ => "refused",
    };

    private static string Share(float number) => number.ToString("0.00", CultureInfo.InvariantCulture);

    private static void Table(TextWriter output, string[] heading, IEnumerable<string[]> rows)
    {
        string[][] all = [heading, .. rows];
        var widths = heading.Select((_, i) => all.Max(row => row[i].Length)).ToArray();
        foreach (var row in all)
            output.WriteLine(string.Join("  ", row.Select((cell, i) => cell.PadRight(widths[i]))).TrimEnd());
    }
}
