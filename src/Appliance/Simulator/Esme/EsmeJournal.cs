using System.Globalization;
using System.Text;
using Codec;

namespace Appliance.Simulator.Esme;

/// <summary>
/// What a simulated ESME was told, a line each, to a writer and a file. Fields are separated by one space, the first
/// is microseconds since 1970:
/// <code>
/// B session                                                 bound
/// P session sequence id status                              response to a submit_sm
/// R session sequence id state source destination answer     receipt
/// M session sequence source destination coding hex answer   message
/// D session reason                                          disconnected
/// </code>
/// </summary>
internal sealed class EsmeJournal(TextWriter? screen, TextWriter? file) : IDisposable
{
    internal void Bound(int session) => Line($"B {session}");

    internal void Response(int session, uint sequence, ReadOnlySpan<byte> id, CommandStatus status) =>
        Line($"P {session} {sequence} {Word(id)} {Name(status)}");

    internal void Receipt(
        int session, uint sequence, in ReceiptFacts facts, ReadOnlySpan<byte> source, ReadOnlySpan<byte> destination,
        string answer) =>
        Line($"R {session} {sequence} {Word(facts.Id)} {facts.State} {Word(source)} {Word(destination)} {answer}");

    internal void Message(
        int session, uint sequence, ReadOnlySpan<byte> source, ReadOnlySpan<byte> destination, byte coding,
        ReadOnlySpan<byte> body, string answer) =>
        Line($"M {session} {sequence} {Word(source)} {Word(destination)} {coding} {Hex(body)} {answer}");

    internal void Disconnected(int session, string reason) => Line($"D {session} {reason.Replace(' ', '_')}");

    internal static string Name(CommandStatus status)
    {
        string name = status.Name();
        return name == "unknown" ? $"0x{(uint)status:X8}" : name;
    }

    internal void Flush() => file?.Flush();

    public void Dispose() => file?.Dispose();

    private void Line(string line)
    {
        long now = (DateTime.UtcNow - DateTime.UnixEpoch).Ticks / 10;
        line = string.Create(CultureInfo.InvariantCulture, $"{now} {line}");
        screen?.WriteLine(line);
        file?.WriteLine(line);
    }

    private static string Word(ReadOnlySpan<byte> text) =>
        text.Length == 0 ? "-" : Encoding.Latin1.GetString(text).Replace(' ', '_');

    private static string Hex(ReadOnlySpan<byte> body) => body.Length == 0 ? "-" : Convert.ToHexString(body);
}
