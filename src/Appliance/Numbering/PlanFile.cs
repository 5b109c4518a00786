using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace Appliance.Numbering;

/// <summary>
/// Reads the plan that build/plan makes (decision 0012). All numbers are little-endian.
/// <code>
///  0  8  "NPLAN" CR LF 0x1A
///  8  2  version, 1
/// 10  4  octets of the content
/// 14 32  SHA-256 of the content
/// 46     content, compressed (RFC 1951)
///
/// content: lists, each with its length in two octets before it
///   sources         text
///   countries       ISO code (2 octets), country code (2), lengths (4), short codes' node (2),
///                   international prefixes: digit sets
///                   trunk rules: whole (1), keep from (1), keep to (1), insert (text), digit sets
///   country codes   code (2), index of the main country (2), countries (2), lengths (4)
///   labels          country (2), type (1)
///   nodes           (root (2) after the length) label (2) of each, then ten children (2) of each
///   networks        (how many of them are the list of networks (2) before the length)
///                   ISO code (2 octets), MCC and MNC (text), name (text)
///   operators       ten entries (2) of each node of a prefix tree: index of a network
///   time zones      lists of text
///   time zones' numbers   ten entries (2) of each node of a prefix tree: index of a list of zones
/// text: octets (1), UTF-8.   digit sets: how many (1), ten bits (2) of each
/// </code>
/// </summary>
internal ref struct PlanFile
{
    private const int Version = 1;
    private const int HeaderLength = 46;
    private const int MostBytes = 64 * 1024 * 1024;

    private ReadOnlySpan<byte> _rest;

    private PlanFile(ReadOnlySpan<byte> content) => _rest = content;

    private static ReadOnlySpan<byte> Magic => "NPLAN\r\n\u001a"u8;

    /// <exception cref="InvalidDataException">It is none, of another version, or damaged.</exception>
    internal static PlanParts Read(ReadOnlySpan<byte> file)
    {
        if (file.Length < HeaderLength || !file.StartsWith(Magic))
            throw new InvalidDataException("The numbering plan does not begin as one.");
        var version = BinaryPrimitives.ReadUInt16LittleEndian(file[8..]);
        if (version != Version)
            throw new InvalidDataException($"The numbering plan is of version {version}, expected {Version}.");
        var content = Decompress(file);
        if (!SHA256.HashData(content).AsSpan().SequenceEqual(file[14..HeaderLength]))
            throw new InvalidDataException("The numbering plan is damaged: its checksum is another one.");
        try
        {
            return new PlanFile(content).ReadParts();
        }
        catch (Exception error) when (error is ArgumentOutOfRangeException or IndexOutOfRangeException)
        {
            throw new InvalidDataException("The numbering plan ends too early or refers to what it has not.", error);
        }
    }

    private static byte[] Decompress(ReadOnlySpan<byte> file)
    {
        var length = BinaryPrimitives.ReadUInt32LittleEndian(file[10..]);
        if (length > MostBytes)
            throw new InvalidDataException($"The numbering plan says it has {length} octets, at most {MostBytes}.");
        // One octet more than there may be, to see that the content ends there.
        var content = new byte[length + 1];
        using var source = new DeflateStream(new MemoryStream(file[HeaderLength..].ToArray()),
            CompressionMode.Decompress);
        var read = source.ReadAtLeast(content, content.Length, throwOnEndOfStream: false);
        return read == length
            ? content[..read]
            : throw new InvalidDataException("The numbering plan is damaged: its length is another one.");
    }

    private PlanParts ReadParts()
    {
        var sources = new string[U16()];
        foreach (ref var source in sources.AsSpan()) source = Text();
        var countries = new Country[U16()];
        foreach (ref var country in countries.AsSpan()) country = ReadCountry();
        var codes = new CallingCode[U16()];
        foreach (ref var code in codes.AsSpan()) code = ReadCallingCode(countries);
        var labels = new NumberLabel[U16()];
        foreach (ref var label in labels.AsSpan()) label = new NumberLabel(countries[U16()], (NumberType)U8());
        var nodes = U16();
        var root = U16();
        var nodeLabels = Words(nodes);
        var children = Words(nodes * PrefixTree.Width);
        var listed = U16();
        var networks = new Network[U16()];
        foreach (ref var network in networks.AsSpan()) network = ReadNetwork();
        var operators = ReadTree();
        var zones = new string[U16()][];
        foreach (ref var names in zones.AsSpan())
        {
            names = new string[U16()];
            foreach (ref var name in names.AsSpan()) name = Text();
        }

        return new PlanParts(sources, countries, codes, labels, root, nodeLabels, children, networks[..listed],
            networks, operators, zones, ReadTree());
    }

    private Country ReadCountry()
    {
        var iso = Iso();
        var code = U16();
        var lengths = U32();
        var shortRoot = U16();
        var prefixes = new DigitRule[U16()];
        foreach (ref var prefix in prefixes.AsSpan()) prefix = new DigitRule(Sets());
        var rules = new DigitRule[U16()];
        foreach (ref var rule in rules.AsSpan())
        {
            var whole = U8() != 0;
            var keepFrom = U8();
            var keepTo = U8();
            var insert = Encoding.ASCII.GetBytes(Text());
            rule = new DigitRule(Sets(), whole, insert, keepFrom, keepTo);
        }

        return new Country(iso, code, lengths)
        {
            ShortRoot = shortRoot,
            InternationalPrefixes = prefixes,
            TrunkRules = rules,
        };
    }

    private CallingCode ReadCallingCode(Country[] countries)
    {
        var code = U16();
        var main = countries[U16()];
        var sole = U16() == 1;
        return new CallingCode(code, main, sole ? main : null, U32());
    }

    private Network ReadNetwork()
    {
        Iso();
        var code = Text();
        var name = Text();
        return code.Length == 0 ? new Network(null, null, name) : new Network(code[..3], code[3..], name);
    }

    private PrefixTree ReadTree()
    {
        var entries = new int[U16() * PrefixTree.Width];
        foreach (ref var entry in entries.AsSpan()) entry = (short)U16();
        return new PrefixTree(entries);
    }

    private ushort[] Sets() => Words(U8());

    private ushort[] Words(int count)
    {
        var words = new ushort[count];
        foreach (ref var word in words.AsSpan()) word = U16();
        return words;
    }

    private string Iso()
    {
        var octets = Take(2);
        return octets[0] == 0 ? "" : Encoding.ASCII.GetString(octets);
    }

    private string Text() => Encoding.UTF8.GetString(Take(U8()));

    private byte U8() => Take(1)[0];

    private ushort U16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2));

    private uint U32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    private ReadOnlySpan<byte> Take(int count)
    {
        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }
}

/// <summary>What an automaton's node says of the number that ends there.</summary>
internal readonly record struct NumberLabel(Country Country, NumberType Type);

/// <summary>The content of a plan file.</summary>
/// <param name="Labels">The first stands for no number.</param>
/// <param name="NodeLabels">For each node an index into the labels.</param>
/// <param name="Children">Ten a node; 0 is the dead end.</param>
/// <param name="Listed">The list of mobile networks.</param>
/// <param name="Networks">Those, then the companies by the names they have in <paramref name="Operators"/>.</param>
internal sealed record PlanParts(
    string[] Sources, Country[] Countries, CallingCode[] CallingCodes, NumberLabel[] Labels, int Root,
    ushort[] NodeLabels, ushort[] Children, Network[] Listed, Network[] Networks, PrefixTree Operators,
    string[][] TimeZones, PrefixTree TimeZoneTree);
