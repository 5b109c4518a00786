using System.Diagnostics;

namespace Fuzz;

/// <summary>What a run did.</summary>
/// <param name="Count">Mutated PDUs.</param>
/// <param name="Ways">How many different things they made the codec do.</param>
/// <param name="Elapsed">How long it took.</param>
/// <param name="Failure">Why it stopped early, with the input; null if nothing failed.</param>
public sealed record FuzzReport(long Count, int Ways, TimeSpan Elapsed, string? Failure);

/// <summary>
/// Mutates the corpus and checks every result. An input that shows something new joins the corpus of the run;
/// the kept corpus (corpus.txt, a hexadecimal PDU a line) is where each run starts.
/// </summary>
public sealed class Fuzzer
{
    private const int MaxCorpus = 20_000;

    /// <summary>One input of so many is also checked to allocate nothing.</summary>
    private const int AllocationSample = 64;

    private readonly List<byte[]> _corpus = [];
    private readonly HashSet<ulong> _ways = [];
    private readonly Oracle _oracle = new();
    private readonly Mutator _mutator;
    private readonly byte[] _buffer = new byte[Mutator.MaxLength + 64];

    /// <summary>A fuzzer whose run is decided by the seed.</summary>
    public Fuzzer(ulong seed)
    {
        _mutator = new Mutator(seed * 0x9E3779B97F4A7C15);
        var samples = new SamplePdus((int)seed);
        byte[] buffer = new byte[SamplePdus.MaxLength];
        foreach (var command in SamplePdus.Commands)
        {
            for (int i = 0; i < 8; i++)
            {
                Keep(buffer.AsSpan(0, samples.Next(command, buffer)));
            }
        }
    }

    /// <summary>The inputs that took new ways.</summary>
    public IReadOnlyList<byte[]> Corpus => _corpus;

    /// <summary>Starts from these too.</summary>
    public void Load(IEnumerable<string> lines)
    {
        foreach (string line in lines.Where(l => l.Length > 0 && l[0] != '#'))
        {
            Keep(Convert.FromHexString(line));
        }
    }

    /// <summary>Runs until so many inputs were checked or the time is over.</summary>
    public FuzzReport Run(long count, TimeSpan time)
    {
        var watch = Stopwatch.StartNew();
        long done = 0;
        for (; done < count; done++)
        {
            if ((done & 0xFFF) == 0 && watch.Elapsed > time)
            {
                break;
            }

            var input = Next();
            try
            {
                Try(input, done % AllocationSample == 0);
            }
            catch (Exception failure)
            {
                string text = $"{Convert.ToHexStringLower(input)}: {failure}";
                return new FuzzReport(done, _ways.Count, watch.Elapsed, text);
            }
        }

        return new FuzzReport(done, _ways.Count, watch.Elapsed, null);
    }

    private ReadOnlySpan<byte> Next()
    {
        var pdu = _corpus[_mutator.Next(_corpus.Count)];
        var other = _corpus[_mutator.Next(_corpus.Count)];
        return _buffer.AsSpan(0, _mutator.Mutate(pdu, other, _buffer));
    }

    private void Try(ReadOnlySpan<byte> input, bool measure)
    {
        long before = measure ? GC.GetAllocatedBytesForCurrentThread() : 0;
        _oracle.Check(input);
        if (measure && GC.GetAllocatedBytesForCurrentThread() != before)
        {
            throw new InvalidOperationException("the codec allocated");
        }

        if (IsNew() && _corpus.Count < MaxCorpus)
        {
            _corpus.Add(input.ToArray());
        }
    }

    private bool IsNew()
    {
        int before = _ways.Count;
        foreach (ulong feature in _oracle.Features)
        {
            _ways.Add(feature);
        }

        return _ways.Count > before;
    }

    private void Keep(ReadOnlySpan<byte> pdu)
    {
        _oracle.Check(pdu);
        IsNew();
        _corpus.Add(pdu.ToArray());
    }
}
