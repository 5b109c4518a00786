using Appliance.Operate.Metrics;
using Appliance.Operate.Storage;
using Store;

namespace Appliance.Numbering.Lookups;

/// <summary>Whom a number's network may be asked of.</summary>
public enum LookupSource
{
    /// <summary>The ported numbers' data sets.</summary>
    Mnp,

    /// <summary>A provider that asks the subscriber's home network.</summary>
    Hlr,

    /// <summary>The numbering plan: whom the range was given to first.</summary>
    Prefix,
}

/// <summary>What is known of a number.</summary>
/// <param name="Number">With a + before it; as it was asked for where it is not valid.</param>
/// <param name="Carrier">The network's name.</param>
/// <param name="Ported">Whether it is known to have left the network that its range was given to.</param>
/// <param name="Source">Who decided on the network; null where the number is not valid.</param>
/// <param name="Reason">Why it is not valid.</param>
public sealed record LookupAnswer(
    bool Valid, string Number, string? Carrier, string? Mcc, string? Mnc, string NumberType, bool Ported,
    string? Country, int? CallingCode, string? Source, string? Reason);

/// <summary>
/// Answers whose a number is now: asks the sources in the configured order until one knows. For look-ups by people and
/// programs; a message's own way never comes here.
/// </summary>
public sealed class NumberLookup
{
    private readonly LivePlan _plan;
    private readonly PortedNumbers _ported;
    private readonly IReadOnlyList<LookupSource> _order;
    private readonly HlrClient? _hlr;
    private readonly Dictionary<LookupSource, SharedCounter> _answered = [];
    private readonly SharedCounter _invalid;

    /// <param name="hlr">Null where none is configured: then it is passed over.</param>
    public NumberLookup(LivePlan plan, PortedNumbers ported, IReadOnlyList<LookupSource> order, HlrClient? hlr,
        MetricsRegistry registry)
    {
        _plan = plan;
        _ported = ported;
        _order = order;
        _hlr = hlr;
        foreach (var source in Enum.GetValues<LookupSource>()) _answered[source] = Counter(NameOf(source));
        _invalid = Counter("none");

        SharedCounter Counter(string source) => registry.SharedCounter(
            "sms_lookups_total", "Numbers looked up, by who decided on the network.", ("source", source));
    }

    /// <summary>The source's word in JSON and in the configuration.</summary>
    public static string NameOf(LookupSource source) => source switch
    {
        LookupSource.Mnp => "mnp",
        LookupSource.Hlr => "hlr",
        _ => "prefix",
    };

    /// <summary>Looks a number up; the HLR's time-out bounds how long that takes.</summary>
    /// <param name="text">In any form.</param>
    /// <param name="home">Country (ISO) of national forms, or null.</param>
    public async ValueTask<LookupAnswer> LookUpAsync(string text, string? home, CancellationToken stop) =>
        (await LookUpAsync(text, home, asksHlr: true, stop).ConfigureAwait(false)).Answer;

    /// <summary>Looks a number up without asking the HLR: what it said lately counts.</summary>
    /// <returns>With whether it would be asked, since nothing that is asked before it knows the number, nor it lately.
    /// </returns>
    public (LookupAnswer Answer, bool IsHlrOpen) Recall(string text, string? home)
    {
        // Nothing is waited for, so it is there.
        return LookUpAsync(text, home, asksHlr: false, CancellationToken.None).GetAwaiter().GetResult();
    }

    private async Task<(LookupAnswer Answer, bool IsHlrOpen)> LookUpAsync(
        string text, string? home, bool asksHlr, CancellationToken stop)
    {
        var isOpen = false;
        var plan = _plan.Current;
        var digits = new byte[NumberPlan.MaxDigits];
        var info = PlanAnswer.Read(plan, text, home is null ? null : plan.CountryOf(home), digits);
        if (!info.IsValid)
        {
            _invalid.Add();
            return (Answer(info, text, new Finding(null, false), null), false);
        }

        var number = PlanAnswer.Format(digits.AsSpan(0, info.Length), info);
        foreach (var source in _order)
        {
            // Neither data sets nor an HLR know of short codes.
            if (info.Type == NumberType.ShortCode) break;
            var found = source switch
            {
                LookupSource.Mnp => AskPorted(plan, info, number),
                LookupSource.Hlr when asksHlr =>
                    await AskHlrAsync(plan, info, number, stop).ConfigureAwait(false),
                LookupSource.Hlr => RecallHlr(plan, info, number, ref isOpen),
                _ => info.Network is null ? null : new Finding(info.Network, false),
            };
            if (found is null) continue;
            _answered[source].Add();
            return (Answer(info, number, found, source), isOpen);
        }

        _answered[LookupSource.Prefix].Add();
        return (Answer(info, number, new Finding(info.Network, false), LookupSource.Prefix), isOpen);
    }

    private static LookupAnswer Answer(in NumberInfo info, string number, Finding found, LookupSource? source) => new(
        info.IsValid, number, found.Network is { Name.Length: > 0 } named ? named.Name : null, found.Network?.Mcc,
        found.Network?.Mnc, info.Type.Name(), found.Ported,
        info.Country is { Iso.Length: > 0 } country ? country.Iso : null,
        info.CallingCode == 0 ? null : info.CallingCode, source is { } decided ? NameOf(decided) : null,
        info.IsValid ? null : info.Fault.Explain());

    /// <summary>Known where the number is ported, or where it would be in the data and is not.</summary>
    private Finding? AskPorted(NumberPlan plan, in NumberInfo info, string number)
    {
        var key = ulong.Parse(number.AsSpan(1), System.Globalization.CultureInfo.InvariantCulture);
        try
        {
            if (_ported.TryFind(key, out var found))
            {
                var operatorFound = found.Operator;
                var name = operatorFound.Name ?? plan.NetworkOf(operatorFound.Mcc, operatorFound.Mnc)?.Name
                    ?? operatorFound.Code;
                return new Finding(new Network(operatorFound.Mcc, operatorFound.Mnc, name), true);
            }
        }
        catch (StoreException)
        {
            // Counted by the store's keeper, and told by its checks; the other sources may know.
            return null;
        }

        return info.Network is not null && _ported.Store.Covers(key) ? new Finding(info.Network, false) : null;
    }

    private async ValueTask<Finding?> AskHlrAsync(
        NumberPlan plan, NumberInfo info, string number, CancellationToken stop)
    {
        if (_hlr is null || !info.Type.CanBeMobile()) return null;
        return await _hlr.AskAsync(number[1..], stop).ConfigureAwait(false) is { } found
            ? FindingOf(plan, in info, found) : null;
    }

    private Finding? RecallHlr(NumberPlan plan, in NumberInfo info, string number, ref bool isOpen)
    {
        if (_hlr is null || !info.Type.CanBeMobile()) return null;
        isOpen = !_hlr.TryPeek(number.AsSpan(1), out var found);
        return found is null ? null : FindingOf(plan, in info, found);
    }

    private static Finding FindingOf(NumberPlan plan, in NumberInfo info, HlrFinding found)
    {
        var name = found.Carrier ?? plan.NetworkOf(found.Mcc, found.Mnc)?.Name ?? "";
        var network = new Network(found.Mcc, found.Mnc, name);
        var moved = info.Network is { Code: > 0 } first && first.Code != network.Code;
        return new Finding(network, found.Ported ?? moved);
    }

    private sealed record Finding(Network? Network, bool Ported);
}
