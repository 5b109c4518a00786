using System.Buffers;
using Appliance.Policy.Text;

namespace Appliance.Policy.Content;

/// <summary>
/// Walks the hosts of a text's links in one pass. A link is what phones make one of: anything behind ://, and a name
/// with dots whose last label is a top-level domain. Addresses of mail are none.
/// </summary>
/// <remarks>Written, as browsers read it, <c>scheme://user@host:port/path</c>: the host is behind the last @.</remarks>
public ref struct LinkScanner(ReadOnlySpan<char> text)
{
    /// <summary>RFC 1035 section 2.3.4, without the last dot.</summary>
    public const int LongestHost = 253;

    private static readonly SearchValues<char> Dots = SearchValues.Create(".\u3002\uFF0E\uFF61");
    private static readonly bool[] AsciiHost = [.. Enumerable.Range(0, 128).Select(c => IsHostSlowly((char)c))];
    private static readonly SearchValues<char> HostEnds = SearchValues.Create(" /?#\\\r\n\t");

    private readonly ReadOnlySpan<char> _text = text;
    private int _at;

    /// <summary>Whether we are behind :// and before what ends the host.</summary>
    private bool _inAuthority;

    /// <summary>Whether we are behind a host and its slash, where dots mean nothing.</summary>
    private bool _inPath;

    /// <summary>As in the text, without dots or hyphens around it.</summary>
    public ReadOnlySpan<char> Host { get; private set; }

    public bool MoveNext()
    {
        while (_at < _text.Length)
        {
            if (IsHost(_text[_at]))
            {
                if (ReadRun()) return true;
                continue;
            }

            Pass();
        }

        return false;
    }

    private void Pass()
    {
        if (_text[_at] == ':' && _text[_at..].StartsWith("://"))
        {
            _at += 3;
            _inAuthority = true;
            _inPath = false;
            return;
        }

        var c = _text[_at++];
        if (c is '/' or '?' or '#' or '\\')
        {
            _inPath |= _inAuthority;
            _inAuthority = false;
        }
        else if (c is not ('@' or ':' or '%' or '&' or '=' or '+' or '~'))
        {
            _inAuthority = _inPath = false;
        }
    }

    /// <summary>Whether the text can have a link at all: most have no dot within.</summary>
    public static bool MayHaveLink(ReadOnlySpan<char> text) =>
        text.ContainsAny(Dots) || text.Contains("://", StringComparison.Ordinal);

    private bool ReadRun()
    {
        var start = _at;
        while (_at < _text.Length && IsHost(_text[_at])) _at++;
        var rest = _text[_at..];
        if (_inPath || rest.StartsWith("://")) return false;
        var host = Trim(_text[start.._at]);
        if (rest is ['@', ..] || (_inAuthority && rest is [':', ..] && IsUser(rest))) return false;
        var byMail = !_inAuthority && start > 0 && _text[start - 1] == '@';
        var found = host.Length is > 0 and <= LongestHost && !byMail && (_inAuthority || IsName(host));
        // A host too long to be one is a link all the same, to a place that no list has.
        if (_inAuthority && host.Length > LongestHost)
        {
            host = host[^LongestHost..];
            found = true;
        }

        if (found) _inAuthority = true;
        Host = host;
        return found;
    }

    /// <summary>Whether "user:password@" goes on to an @ before the host could end.</summary>
    private static bool IsUser(ReadOnlySpan<char> rest)
    {
        var end = rest.IndexOfAny(HostEnds);
        return (end < 0 ? rest : rest[..end]).Contains('@');
    }

    /// <summary>Whether phones would make a link of it without a scheme.</summary>
    private static bool IsName(ReadOnlySpan<char> host)
    {
        var dot = LastDot(host);
        if (dot <= 0 || IsDot(host[dot - 1])) return false;
        var last = host[(dot + 1)..];
        if (!TopLevelDomains.Contains(last)) return false;
        for (var i = 1; i < host.Length; i++)
        {
            if (IsDot(host[i]) && IsDot(host[i - 1])) return false;
        }

        return true;
    }

    private static int LastDot(ReadOnlySpan<char> host)
    {
        var at = host.Length - 1;
        while (at >= 0 && !IsDot(host[at])) at--;
        return at;
    }

    private static ReadOnlySpan<char> Trim(ReadOnlySpan<char> run)
    {
        while (run.Length > 0 && (IsDot(run[0]) || run[0] is '-' or '_')) run = run[1..];
        while (run.Length > 0 && (IsDot(run[^1]) || run[^1] is '-' or '_')) run = run[..^1];
        return run;
    }

    /// <summary>A full stop, and those that count as one in names (RFC 3490 section 3.1).</summary>
    internal static bool IsDot(char c) => c is '.' or '\u3002' or '\uFF0E' or '\uFF61';

    private static bool IsHost(char c) => c < AsciiHost.Length ? AsciiHost[c] : IsHostSlowly(c);

    private static bool IsHostSlowly(char c) =>
        c is '-' or '_' || IsDot(c) || TextFold.IsWord(c) || c is '\u00AD' or (>= '\u200B' and <= '\u200D');
}
