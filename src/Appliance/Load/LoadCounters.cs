using System.Runtime.InteropServices;
using Codec;

namespace Appliance.Load;

/// <summary>What a load run counts, on its one thread.</summary>
internal sealed class LoadCounters
{
    private readonly long[] _byState = new long[(int)MessageState.Skipped + 1];
    private readonly Dictionary<uint, long> _byRefusal = [];

    internal long Sent;
    internal long Accepted;
    internal long Refused;

    /// <summary>Sent and never answered: the connection went, or the answer did not come in time.</summary>
    internal long Unanswered;

    /// <summary>First receipts.</summary>
    internal long Receipts;

    internal long Duplicates;
    internal long Foreign;

    /// <summary>Receipts that are not final: ENROUTE, ACCEPTD.</summary>
    internal long Intermediate;

    /// <summary>deliver_sm that are no receipts.</summary>
    internal long MobileOriginated;

    internal long Disconnects;

    /// <summary>From the intended time to the response, since the last progress line.</summary>
    internal LatencyHistogram AcknowledgementNow { get; } = new();

    internal LatencyHistogram EndToEndNow { get; } = new();

    /// <summary>The same since the warm-up.</summary>
    internal LatencyHistogram Acknowledgement { get; } = new();

    internal LatencyHistogram EndToEnd { get; } = new();

    internal void CountReceipt(MessageState state) => _byState[(int)state]++;

    /// <param name="status">command_status or HTTP status.</param>
    internal void CountRefusal(uint status)
    {
        Refused++;
        CollectionsMarshal.GetValueRefOrAddDefault(_byRefusal, status, out _)++;
    }

    internal SortedDictionary<string, long> ByState()
    {
        var states = new SortedDictionary<string, long>(StringComparer.Ordinal);
        for (int i = 0; i < _byState.Length; i++)
        {
            if (_byState[i] > 0) states[((MessageState)i).ToString()] = _byState[i];
        }
        return states;
    }

    internal SortedDictionary<string, long> ByRefusal(Func<uint, string> name)
    {
        var refusals = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var (status, count) in _byRefusal) refusals[name(status)] = count;
        return refusals;
    }

    /// <summary>Moves the second's latencies to the run's.</summary>
    internal void Fold()
    {
        Acknowledgement.Add(AcknowledgementNow);
        EndToEnd.Add(EndToEndNow);
        AcknowledgementNow.Clear();
        EndToEndNow.Clear();
    }
}
