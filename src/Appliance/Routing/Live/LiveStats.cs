namespace Appliance.Routing.Live;

/// <summary>What live measurements are told.</summary>
public sealed record LiveStatsOptions
{
    /// <summary>Milliseconds after which an outcome counts half.</summary>
    public long HalfLife { get; init; } = 10 * 60_000;

    /// <summary>Milliseconds after which a message without a receipt counts as failed.</summary>
    public long Late { get; init; } = 30 * 60_000;

    /// <summary>Pairs of carrier and network at the most, 80 octets each.</summary>
    public int Pairs { get; init; } = 65_536;

    public HealthOptions Health { get; init; } = new();
}

/// <summary>
/// What carriers have done lately: delivery rate and latency by (carrier, network), and each one's health. All from the
/// decide thread; the same events give the same numbers.
/// </summary>
/// <remarks>
/// A pair of which little is known is taken to be as its carrier is, and a carrier of which little is known as carriers
/// usually are: as if <see cref="PriorOutcomes"/> messages had gone so.
/// </remarks>
public sealed class LiveStats(LiveStatsOptions options)
{
    public const float PriorOutcomes = 20;
    public const float UsualRate = 0.9f;
    public const float UsualSeconds = 5;

    private readonly StatsClock _clock = new(options.HalfLife, options.Late);
    private readonly PairTable _pairs = new(options.Pairs);
    private CarrierStats?[] _carriers = new CarrierStats?[64];

    private sealed class CarrierStats(HealthOptions options)
    {
        public readonly CarrierHealth Health = new(options);
        public ReceiptTally Tally;
    }

    public int Pairs => _pairs.Count;

    /// <summary>Pairs that were forgotten for others.</summary>
    public long Evicted => _pairs.Evicted;

    /// <summary>A carrier's health; it is made on first use.</summary>
    public CarrierHealth Health(ushort carrier) => Of(carrier).Health;

    /// <summary>A message that will have a receipt was handed over.</summary>
    /// <param name="network">0 where not known.</param>
    /// <param name="now">Milliseconds since 1970.</param>
    public void Submitted(ushort carrier, uint network, long now)
    {
        Of(carrier).Tally.Submitted(_clock, now);
        if (network != 0) _pairs.GetOrAdd(carrier, network, _clock, now).Submitted(_clock, now);
    }

    /// <summary>A message's final receipt is there, or it failed for good at this carrier.</summary>
    /// <param name="at">When it was handed over.</param>
    public void Outcome(ushort carrier, uint network, long at, long now, bool delivered)
    {
        Of(carrier).Tally.Outcome(_clock, at, now, delivered);
        if (network != 0)
            _pairs.GetOrAdd(carrier, network, _clock, now).Outcome(_clock, at, now, delivered);
    }

    /// <param name="rate">Share of messages that are delivered, 0 to 1.</param>
    /// <param name="seconds">Until the receipt of those that are.</param>
    /// <returns>Outcomes of the pair that this rests on, decayed.</returns>
    public float Expect(ushort carrier, uint network, long now, out float rate, out float seconds)
    {
        rate = UsualRate;
        seconds = UsualSeconds;
        var stats = Of(carrier);
        Blend(ref stats.Tally, now, ref rate, ref seconds);
        var place = network == 0 ? -1 : _pairs.Find(carrier, network);
        return place < 0 ? 0 : Blend(ref _pairs[place], now, ref rate, ref seconds);
    }

    private float Blend(ref ReceiptTally tally, long now, ref float rate, ref float seconds)
    {
        tally.Advance(_clock, now);
        rate = (tally.Delivered + (PriorOutcomes * rate)) / (tally.Outcomes + PriorOutcomes);
        seconds = (tally.Seconds + (PriorOutcomes * seconds)) / (tally.Delivered + PriorOutcomes);
        return tally.Outcomes;
    }

    private CarrierStats Of(ushort carrier)
    {
        if (carrier >= _carriers.Length) Array.Resize(ref _carriers, Math.Max(carrier + 1, _carriers.Length * 2));
        return _carriers[carrier] ??= new CarrierStats(options.Health);
    }
}
