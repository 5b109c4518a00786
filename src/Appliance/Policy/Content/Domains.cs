using Appliance.Policy.Text;

namespace Appliance.Policy.Content;

/// <summary>A set of domains; each stands for its subdomains too.</summary>
public sealed class Domains
{
    /// <summary>Services that hide where a link leads: those in common use, a choice of ours.</summary>
    public static readonly Domains Shorteners = new("""
        1url.com adf.ly amzn.to b.link bc.vc bit.do bit.ly bitly.com bl.ink buff.ly clck.ru cutt.ly cutt.us dlvr.it
        fb.me goo.gl gg.gg git.io goo.su is.gd j.mp kutt.it lc.chat linktr.ee lnkd.in lnnk.in mcaf.ee n9.cl ow.ly
        page.link po.st qr.ae qrco.de rb.gy rebrand.ly rebrandly.com s.id s.yam.com short.gy short.io shorte.st
        shorturl.asia shorturl.at shorturl.gg smarturl.it soo.gd surl.li t.co t.ly t2m.io tiny.cc tiny.one tiny.pl
        tinyurl.com tinylink.in tr.im trib.al u.to urlz.fr v.gd v.ht vo.la vk.cc wa.link x.co y2u.be zpr.io zws.im
        """.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> _names;

    /// <param name="domains">Ones that have no <see cref="Fault"/>.</param>
    public Domains(IEnumerable<string> domains) =>
        _names = new HashSet<string>(domains.Select(domain => domain.ToLowerInvariant()), StringComparer.Ordinal)
            .GetAlternateLookup<ReadOnlySpan<char>>();

    public int Count => _names.Set.Count;

    /// <summary>What is wrong with a domain, as "expected ..."; null for a good one.</summary>
    public static string? Fault(string domain)
    {
        ArgumentNullException.ThrowIfNull(domain);
        var good = domain.Length is > 0 and <= LinkScanner.LongestHost
            && domain.Split('.').All(label => label.Length > 0 && label.All(c => c == '-' || TextFold.IsWord(c)));
        return good ? null : "a domain such as example.com, without scheme and path";
    }

    /// <summary>Whether the host, in lower case, is one of them or below one.</summary>
    public bool Contains(ReadOnlySpan<char> host)
    {
        while (true)
        {
            if (_names.Contains(host)) return true;
            var dot = host.IndexOf('.');
            if (dot < 0) return false;
            host = host[(dot + 1)..];
        }
    }
}
