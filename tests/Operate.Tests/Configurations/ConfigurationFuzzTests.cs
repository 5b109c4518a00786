using System.Text;
using Appliance.Operate;

namespace Operate.Tests.Configurations;

/// <summary>Damaged files give errors, never exceptions.</summary>
public class ConfigurationFuzzTests
{
    private static readonly string[] Pieces =
        ["null", "[]", "{}", "\"\"", "-1", "1e400", "\"\\ud800\"", "true", ",", ":", "{", "}", "[", "]", "/*", "\""];

    [Fact]
    public void A_mutated_example_never_throws()
    {
        var example = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "appliance.json"));
        var random = new Random(20260);
        var refused = 0;
        for (var round = 0; round < 3000; round++)
        {
            var bytes = example.ToList();
            for (var change = random.Next(1, 5); change > 0; change--)
                Mutate(bytes, random);
            var result = Configuration.Parse(bytes.ToArray(), "file");
            Assert.Equal(result.Errors.Count == 0, result.Configuration is not null);
            refused += result.Errors.Count > 0 ? 1 : 0;
        }

        Assert.InRange(refused, 1000, 2999);
    }

    private static void Mutate(List<byte> bytes, Random random)
    {
        var at = random.Next(bytes.Count);
        switch (random.Next(4))
        {
            case 0:
                bytes[at] = (byte)random.Next(256);
                break;
            case 1:
                bytes.RemoveRange(at, Math.Min(random.Next(1, 40), bytes.Count - at));
                break;
            case 2:
                bytes.InsertRange(at, Encoding.UTF8.GetBytes(Pieces[random.Next(Pieces.Length)]));
                break;
            default:
                bytes.InsertRange(at, bytes.GetRange(random.Next(bytes.Count / 2), random.Next(bytes.Count / 2)));
                break;
        }
    }
}
