using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Appliance.Numbering;
using Xunit;
using Xunit.Abstractions;

namespace Appliance.Tests.Numbering;

/// <summary>
/// The plan against facts from elsewhere: the metadata of another release (../shared/data), and the library itself asked
/// while the test runs. Neither is part of the repository; the agreement is printed.
/// </summary>
public partial class SharedDataTests(ITestOutputHelper output)
{
    private static readonly string Shared = Path.Combine(Plan.Root, "..", "shared", "data");

    [Fact]
    public void Countries_examples_are_numbers_of_their_country()
    {
        if (Missing("numbering/territories.json") is not { } path) return;
        string[] types = ["mobile", "fixed", "tollfree", "premium", "voip", "pager", "shared", "uan"];
        var share = new Share();
        using var document = JsonDocument.Parse(File.ReadAllText(path));
        foreach (var territory in document.RootElement.EnumerateArray())
        {
            var region = territory.GetProperty("region").GetString()!;
            foreach (var type in types)
            {
                if (territory.GetProperty(type) is not { ValueKind: JsonValueKind.Object } known) continue;
                if (known.GetProperty("example").GetString() is not { } example) continue;
                var info = Plan.Find(territory.GetProperty("cc").GetString() + example);
                // Territories that share a country code share numbers too: the example of one is another's as well.
                var right = info.IsValid && $"{info.CallingCode}" == territory.GetProperty("cc").GetString() && IsType(info.Type, type);
                share.Count(right, $"{region} {type} {example}: {info.Country?.Iso} {info.Type.Name()} {info.Fault.Name()}");
            }
        }

        output.WriteLine(share.Report("examples of territories.json"));
        Assert.True(share.Of > 900);
        Assert.InRange(share.Value, 0.98, 1);
    }

    [Fact]
    public void Ranges_are_of_their_type()
    {
        if (Missing("numbering/ranges_slim.csv") is not { } path) return;
        var random = new Random(5);
        var share = new Share();
        foreach (var line in File.ReadLines(path).Skip(1))
        {
            var match = Row().Match(line);
            Assert.True(match.Success, line);
            var lengths = match.Groups[3].Value.Trim('"').Split(',');
            if (!TryRead(lengths[random.Next(lengths.Length)], random, out var length)) continue;
            var number = match.Groups[1].Value + Draw(match.Groups[2].Value, length, random);
            if (number.Length > NumberPlan.MaxDigits) continue;
            var info = Plan.Find(number);
            share.Count(info.IsValid && IsType(info.Type, match.Groups[4].Value), $"{line}: {number} {info.Type.Name()} {info.Fault.Name()}");
        }

        output.WriteLine(share.Report("random numbers of ranges_slim.csv"));
        Assert.True(share.Of > 60_000);
        Assert.InRange(share.Value, 0.97, 1);
    }

    [Fact]
    public void Ranges_are_of_their_first_holder()
    {
        if (Missing("carrier") is not { } folder) return;
        var share = new Share();
        foreach (var file in Directory.EnumerateFiles(folder, "*.txt").Order())
        {
            foreach (var line in File.ReadLines(file))
            {
                if (line.Split('|') is not [var prefix, var name] || prefix.StartsWith('#')) continue;
                // Enough digits to be below every longer prefix would be a guess; the prefix itself and zeros will do.
                var number = prefix.PadRight(NumberPlan.MaxDigits, '0');
                var found = Plan.Default.FirstHolder(Encoding.ASCII.GetBytes(number))?.Name;
                share.Count(found == name.Trim(), $"{prefix}: {found}, there {name}");
            }
        }

        output.WriteLine(share.Report("prefixes of the carriers' files"));
        Assert.True(share.Of > 25_000);
        Assert.InRange(share.Value, 0.9, 1);
    }

    [Fact]
    public async Task Numbers_in_all_forms_are_read_as_the_library_reads_them()
    {
        var folder = Path.Combine(Plan.Root, "build/plan");
        if (!Directory.Exists(Path.Combine(folder, "node_modules")))
        {
            output.WriteLine("skipped: build/plan/node_modules is not there (make test-tools)");
            return;
        }

        var share = new Share();
        foreach (var line in await VectorsAsync(folder, "40", "20261121"))
        {
            var parts = line.Split('\t');
            var (digits, info) = Plan.Read(parts[0], parts[1]);
            var ours = info.IsValid && info.Type != NumberType.ShortCode ? $"{digits} {info.Country?.Iso} {info.Type.Name()}" : "";
            var theirs = parts[2].Length == 0 ? "" : $"{parts[2]} {parts[3]} {parts[4]}";
            // 00 is an international prefix everywhere here, in the library only where it is dialled.
            if (theirs.Length == 0 && parts[0].StartsWith("00", StringComparison.Ordinal)) continue;
            share.Count(ours == theirs, $"\"{parts[0]}\" in {parts[1]}: {ours}; the library: {theirs}");
        }

        output.WriteLine(share.Report("forms of numbers"));
        Assert.True(share.Of > 40_000);
        Assert.InRange(share.Value, 0.97, 1);
    }

    private static async Task<string[]> VectorsAsync(string folder, params string[] arguments)
    {
        using var node = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("node", ["vectors.js", .. arguments])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
        })!;
        var text = await node.StandardOutput.ReadToEndAsync();
        await node.WaitForExitAsync();
        Assert.Equal(0, node.ExitCode);
        return text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static bool IsType(NumberType type, string name) => name.ToUpperInvariant() switch
    {
        "MOBILE" => type.CanBeMobile(),
        "FIXED" or "FIXED_LINE" => type is NumberType.Fixed or NumberType.FixedOrMobile,
        "FIXED_LINE_OR_MOBILE" => type is NumberType.Fixed || type.CanBeMobile(),
        "TOLLFREE" or "TOLL_FREE" => type == NumberType.TollFree,
        "PREMIUM" or "PREMIUM_RATE" => type == NumberType.Premium,
        "SHARED" or "SHARED_COST" => type == NumberType.SharedCost,
        "PERSONAL_NUMBER" => type == NumberType.Personal,
        _ => type.Name().Equals(name, StringComparison.OrdinalIgnoreCase),
    };

    /// <summary>"9" or "7-9".</summary>
    private static bool TryRead(string lengths, Random random, out int length)
    {
        var ends = lengths.Trim('[', ']').Split('-');
        length = 0;
        if (!int.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out var from)) return false;
        var to = int.Parse(ends[^1], CultureInfo.InvariantCulture);
        length = random.Next(from, to + 1);
        return true;
    }

    /// <summary>A number that begins as the pattern says: digits, x for any, [0-35] for a set.</summary>
    private static string Draw(string pattern, int length, Random random)
    {
        var number = new StringBuilder();
        foreach (Match part in Part().Matches(pattern))
        {
            var set = part.Value is "x" ? "0123456789" : Span().Replace(part.Value.Trim('[', ']'),
                range => string.Concat(Enumerable.Range(range.Value[0], range.Value[2] - range.Value[0] + 1).Select(c => (char)c)));
            number.Append(set[random.Next(set.Length)]);
        }

        while (number.Length < length) number.Append(random.Next(10));
        return number.ToString();
    }

    private string? Missing(string name)
    {
        var path = Path.Combine(Shared, name);
        if (Path.Exists(path)) return path;
        output.WriteLine($"skipped: ../shared/data/{name} is not there");
        return null;
    }

    [GeneratedRegex(@"^(\d+),([\dx\[\]-]*),(""[^""]*""|[^,]*),(\w*),")]
    private static partial Regex Row();

    [GeneratedRegex(@"\[[^\]]*\]|x|\d")]
    private static partial Regex Part();

    [GeneratedRegex(@"\d-\d")]
    private static partial Regex Span();

    private sealed class Share
    {
        private readonly List<string> _others = [];
        private int _agreed;

        internal int Of { get; private set; }

        internal double Value => (double)_agreed / Of;

        internal void Count(bool agrees, string other)
        {
            Of++;
            if (agrees) _agreed++;
            else _others.Add(other);
        }

        internal string Report(string what) => string.Create(CultureInfo.InvariantCulture,
            $"{what}: {_agreed} of {Of} agree ({Value:P3}); the first that do not:\n{string.Join('\n', _others.Take(25))}");
    }
}
