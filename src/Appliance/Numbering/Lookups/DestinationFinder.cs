using Appliance.Operate.Storage;
using Store;

namespace Appliance.Numbering.Lookups;

/// <summary>
/// Whose number a message goes to, asked once when it is taken in: any thread, no wait and no allocation. An HLR
/// provider is not asked here; what it said before counts, and it may be asked for the next message.
/// </summary>
/// <param name="ported">Null for none.</param>
/// <param name="hlr">Null where none is configured.</param>
public sealed class DestinationFinder(
    LivePlan plan, PortedNumbers? ported, IReadOnlyList<LookupSource> order, HlrClient? hlr)
{
    private const byte TonInternational = 1;
    private const byte TonNational = 2;

    private readonly LookupSource[] _order = [.. order];

    /// <summary>By the plan that comes with the program alone.</summary>
    public static DestinationFinder PlanOnly { get; } = new(new LivePlan(NumberPlan.Shipped), null, [], null);

    /// <summary>
    /// Finds a number's network and country. A number that the plan does not know is none the less a destination: its
    /// network is 0.
    /// </summary>
    /// <param name="address">ASCII digits, a leading + allowed.</param>
    /// <param name="ton">dest_addr_ton.</param>
    /// <param name="home">The country of national forms; null to take every number as an international one.</param>
    /// <param name="digits">Gets the international form where the result's Length says so;
    /// <see cref="NumberPlan.MaxDigits"/> long.</param>
    public Destination Find(ReadOnlySpan<byte> address, byte ton, Country? home, Span<byte> digits) =>
        Find(address, ton, home, digits, mayAsk: true);

    /// <summary>The same for one who only wants to know: nothing is asked of a provider for it.</summary>
    public Destination Foretell(ReadOnlySpan<byte> address, byte ton, Country? home, Span<byte> digits) =>
        Find(address, ton, home, digits, mayAsk: false);

    private Destination Find(ReadOnlySpan<byte> address, byte ton, Country? home, Span<byte> digits, bool mayAsk)
    {
        var current = plan.Current;
        if (home is null)
        {
            if (address.Length > 0 && address[0] == (byte)'+') address = address[1..];
            var known = current.Find(address);
            var network = known.IsValid ? NetworkOf(in known, address, mayAsk) : 0;
            return new Destination(network, CountryKey.Of(known.Country), 0);
        }

        var form = ton switch
        {
            TonInternational => NumberForm.International,
            TonNational => NumberForm.National,
            _ => NumberForm.Any,
        };
        if (!current.TryNormalise(address, form, home, digits, out var info))
            return new Destination(0, CountryKey.Of(info.Country), 0);
        var number = digits[..info.Length];
        var found = info.Type == NumberType.ShortCode ? 0 : NetworkOf(in info, number, mayAsk);
        var length = address.SequenceEqual(number) ? 0 : info.Length;
        return new Destination(found, CountryKey.Of(info.Country), length);
    }

    private uint NetworkOf(in NumberInfo info, ReadOnlySpan<byte> number, bool mayAsk)
    {
        var first = info.Network?.Code ?? 0;
        foreach (var source in _order)
        {
            var found = source switch
            {
                LookupSource.Mnp => AskPorted(number, first),
                LookupSource.Hlr => AskHlr(in info, number, mayAsk),
                _ => first,
            };
            if (found != 0) return found;
        }

        return first;
    }

    private uint AskPorted(ReadOnlySpan<byte> number, uint first)
    {
        if (ported is null) return 0;
        var key = 0UL;
        foreach (var digit in number) key = (key * 10) + digit - '0';
        if (!ported.Store.Covers(key)) return 0;
        try
        {
            return ported.TryFind(key, out var found) ? Network.CodeOf(found.Operator.Mcc, found.Operator.Mnc) : first;
        }
        catch (StoreException)
        {
            // Counted by the store's keeper, and told by its checks; the other sources may know.
            return 0;
        }
    }

    private uint AskHlr(in NumberInfo info, ReadOnlySpan<byte> number, bool mayAsk)
    {
        if (hlr is null || !info.Type.CanBeMobile()) return 0;
        Span<char> text = stackalloc char[NumberPlan.MaxDigits];
        System.Text.Ascii.ToUtf16(number, text, out var length);
        var isKnown = mayAsk ? hlr.TryRecall(text[..length], out var finding)
            : hlr.TryPeek(text[..length], out finding);
        return isKnown && finding is not null
            ? Network.CodeOf(finding.Mcc, finding.Mnc)
            : 0;
    }
}
