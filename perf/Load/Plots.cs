using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Load.Bare;
using Rig;

namespace Load;

/// <summary>The table as pictures (SVG) under perf/results.</summary>
internal static class Plots
{
    private const int Width = 860;
    private const int Left = 300;
    private const int Line = 30;
    private static readonly string[] Colours = ["#1f5f8b", "#e08e45", "#5b8c5a", "#8d6a9f", "#9aa0a6", "#c8553d"];
    private static readonly (string Field, string Name)[] Percentiles =
        [("p50_ms", "p50"), ("p99_ms", "p99"), ("p999_ms", "p99.9")];

    public static void Draw(Roofline bare, JsonArray rows)
    {
        var all = rows.Select(row => row!).ToList();
        Save("throughput", Bars("Messages a second", all, row => [("", Value(row["per_second"]))], Report.Thousands));
        Save("latency", Bars("Acknowledgement, ms (logarithmic)", all.FindAll(row => row["load"]!["acknowledgement"] is not null),
            row => [.. Percentiles.Select(one => (one.Name, Value(row["load"]!["acknowledgement"]![one.Field])))],
            value => value.ToString("0.0", CultureInfo.InvariantCulture), logarithmic: true));
        Save("cost", Stacks($"Microseconds of CPU a message, appliance alone (bare machine: {bare.Message:0.0})", all));
    }

    /// <summary>A group of bars for each row.</summary>
    private static string Bars(string title, List<JsonNode> rows, Func<JsonNode, (string Name, double Value)[]> values,
        Func<double, string> text, bool logarithmic = false)
    {
        var most = rows.SelectMany(values).Max(one => one.Value);
        var least = rows.SelectMany(values).Where(one => one.Value > 0).Min(one => one.Value) / 2;
        double Length(double value) => value <= 0 ? 0 : (Width - Left - 110)
            * (logarithmic ? Math.Log(value / least) / Math.Log(most / least) : value / most);
        var picture = new StringBuilder();
        var y = 50;
        foreach (var row in rows)
        {
            var bars = values(row);
            var height = Line * Math.Max(1, bars.Length * 2 / 3) / bars.Length;
            Label(picture, 10, y + (height * bars.Length / 2) + 4, Name(row));
            for (var i = 0; i < bars.Length; i++, y += height)
            {
                Bar(picture, Left, y, Length(bars[i].Value), height - 2, Colours[i]);
                Label(picture, Left + Length(bars[i].Value) + 6, y + height - 5, $"{bars[i].Name} {text(bars[i].Value)}".Trim());
            }

            y += 10;
        }

        return Frame(title, picture, y);
    }

    /// <summary>A bar for each row, in pieces by stage.</summary>
    private static string Stacks(string title, List<JsonNode> rows)
    {
        var stages = rows.SelectMany(row => row["cpu_us_by_stage"]!.AsObject().Select(one => one.Key)).Distinct().ToList();
        var most = rows.Max(row => Value(row["cpu_us_per_message"]));
        var picture = new StringBuilder();
        var y = 50;
        for (var i = 0; i < stages.Count; i++)
        {
            Bar(picture, 10 + (i * 165), y - 10, 12, 12, Colours[i % Colours.Length]);
            Label(picture, 26 + (i * 165), y, stages[i]);
        }

        foreach (var row in rows)
        {
            y += Line;
            Label(picture, 10, y + 4, Name(row));
            double x = Left;
            for (var i = 0; i < stages.Count; i++)
            {
                var length = Value(row["cpu_us_by_stage"]![stages[i]]) / most * (Width - Left - 110);
                Bar(picture, x, y - 10, length, Line - 8, Colours[i % Colours.Length]);
                x += length;
            }

            Label(picture, x + 6, y + 4, Value(row["cpu_us_per_message"]).ToString("0.0", CultureInfo.InvariantCulture));
        }

        return Frame(title, picture, y + Line);
    }

    private static string Frame(string title, StringBuilder picture, int height) =>
        $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {height}\" font-family=\"sans-serif\" font-size=\"13\">\n"
        + $"<rect width=\"{Width}\" height=\"{height}\" fill=\"white\"/>\n"
        + $"<text x=\"10\" y=\"24\" font-size=\"16\">{title}</text>\n{picture}</svg>\n";

    private static void Bar(StringBuilder picture, double x, double y, double width, double height, string colour) =>
        picture.AppendLine(CultureInfo.InvariantCulture,
            $"<rect x=\"{x:0.0}\" y=\"{y:0.0}\" width=\"{Math.Max(0, width):0.0}\" height=\"{height:0.0}\" fill=\"{colour}\"/>");

    private static void Label(StringBuilder picture, double x, double y, string text) =>
        picture.AppendLine(CultureInfo.InvariantCulture, $"<text x=\"{x:0.0}\" y=\"{y:0.0}\">{text}</text>");

    private static string Name(JsonNode row) => row["scenario"]!.GetValue<string>();

    private static double Value(JsonNode? number) => number is null ? 0 : number.GetValue<double>();

    private static void Save(string name, string picture) =>
        File.WriteAllText(Path.Combine(Place.Results, $"{name}.svg"), picture);
}
