using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Appliance.Decide;
using Appliance.Money;
using Appliance.Operate.Http;
using Appliance.Operate.Storage;
using Appliance.Records;
using Appliance.Routing;

namespace Appliance;

/// <summary>
/// Reads stored messages and asks two tables about them, a bite after the other and no faster than asked for. Between
/// bites it holds nothing of the store, so that no file is kept by it that retention lets go.
/// </summary>
internal sealed class PipelineReplayRun
{
    private const int MostRows = 100;

    /// <summary>A bite is a twentieth of a second's messages, and ends with its time.</summary>
    private const int BitesASecond = 20;

    /// <summary>Records that a bite looks at whatever its time.</summary>
    private const int LeastBite = 1000;

    private static readonly TimeSpan LongestBite = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LinePause = TimeSpan.FromSeconds(1);

    private readonly Store.Journal _journal;
    private readonly RouteReplay _replay;
    private readonly string _currency;
    private readonly long _since;
    private readonly int _rate;
    private ulong _first;
    private readonly ulong _end;
    private ulong _next;
    private bool _isDone;

    /// <param name="current">What is in force.</param>
    /// <param name="since">Messages accepted from then on, milliseconds since 1970, until now.</param>
    /// <param name="rate">Messages a second.</param>
    public PipelineReplayRun(
        Store.Journal journal, RoutingTables current, RoutingTables candidate, long since, int rate)
    {
        // One that the candidate adds counts like the others.
        var carriers = new HashSet<ushort>();
        foreach (var rule in current.Routes.Rules.Concat(candidate.Routes.Rules))
            foreach (var carrier in rule.Carriers) carriers.Add(carrier.Id);
        _journal = journal;
        _replay = new RouteReplay(current, candidate, carriers);
        _currency = candidate.Money.Currency;
        (_since, _rate) = (since, rate);
        // What comes from now on is not waited for, or traffic could keep it from its end.
        _end = journal.NextPosition;
        _first = _next = Retention.FirstSince(journal, since);
    }

    /// <summary>How far it is.</summary>
    public ReplayLine Line => new(Share, _replay.Messages, _replay.Changed);

    public ReplayResult Result
    {
        get
        {
            var known = _replay.Costs.Before != 0 || _replay.Costs.After != 0;
            return new ReplayResult(_replay.Messages, _replay.Changed, _currency,
                known ? Micros.Format(_replay.Costs.Before) : null, known ? Micros.Format(_replay.Costs.After) : null,
                [.. _replay.Rows.Take(MostRows)]);
        }
    }

    private double Share =>
        _isDone || _end <= _first ? 1 : Math.Round(Math.Min(1, (_next - _first) / (double)(_end - _first)), 4);

    /// <summary>Reads to the end.</summary>
    /// <param name="tell">Called about once a second.</param>
    /// <exception cref="OperationCanceledException">Nobody waits for it any more.</exception>
    /// <exception cref="Store.StoreException">A record cannot be read.</exception>
    public async Task RunAsync(Func<ReplayLine, Task> tell, CancellationToken stop)
    {
        var time = Stopwatch.StartNew();
        var told = TimeSpan.Zero;
        while (!_isDone)
        {
            stop.ThrowIfCancellationRequested();
            Bite(stop);
            if (time.Elapsed - told >= LinePause)
            {
                told = time.Elapsed;
                await tell(Line).ConfigureAwait(false);
            }

            var ahead = TimeSpan.FromSeconds(_replay.Messages / (double)_rate) - time.Elapsed;
            if (ahead > LinePause) ahead = LinePause;
            if (!_isDone && ahead > TimeSpan.Zero) await Task.Delay(ahead, stop).ConfigureAwait(false);
            else await Task.Yield();
        }
    }

    private void Bite(CancellationToken stop)
    {
        var until = _replay.Messages + Math.Max(1, _rate / BitesASecond);
        using var scanner = _journal.Scan(_next);
        // The first record takes the disk's seek and what it reads ahead, which should be of use.
        var begun = 0L;
        for (var read = 0; _replay.Messages < until && !stop.IsCancellationRequested; read++)
        {
            if (read == 1) begun = Stopwatch.GetTimestamp();
            if (read > LeastBite && Stopwatch.GetElapsedTime(begun) >= LongestBite) return;
            if (!scanner.MoveNext() || scanner.Position >= _end)
            {
                _isDone = true;
                return;
            }

            if (_first == Store.Position.None) _first = scanner.Position;
            Add(scanner.Position, scanner.Record);
            _next = scanner.Position + 1;
        }
    }

    private void Add(ulong position, ReadOnlySpan<byte> record)
    {
        if (record.Length < Unsafe.SizeOf<Accepted>() || (RecordKind)record[0] != RecordKind.Accepted) return;
        var accepted = MemoryMarshal.Read<Accepted>(record);
        if (accepted.At < _since || (accepted.Flags & AcceptedFlags.Erased) != 0) return;
        var query = CarrierChoice.QueryOf(in accepted, Bodies.Of(record),
            (accepted.Flags & AcceptedFlags.Part) != 0 ? accepted.Message : position);
        _replay.Add(in query);
    }
}
