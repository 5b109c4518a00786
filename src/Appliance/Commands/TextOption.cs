using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Net;

namespace Appliance.Commands;

/// <summary>
/// An option that is kept as its text, so that --help shows the default as it would be written, and read by a
/// function that says in a FormatException what it expected.
/// </summary>
internal sealed class TextOption<T> : Option<string?>
{
    private readonly Func<string, T> _read;

    /// <param name="name">With its dashes.</param>
    /// <param name="help">One line.</param>
    /// <param name="value">The default, as it would be written; null: <see cref="Read"/> gives T's default.</param>
    /// <param name="read">Throws FormatException.</param>
    internal TextOption(string name, string help, string? value, Func<string, T> read)
        : base(name)
    {
        _read = read;
        Description = help;
        if (value is not null) DefaultValueFactory = _ => value;
        Validators.Add(Validate);
    }

    internal T? Read(ParseResult parsed) => parsed.GetValue(this) is { } text ? _read(text) : default;

    private void Validate(OptionResult result)
    {
        if (result.Tokens.Count != 1) return;
        try
        {
            _read(result.Tokens[0].Value);
        }
        catch (FormatException error)
        {
            result.AddError($"{Name}: {error.Message}");
        }
    }
}

/// <summary>Makes options whose text is more than a word.</summary>
internal static class TextOption
{
    internal static TextOption<T> Create<T>(string name, string help, string? value, Func<string, T> read) =>
        new(name, help, value, read);

    internal static TextOption<int> Number(string name, string help, int value, int least, int most) =>
        Create(name, help, value.ToString(CultureInfo.InvariantCulture), text => (int)Whole(text, least, most));

    internal static TextOption<long> LongNumber(string name, string help, long value, long least) =>
        Create(
            name, help, value.ToString(CultureInfo.InvariantCulture), text => Whole(text, least, long.MaxValue));

    /// <exception cref="FormatException">Not a whole number from 1 up.</exception>
    internal static int Positive(string text) => (int)Whole(text, 1, int.MaxValue);

    /// <exception cref="FormatException">Not true or false.</exception>
    internal static bool YesNo(string text) =>
        bool.TryParse(text, out bool yes) ? yes : throw new FormatException($"'{text}': expected true or false");

    /// <exception cref="FormatException">Not a whole number from 0 up.</exception>
    internal static ulong Unsigned(string text) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong number)
            ? number
            : throw new FormatException($"'{text}': expected a whole number from 0 up");

    /// <exception cref="FormatException">Not HOST:PORT, or a host without an address.</exception>
    internal static IPEndPoint Address(string text)
    {
        int colon = text.LastIndexOf(':');
        if (colon > 0
            && ushort.TryParse(
                text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out ushort port))
        {
            string host = text[..colon].Trim('[', ']');
            if (IPAddress.TryParse(host, out var address)) return new IPEndPoint(address, port);
            try
            {
                return new IPEndPoint(Dns.GetHostAddresses(host)[0], port);
            }
            catch (System.Net.Sockets.SocketException)
            {
                throw new FormatException($"host '{host}' of '{text}' has no address");
            }
        }
        throw new FormatException($"'{text}' is not an address: expected HOST:PORT, e.g. 127.0.0.1:2775");
    }

    private static long Whole(string text, long least, long most) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number)
            && number >= least && number <= most
            ? number
            : throw new FormatException(
                most >= int.MaxValue
                    ? $"'{text}': expected a whole number from {least} up"
                    : $"'{text}': expected a whole number from {least} to {most}");
}
