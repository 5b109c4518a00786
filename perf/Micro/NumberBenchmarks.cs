using System.Text;
using Appliance.Numbering;
using BenchmarkDotNet.Attributes;

namespace Micro;

/// <summary>
/// Reading a number and finding what it is, over 4,096 numbers of all countries in random order, so that the plan comes
/// from the caches it would come from under traffic and no branch is learnt by heart. Each operation is one number.
/// </summary>
[MemoryDiagnoser]
public class NumberBenchmarks
{
    private const int Count = 4096;

    private readonly NumberPlan _plan = NumberPlan.Shipped;
    private readonly byte[] _digits = new byte[NumberPlan.MaxDigits];
    private byte[][] _international = [];
    private byte[][] _written = [];
    private byte[][] _national = [];
    private Country? _germany;

    /// <summary>International digits, as SMPP brings them: parse and look-up.</summary>
    [Benchmark(OperationsPerInvoke = Count)]
    public int NumberInternational() => Read(_international, NumberForm.International, null);

    /// <summary>+44 7400-123456.</summary>
    [Benchmark(OperationsPerInvoke = Count)]
    public int NumberWritten() => Read(_written, NumberForm.Any, null);

    /// <summary>0171 1234567 in Germany.</summary>
    [Benchmark(OperationsPerInvoke = Count)]
    public int NumberNational() => Read(_national, NumberForm.Any, _germany);

    /// <summary>The look-up alone.</summary>
    [Benchmark(OperationsPerInvoke = Count)]
    public int NumberFind()
    {
        var valid = 0;
        foreach (var digits in _international) valid += _plan.Find(digits).IsValid ? 1 : 0;
        return valid;
    }

    [GlobalSetup]
    public void Prepare()
    {
        var random = new Random(1);
        string[] mobiles = ["447400", "491711", "336123", "393331", "346123", "551198765", "919812", "861391234", "120255", "7903123", "2348031", "62812345"];
        int[] lengths = [12, 12, 11, 12, 11, 13, 12, 13, 11, 11, 13, 13];
        string[] numbers = [.. Enumerable.Range(0, Count).Select(i => Draw(mobiles[i % mobiles.Length], lengths[i % mobiles.Length]))];
        random.Shuffle(numbers);
        _international = [.. numbers.Select(Encoding.ASCII.GetBytes)];
        _written = [.. numbers.Select(number => Encoding.ASCII.GetBytes($"+{number[..2]} {number[2..6]}-{number[6..]}"))];
        _national = [.. Enumerable.Range(0, Count).Select(_ => Encoding.ASCII.GetBytes(Draw("0171 ", 12)))];
        _germany = _plan.CountryOf("DE");
        foreach (var valid in new[] { NumberInternational(), NumberWritten(), NumberNational(), NumberFind() })
        {
            // A few of the random numbers are in ranges that are not assigned.
            if (valid < Count * 9 / 10) throw new InvalidOperationException($"{valid} of {Count} are valid");
        }

        string Draw(string start, int length)
        {
            var text = new StringBuilder(start);
            while (text.Length < length) text.Append(random.Next(10));
            return text.ToString();
        }
    }

    private int Read(byte[][] texts, NumberForm form, Country? home)
    {
        var valid = 0;
        foreach (var text in texts) valid += _plan.TryNormalise(text, form, home, _digits, out _) ? 1 : 0;
        return valid;
    }
}
