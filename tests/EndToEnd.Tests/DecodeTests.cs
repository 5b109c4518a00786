using System.Diagnostics;
using System.Text;
using System.Text.Json;
using EndToEnd.Tests.Harness;
using Xunit;

namespace EndToEnd.Tests;

/// <summary>
/// <c>decode</c> and <c>segments</c> on the native binary: the shared vectors where they are, garbage everywhere. A line
/// in is a line of JSON out, whatever it is.
/// </summary>
public class DecodeTests
{
    private static readonly string[] NotFields =
        ["command_length", "command_id", "command_status", "sequence_number", "text", "udh", "tlvs",
            "short_message_after_udh_hex"];

    [Fact]
    public void Garbage_gives_an_error_a_line()
    {
        var random = new Random(5);
        foreach (string[] command in new[] { ["decode", "pdu"], ["decode", "receipt"], new[] { "segments" } })
        {
            var garbage = new MemoryStream();
            for (int i = 0; i < 2000; i++)
            {
                byte[] line = new byte[random.Next(200)];
                random.NextBytes(line);
                line.AsSpan().Replace((byte)'\n', (byte)'{');
                garbage.Write(i % 2 == 0 ? line : Encoding.ASCII.GetBytes(Convert.ToHexString(line)));
                garbage.WriteByte((byte)'\n');
            }

            Assert.Equal(2000, Answers(command, garbage.ToArray()).Count);
        }
    }

    [Fact]
    public void A_line_is_answered_before_the_next_one_is_sent()
    {
        using var process = Process.Start(Start(["segments"]))!;
        foreach (int length in new[] { 1, 160, 161 })
        {
            process.StandardInput.WriteLine($"{{\"body\":\"{new string('a', length)}\"}}");
            process.StandardInput.Flush();
            var answer = JsonDocument.Parse(process.StandardOutput.ReadLine()!).RootElement;
            Assert.Equal(length, answer.GetProperty("units").GetInt32());
        }

        process.StandardInput.Close();
        Assert.True(process.WaitForExit(TimeSpan.FromSeconds(10)));
    }

    [SharedVectorFact]
    public void The_shared_PDUs_are_decoded_as_their_fields_say()
    {
        foreach (var (row, answer) in Pairs("pdu_vectors.jsonl", "hex", "decode", "pdu"))
        {
            string expect = row.GetProperty("expect").GetString()!;
            bool failed = answer.TryGetProperty("error", out var error);
            if (expect is "need_more" or "need_more_or_reject")
            {
                Assert.Equal("incomplete", error.GetString());
            }
            else if (expect == "generic_nack")
            {
                Assert.True(failed, row.GetRawText());
            }
            else if (expect == "ok")
            {
                Assert.False(failed, answer.GetRawText());
                CheckFields(row, answer);
            }
        }
    }

    [SharedVectorFact]
    public void The_shared_receipts_are_decoded_as_expected()
    {
        foreach (var (row, answer) in Pairs("dlr_vectors.jsonl", "raw", "decode", "receipt"))
        {
            // What is only in TLVs is no text.
            if (row.GetProperty("raw").GetString()!.Length > 0)
            {
                foreach (var field in row.GetProperty("expect").EnumerateObject())
                {
                    Assert.Equal(field.Value.GetString(), answer.GetProperty(field.Name).GetString());
                }
            }
        }
    }

    [SharedVectorFact]
    public void The_shared_texts_have_as_many_segments_as_the_field_bills()
    {
        foreach (var (row, answer) in Pairs("segment_vectors.jsonl", "text", "segments"))
        {
            Assert.Equal(row.GetProperty("encoding").GetString(), answer.GetProperty("encoding").GetString());
            Assert.Equal(row.GetProperty("segments").GetInt32(), answer.GetProperty("segments").GetInt32());
        }
    }

    private static void CheckFields(JsonElement row, JsonElement answer)
    {
        var expected = row.GetProperty("fields");
        Assert.Equal(row.GetProperty("command").GetString(), answer.GetProperty("command").GetString());
        Assert.Equal(expected.GetProperty("command_status").GetInt64(), answer.GetProperty("status").GetInt64());
        Assert.Equal(expected.GetProperty("sequence_number").GetInt64(), answer.GetProperty("sequence").GetInt64());
        foreach (var field in expected.EnumerateObject().Where(f => !NotFields.Contains(f.Name)))
        {
            var read = answer.GetProperty("fields").GetProperty(field.Name.Replace("_hex", "", StringComparison.Ordinal));
            if (field.Value.ValueKind == JsonValueKind.Array)
            {
                Assert.Equal(field.Value.GetArrayLength(), read.GetArrayLength());
            }
            else
            {
                Assert.Equal(field.Value.ToString(), read.ToString());
            }
        }

        string[] tlvs = !expected.TryGetProperty("tlvs", out var list) ? [] : [.. list.EnumerateArray().Select(Tlv)];
        Assert.Equal(tlvs, answer.GetProperty("tlvs").EnumerateArray().Select(Tlv));
    }

    private static string Tlv(JsonElement tlv) =>
        $"{tlv.GetProperty("tag")} {(tlv.TryGetProperty("name", out var name) ? name : "")} {tlv.GetProperty("hex")}";

    /// <summary>The rows of a file with what the binary answers to one of their values.</summary>
    private static IEnumerable<(JsonElement Row, JsonElement Answer)> Pairs(
        string file, string value, params string[] command)
    {
        string path = Path.Combine(SharedVectorFactAttribute.Folder, file);
        var rows = File.ReadLines(path).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        var input = new StringBuilder();
        foreach (var row in rows)
        {
            var text = row.GetProperty(value);
            input.Append(command is ["segments"] ? $"{{\"body\":{text.GetRawText()}}}"
                : text.GetString()!.Contains('\n', StringComparison.Ordinal) ? text.GetRawText()
                : text.GetString()).Append('\n');
        }

        return rows.Zip(Answers(command, Encoding.UTF8.GetBytes(input.ToString())));
    }

    private static List<JsonElement> Answers(string[] command, byte[] input)
    {
        using var process = Process.Start(Start(command))!;
        var output = process.StandardOutput.ReadToEndAsync();
        process.StandardInput.BaseStream.Write(input);
        process.StandardInput.Close();
        string[] lines = output.Result.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return [.. lines.Select(line => JsonDocument.Parse(line).RootElement)];
    }

    private static ProcessStartInfo Start(string[] command) => new(Repository.Binary, command)
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        StandardOutputEncoding = new UTF8Encoding(false),
        StandardInputEncoding = new UTF8Encoding(false),
    };
}

/// <summary>A test that needs the shared vectors, and is skipped where they are not.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SharedVectorFactAttribute : FactAttribute
{
    /// <summary>Says why, if it is to be skipped.</summary>
    public SharedVectorFactAttribute()
    {
        if (!Directory.Exists(Folder))
        {
            Skip = "../shared/vectors is not beside the repository";
        }
    }

    internal static string Folder => Path.Combine(Repository.Root, "..", "shared", "vectors");
}
