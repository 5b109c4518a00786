using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Appliance.Commands;

/// <summary>
/// Turns each line of standard input into one line of JSON on standard output. Output is flushed whenever the input
/// has no whole line left, so that the filter can be driven line by line as well as by the million.
/// </summary>
internal static class LineFilter
{
    private const int ChunkSize = 64 * 1024;

    /// <summary>A longer line is answered with an error and passed over.</summary>
    private const int MaxLine = 4 * 1024 * 1024;

    private static readonly JsonWriterOptions Options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    /// <summary>Writes one JSON object for a line (without its end).</summary>
    internal delegate void LineHandler(ReadOnlySpan<byte> line, Utf8JsonWriter json);

    /// <summary>Runs until the input ends; gives the process's exit code.</summary>
    internal static int Run(Stream input, Stream output, LineHandler handle)
    {
        var answers = new ArrayBufferWriter<byte>(ChunkSize);
        using var json = new Utf8JsonWriter(answers, Options);
        byte[] buffer = new byte[ChunkSize];
        int filled = 0;
        bool skipping = false;
        while (true)
        {
            int read = input.Read(buffer, filled, buffer.Length - filled);
            filled += read;
            int consumed = TakeLines(buffer.AsSpan(0, filled), ref skipping, json, answers, handle);
            bool ended = read == 0;
            if (ended && consumed < filled && !skipping)
            {
                Answer(buffer.AsSpan(consumed, filled - consumed), json, answers, handle);
            }

            output.Write(answers.WrittenSpan);
            output.Flush();
            answers.ResetWrittenCount();
            if (ended)
            {
                return 0;
            }

            filled -= consumed;
            buffer.AsSpan(consumed, filled).CopyTo(buffer);
            if (filled == buffer.Length && buffer.Length < MaxLine)
            {
                Array.Resize(ref buffer, buffer.Length * 2);
            }
            else if (filled == buffer.Length)
            {
                AnswerTooLong(json, answers);
                skipping = true;
                filled = 0;
            }
        }
    }

    /// <summary>Answers the whole lines at the front; gives the octets they and their ends take.</summary>
    private static int TakeLines(
        ReadOnlySpan<byte> buffer, ref bool skipping, Utf8JsonWriter json, ArrayBufferWriter<byte> answers,
        LineHandler handle)
    {
        int consumed = 0;
        while (true)
        {
            int length = buffer[consumed..].IndexOf((byte)'\n');
            if (length < 0)
            {
                return skipping ? buffer.Length : consumed;
            }

            if (!skipping)
            {
                Answer(buffer.Slice(consumed, length), json, answers, handle);
            }

            skipping = false;
            consumed += length + 1;
        }
    }

    private static void Answer(
        ReadOnlySpan<byte> line, Utf8JsonWriter json, ArrayBufferWriter<byte> answers, LineHandler handle)
    {
        json.Reset();
        json.WriteStartObject();
        handle(line.EndsWith("\r"u8) ? line[..^1] : line, json);
        End(json, answers);
    }

    private static void AnswerTooLong(Utf8JsonWriter json, ArrayBufferWriter<byte> answers)
    {
        json.Reset();
        json.WriteStartObject();
        json.WriteString("error"u8, "the line is longer than 4 MiB");
        End(json, answers);
    }

    private static void End(Utf8JsonWriter json, ArrayBufferWriter<byte> answers)
    {
        json.WriteEndObject();
        json.Flush();
        answers.Write("\n"u8);
    }
}
